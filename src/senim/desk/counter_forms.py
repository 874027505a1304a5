"""The forms of the counter: whose IIN, the form of annex 3, a signed paper, a reason, a colleague."""

from typing import Any

from django import forms

from senim.accounts.counter.applications import DOCUMENTS
from senim.accounts.counter.steps import SAID_AT_MOST
from senim.accounts.counter.workers import Worker, colleagues_of
from senim.identifiers import WrongIdentifier, parse
from senim.pages.choices import offer, unchosen
from senim.pages.words import later
from senim.texts import LANGUAGES


class Citizen(forms.Form):
    """Who stands at the counter."""

    iin = forms.CharField(
        label=later("desk.case.iin"),
        max_length=40,
        error_messages={
            "required": later("desk.counter.iin.required"),
            "max_length": later("desk.counter.iin.required"),
        },
    )

    def clean_iin(self) -> str:
        try:
            return parse(self.cleaned_data["iin"]).number
        except WrongIdentifier as wrong:
            raise forms.ValidationError(later("desk.counter.iin.required")) from wrong


class AnnexForm(forms.Form):
    """P19-F1 to F3. Names are the registry's and are not typed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    iin = forms.CharField(widget=forms.HiddenInput)
    document = forms.ChoiceField(
        label=later("desk.counter.document"),
        widget=forms.RadioSelect,
        choices=[(name, later(f"accounts.counter_document.{name}")) for name in DOCUMENTS],
        error_messages=unchosen("desk.counter.document.required"),
    )
    number = forms.CharField(
        label=later("desk.counter.phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel"}),
        error_messages={"required": later("desk.counter.phone.required")},
    )
    email = forms.EmailField(
        label=later("desk.counter.email"),
        error_messages={
            "required": later("desk.counter.email.required"),
            "invalid": later("desk.counter.email.required"),
        },
    )
    language = forms.ChoiceField(
        label=later("desk.counter.language"),
        widget=forms.RadioSelect,
        choices=[(code, later(f"desk.counter.speaks_{code}")) for code in LANGUAGES],
        error_messages=unchosen("desk.counter.language_required"),
    )
    agrees_to_connection = forms.BooleanField(
        label=later("papers.number.agrees_to_connection"),
        error_messages={"required": later("accounts.refusal.connection_not_agreed")},
    )
    agrees_to_secrets = forms.BooleanField(
        label=later("papers.number.agrees_to_secrets"),
        error_messages={"required": later("accounts.refusal.secrets_not_agreed")},
    )


class SignedForm(forms.Form):
    """P19-F4: the signature and the date are on the paper."""

    signed_and_dated = forms.BooleanField(
        label=later("desk.counter.signed_and_dated"),
        error_messages={"required": later("accounts.refusal.form_not_signed")},
    )


class Reason(forms.Form):
    """Why, in words the citizen can act on."""

    reason = forms.CharField(
        label=later("desk.counter.reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=SAID_AT_MOST,
        error_messages={"required": later("desk.counter.reason.required")},
    )


class CounterColleague(forms.Form):
    """To whom an application is handed."""

    to = forms.ChoiceField(label=later("desk.hands.to"))

    def __init__(self, *given: Any, worker: Worker, **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "to", [(str(one.id), one.name) for one in colleagues_of(worker)])
