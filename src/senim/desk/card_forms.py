"""The forms of an issue onto an identity card: whose card it is, and how to reach the applicant."""

from typing import Any

from django import forms

from senim.enrolment.card import Contact
from senim.enrolment.lists import regions_by_name
from senim.identifiers import Kind, WrongIdentifier, parse
from senim.pages.choices import offer, unchosen
from senim.pages.words import later


class Iin(forms.Form):
    """CA-9.P1. ``key`` makes a second click the same application."""

    iin = forms.CharField(
        label=later("desk.case.iin"),
        max_length=40,
        error_messages={
            "required": later("desk.card.iin.required"),
            "max_length": later("desk.card.iin.wrong"),
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_iin(self) -> str:
        try:
            identifier = parse(self.cleaned_data["iin"])
        except WrongIdentifier as wrong:
            raise forms.ValidationError(later("desk.card.iin.wrong")) from wrong
        if identifier.kind is not Kind.INDIVIDUAL:
            raise forms.ValidationError(later("desk.card.iin.wrong"))
        return identifier.number


class CardForm(forms.Form):
    """CA-9.P3: what the card and the registry do not say."""

    email = forms.EmailField(
        label=later("desk.case.email"),
        max_length=254,
        error_messages=dict.fromkeys(("required", "invalid"), later("desk.card.email.wrong")),
    )
    region = forms.ChoiceField(
        label=later("desk.card.region"), error_messages=unchosen("desk.card.region.required")
    )
    settlement = forms.CharField(
        label=later("desk.card.settlement"),
        max_length=100,
        error_messages={"required": later("desk.card.settlement.required")},
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "region", [(region.id, region.name) for region in regions_by_name()])

    def contact(self) -> Contact:
        return Contact(**self.cleaned_data)
