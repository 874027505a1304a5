"""The living page of components: every component of the page system in every state, on sandboxes only.

Screenshots and accessibility tests look at it in three languages, on a phone, with large text and in forced
colours, so a component that is nowhere in use yet is looked at too. Its words are its own; the long ones are
as long as Kazakh gets.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from senim.pages.routes import Route, Who
from senim.pages.signature import Sheet
from senim.pages.words import later
from senim.papers.qr import qr_svg
from senim.texts import Text, say

VIEW_SECONDS = 300
_CHOICES = [("one", later("pages.specimens.choice")), ("long", later("pages.specimens.long"))]
_REQUIRED = {"required": later("pages.specimens.wrong"), "invalid": later("pages.specimens.wrong")}
_TYPED = {
    "text": "Қанағаттандырылмағандықтарыңыздан",
    "email": "aigerim@mail.test",
    "secret": "tamyr-42",
    "reason": "Қолтаңба дұрыс емес",
    "use": "long",
    "papers": ["one", "long"],
    "place": "one",
    "agree": "on",
}


class Specimen(forms.Form):
    """One field of each kind."""

    text = forms.CharField(
        label=later("pages.specimens.long"), help_text=later("pages.specimens.hint"), error_messages=_REQUIRED
    )
    email = forms.EmailField(label=later("pages.specimens.field"), error_messages=_REQUIRED)
    secret = forms.CharField(
        label=later("pages.specimens.secret"), widget=forms.PasswordInput, error_messages=_REQUIRED
    )
    reason = forms.CharField(
        label=later("pages.specimens.field"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REQUIRED,
    )
    place = forms.ChoiceField(
        label=later("pages.specimens.field"),
        choices=[("", later("pages.specimens.choice")), (later("pages.specimens.long"), _CHOICES)],
        error_messages=_REQUIRED,
    )
    use = forms.ChoiceField(
        label=later("pages.specimens.question"),
        choices=_CHOICES,
        widget=forms.RadioSelect,
        error_messages=_REQUIRED,
    )
    papers = forms.MultipleChoiceField(
        label=later("pages.specimens.question"),
        choices=_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_REQUIRED,
    )
    agree = forms.BooleanField(label=later("pages.specimens.long"), error_messages=_REQUIRED)


def _form(state: str, typed: dict[str, Any] | None = None, *, disabled: bool = False) -> Specimen:
    data = None if typed is None else {f"{state}-{name}": value for name, value in typed.items()}
    form = Specimen(data, prefix=state)
    for field in form.fields.values():
        field.disabled = disabled
    return form


def _forms() -> list[tuple[str, Specimen]]:
    return [
        ("pages.specimens.state.default", _form("default")),
        ("pages.specimens.state.filled", _form("filled", _TYPED)),
        ("pages.specimens.state.wrong", _form("wrong", {})),
        ("pages.specimens.state.disabled", _form("disabled", disabled=True)),
    ]


def _line(at: datetime) -> list[dict[str, object]]:
    states: Iterable[str] = ("is-done", "is-run", "is-now", "is-late", "is-todo", "")
    title, note = Text("pages.specimens.long"), Text("pages.specimens.hint")
    return [{"state": state, "title": title, "at": at, "note": note} for state in states]


def _card(**more: object) -> dict[str, object]:
    names = {"surname": "Қанағатбекова", "names": "Нұрбибіайша Әбдімәжитқызы"}
    number = {"number": "047218593", "expires": date(2031, 8, 14)}
    title = {"title": say("pages.specimens.choice"), "country": say("pages.brand"), "label": names["surname"]}
    return {**title, **names, **number, **more}


def components(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {
        "specimens": _forms(),
        "refused": _refused(),
        "now": at,
        "clocks": [at + timedelta(minutes=minutes) for minutes in (200, 30, -130)],
        "soon": at + timedelta(seconds=40),
        "later": at + timedelta(seconds=277),
        "seconds": VIEW_SECONDS,
        "line": _line(at),
        "cards": [_card(), _card(kind="sky"), _card(off=True)],
        "qr": qr_svg("HTTP://LOCALHOST:8000/D/SPECIMEN", label=say("pages.specimens.choice")),
        "sheet": Sheet(say("pages.specimens.long"), "sign", now=at, open=True),
        "tones": ["", "ok", "wait", "stop", "idle"],
    }
    return render(request, "senim/specimens/components.html", context)


def _refused() -> Specimen:
    """A form that is in order and was refused all the same."""
    form = _form("refused", _TYPED)
    form.add_error(None, say("pages.specimens.wrong"))
    return form


ROUTES = [Route("components/", components, Who.SANDBOX, "components")]
