"""The work list: what awaits whom, the most urgent first, and the search."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.desk.operator import operator_at
from senim.enrolment import work
from senim.enrolment.work import Pill, Sort
from senim.pages.paging import page_asked, search_asked
from senim.pages.routes import Route, Who
from senim.texts import Text

COLUMNS = {
    Sort.NUMBER.value: "desk.worklist.application",
    Sort.APPLICANT.value: "desk.worklist.applicant",
    "awaits": "desk.worklist.awaits",
    "whose": "desk.hands.whose",
    Sort.STATE.value: "desk.worklist.state",
    Sort.DUE.value: "desk.worklist.due",
}


def worklist(request: HttpRequest) -> HttpResponse:
    """``show`` is a pill, ``q`` a number, an IIN or a name; ``centre=mine`` narrows to the own office;
    ``sort`` is a column.
    """
    at, operator = timezone.now(), operator_at(request)
    search, mine = search_asked(request), request.GET.get("centre") == "mine"
    pill, sort = _pill(request.GET.get("show", "")), _sort(request.GET.get("sort", ""))
    listed = work.work_list(
        pill=pill,
        operator=operator,
        at=at,
        sort=sort,
        office=operator.office if mine else "",
        search=search,
        page=page_asked(request),
    )
    context = {
        "operator": operator,
        "list": listed,
        "late": listed.counts[Pill.LATE],
        "at_desk": listed.counts[Pill.AT_DESK],
        "awaited": listed.counts[Pill.AWAITED],
        "pills": [_shown(one, listed.counts[one], one is pill and not search, mine) for one in Pill],
        "search": search,
        "mine": mine,
        "now": at,
        "columns": [_column(one, one == sort, pill, mine, search) for one in COLUMNS],
        "before": _address(pill, mine, search, listed.page - 1, sort) if listed.page > 1 else "",
        "after": _address(pill, mine, search, listed.page + 1, sort) if listed.page < listed.pages else "",
        "other_office": _address(pill, not mine, "", 1),
    }
    return render(request, "desk/worklist.html", context)


def _shown(pill: Pill, count: int, current: bool, mine: bool) -> dict[str, object]:
    return {
        "text": Text(f"desk.worklist.pill.{pill.value}", number=count),
        "href": _address(pill, mine, "", 1),
        "current": current,
    }


def _column(name: str, current: bool, pill: Pill, mine: bool, search: str) -> dict[str, object]:
    """A column's heading; those one can sort by are links."""
    href = _address(pill, mine, search, 1, Sort(name)) if name in list(Sort) else ""
    return {"text": COLUMNS[name], "href": href, "current": current}


def _address(pill: Pill, mine: bool, search: str, page: int, sort: Sort = Sort.DUE) -> str:
    asked = {
        "show": pill.value,
        "centre": "mine" if mine else "",
        "q": search,
        "sort": sort.value if sort is not Sort.DUE else "",
        "page": page if page > 1 else "",
    }
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _pill(name: str) -> Pill:
    return Pill(name) if name in list(Pill) else Pill.ALL_OPEN


def _sort(name: str) -> Sort:
    return Sort(name) if name in list(Sort) else Sort.DUE


ROUTES = [Route("", worklist, Who.OPERATOR, "worklist")]
