"""The field for an IIN or a BIN: the kind of the identifier decides who it is (PT-2.1-1)."""

from django import forms

from senim.identifiers import WrongIdentifier, parse
from senim.pages.words import later


class IdentifierField(forms.CharField):
    """Cleans to twelve digits."""

    def __init__(self) -> None:
        super().__init__(
            label=later("portal.identifier"),
            max_length=40,
            error_messages={"required": later("portal.identifier.required")},
        )

    def clean(self, value: object) -> str:
        typed = str(super().clean(value))
        try:
            return parse(typed).number
        except WrongIdentifier as wrong:
            digits = sum(character.isdigit() for character in typed)
            words = later(f"portal.identifier.{wrong.problem}", digits=digits)
            raise forms.ValidationError(words) from wrong
