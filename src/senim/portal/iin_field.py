"""The field for an individual identification number (CA-20.3), with what is wrong with it in words."""

from django import forms

from senim.identifiers import Kind, WrongIdentifier, parse
from senim.pages.words import later


class IinField(forms.CharField):
    """Cleans to twelve digits; a business identifier is refused, for a person signs in."""

    def __init__(self) -> None:
        super().__init__(
            label=later("portal.order.iin"),
            max_length=40,
            error_messages={"required": later("portal.order.iin.required")},
        )

    def clean(self, value: object) -> str:
        typed = str(super().clean(value))
        try:
            identifier = parse(typed)
        except WrongIdentifier as wrong:
            digits = sum(character.isdigit() for character in typed)
            raise forms.ValidationError(later(f"portal.order.iin.{wrong.problem}", digits=digits)) from wrong
        if identifier.kind is not Kind.INDIVIDUAL:
            raise forms.ValidationError(later("portal.order.iin.business"))
        return identifier.number
