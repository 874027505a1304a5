"""Revoked certificates, for everybody to look up (CA-8.P3b, CA-10.T9): serial number, date and reason."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from senim.certification import issuers, revoked
from senim.countries.kz import times
from senim.enrolment.installation import spelled
from senim.pages.choices import offer
from senim.pages.paging import page_asked
from senim.pages.routes import Route, Who
from senim.pages.words import later

SEPARATORS = str.maketrans("", "", " :\u00a0")


class Search(forms.Form):
    """Any of the three, or none for the newest."""

    serial = forms.CharField(label=later("portal.revoked.serial"), required=False, max_length=80)
    day = forms.DateField(
        label=later("portal.revoked.day"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": later("portal.revoked.day.wrong")},
    )
    reason = forms.ChoiceField(label=later("portal.revoked.reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = ((name, later(_said(name))) for name in revoked.REASONS)
        offer(self, "reason", [("", later("portal.revoked.reason.any")), *reasons])

    def clean_serial(self) -> str:
        digits: str = self.cleaned_data["serial"].translate(SEPARATORS).lower()
        if set(digits) - set("0123456789abcdef") or len(digits) > 40:
            raise forms.ValidationError(later("portal.revoked.serial.wrong"))
        return digits

    def asked(self) -> dict[str, Any]:
        """What the verb is asked."""
        day, said = self.cleaned_data["day"], {name: self.cleaned_data[name] for name in ("serial", "reason")}
        if not day:
            return said
        since, until = times.whole_day(day)
        return {**said, "since": since, "until": until}


def revoked_certificates(request: HttpRequest) -> HttpResponse:
    form = Search(request.GET)
    context: dict[str, Any] = {
        "form": form,
        "lists": [(one, one.rpartition("/")[2]) for one in issuers.complete_lists()],
    }
    if form.is_valid():
        found = revoked.search(**form.asked(), page=page_asked(request))
        context |= {
            "found": found,
            "lines": [_line(one) for one in found.entries],
            "before": _address(request, found.page - 1) if found.page > 1 else "",
            "after": _address(request, found.page + 1) if found.more else "",
        }
    return render(request, "portal/revoked/revoked.html", context)


def _line(one: revoked.RevokedCertificate) -> tuple[str, datetime, str]:
    return spelled(int(one.serial_number, 16)), one.revoked_at, _said(one.reason)


def _said(reason: str) -> str:
    """In the words of the cabinet."""
    return f"enrolment.revocation.reason.{reason}"


def _address(request: HttpRequest, page: int) -> str:
    asked = {name: str(request.GET[name]) for name in Search.base_fields if request.GET.get(name)}
    return f"?{urlencode({**asked, 'page': str(page)})}"


ROUTES = [Route("revoked/", revoked_certificates, Who.ANYONE, "revoked")]
