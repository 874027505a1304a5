"""Everything that happened about a person, with "this was not me" on each line (PT-2.4, PT-2.10).

Sign-ins and attempts, codes sent and withheld, changes of factors, who asked a registry, who looked at a
document: newest first, by kind, by words, page by page, or all at once to print.
"""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from senim.accounts import freezing, timeline
from senim.accounts.methods import Method, ServiceClass
from senim.accounts.sessions import authentication_of, close_session, private_holder, steps_of, whose
from senim.accounts.timeline import Happening, Kind, Outcome
from senim.documents import views
from senim.documents.views import Mark
from senim.errors import Refused
from senim.pages.choices import offer
from senim.pages.failures import show_in, status_of
from senim.pages.paging import page_asked
from senim.pages.routes import Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.words import later
from senim.texts import Text

PER_PAGE = 20
CASE = "freeze_case"
"""Of the session that is left after a freeze: the number of the case."""


class Search(forms.Form):
    """Which lines; nothing said means all of them."""

    kind = forms.ChoiceField(label=later("portal.history.kind"), required=False)
    words = forms.CharField(label=later("portal.history.words"), required=False, max_length=100)

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        kinds = [(each.value, Text(f"portal.history.kind.{each.name.lower()}")) for each in Kind]
        offer(self, "kind", [("", Text("portal.history.kind.all")), *kinds])

    def admits(self, line: Happening) -> bool:
        said = self.cleaned_data if self.is_valid() else {}
        words = said.get("words", "").casefold()
        in_kind = said.get("kind") in {None, "", line.kind}
        return in_kind and (not words or words in str(line.text).casefold())


@dataclass(frozen=True)
class Page:
    """A part of the lines, and addresses of the parts before and after."""

    lines: list[Happening]
    count: int
    newer: str
    older: str
    number: int = 1
    of: int = 1


def history(request: HttpRequest) -> HttpResponse:
    at, me = timezone.now(), whose(request)
    search = Search(request.GET)
    found = [line for line in lines_of(request, at=at) if search.admits(line)]
    context = {
        "form": search,
        "page": _page(request, found),
        "printing": "print" in request.GET,
        "print_all": _address(request, print="1"),
        "case": freezing.case_of(me),
        "back_to": reverse("cabinet"),
    }
    return render(request, "portal/history/history.html", context)


def not_me(request: HttpRequest, reference: str) -> HttpResponse:
    """Says what will happen, and does it. A line that is not theirs is not there."""
    at, me = timezone.now(), whose(request)
    line = next((one for one in lines_of(request, at=at) if one.reference == reference), None)
    if line is None:
        raise Http404
    if request.method != "POST":
        context = {"line": line, "back_to": reverse("history"), "goes_on": _signed(request)}
        return render(request, "portal/history/not_me.html", context)
    said = freezing.Line(line.at, line.text)
    frozen = freezing.freeze(account_id=me, line=said, keep_session=_key(request), at=at)
    if not _signed(request):
        # Only signatures go on: whoever came in with a stolen number or password is outside, too.
        close_session(request)
        request.session[CASE] = frozen.number
    return redirect("frozen")


def frozen(request: HttpRequest) -> HttpResponse:
    """What is shut, what goes on, the case and its answer; after a freeze also for whoever was signed out."""
    me = private_holder(request)
    number = request.session.get(CASE)
    case = freezing.case_of(me) if me else None
    if case is None and number is None:
        return redirect("history")
    context = {"case": case, "number": case.number if case else number}
    return render(request, "portal/history/frozen.html", context)


def unfreeze(request: HttpRequest) -> HttpResponse:
    """The holder's signature over the case opens everything again."""
    if request.method != "POST":
        return _unfreeze_page(request, Signature())
    form = Signature(request.POST)
    if not form.is_valid():
        return _unfreeze_page(request, form, status=422)
    signature = form.cleaned_data["signature"]
    try:
        freezing.unfreeze(
            account_id=whose(request),
            authentication=authentication_of(request),
            signature=signature,
            keep_session=_key(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        show_in(form, refusal)
        return _unfreeze_page(request, form, status=status_of(refusal))
    return redirect("frozen")


def lines_of(request: HttpRequest, *, at: datetime) -> list[Happening]:
    """All lines about this person that are kept, the newest first."""
    me = whose(request)
    marks = views.marks_of(account=me, at=at, at_most=timeline.MOST)
    lines = [*timeline.everything(me, at=at), *map(_looked_at, marks)]
    return sorted(lines, key=attrgetter("at"), reverse=True)


def _looked_at(mark: Mark) -> Happening:
    name = "saw_mine" if mark.is_mine else "i_saw"
    who = f"{mark.other}, {mark.organisation}" if mark.organisation and mark.is_mine else mark.other
    text = Text(f"portal.history.{name}", who=who, document=str(mark.kind.title))
    return Happening(f"seen-{mark.view_id}", mark.opened_at, Kind.DOCUMENT, Outcome.DONE, text)


def _page(request: HttpRequest, found: list[Happening]) -> Page:
    if "print" in request.GET:
        return Page(found, len(found), "", "")
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(page_asked(request), 1), last)
    start = (number - 1) * PER_PAGE
    newer = _address(request, page=str(number - 1)) if number > 1 else ""
    older = _address(request, page=str(number + 1)) if number < last else ""
    return Page(found[start : start + PER_PAGE], len(found), newer, older, number, last)


def _address(request: HttpRequest, **more: str) -> str:
    kept = {name: request.GET[name] for name in ("kind", "words") if request.GET.get(name)}
    return f"{reverse('history')}?{urlencode({**kept, **more})}"


def _unfreeze_page(request: HttpRequest, form: Signature, *, status: int = 200) -> HttpResponse:
    text = freezing.unfreezing_text(account_id=whose(request))
    sheet = Sheet(text, "sign", now=timezone.now(), open=True)
    context = {"form": form, "sheet": sheet, "back_to": reverse("frozen")}
    return render(request, "portal/history/unfreeze.html", context, status=status)


def _signed(request: HttpRequest) -> bool:
    return any(step["method"] == Method.SIGNATURE for step in steps_of(request))


def _key(request: HttpRequest) -> str:
    return str(request.session.session_key)


ROUTES = [
    Route("history/", history, Who.SIGNED_IN, "history"),
    Route(
        "history/<slug:reference>/not-me/",
        not_me,
        Who.SIGNED_IN,
        "not-me",
        needs=ServiceClass.DOCUMENTS,
    ),
    Route("frozen/", frozen, Who.ANYONE, "frozen"),
    Route("frozen/open/", unfreeze, Who.SIGNED_IN, "unfreeze", needs=ServiceClass.FACTORS),
]
