"""Forms of decisions about information systems."""

from datetime import date
from typing import Any

from django import forms

from senim.accounts.systems.process import OrganisationKind, Purpose
from senim.accounts.systems.register import ApplicationFile
from senim.accounts.systems.wishes import Wanted
from senim.desk.operator_forms import day_field, text_area
from senim.pages.words import later
from senim.texts import Text


class Decide(forms.Form):
    """What of the application is granted: only what was asked for can be ticked."""

    kind = forms.ChoiceField(
        label=later("desk.systems.kind"),
        widget=forms.RadioSelect,
        choices=[(kind.value, later(f"accounts.systems.kind.{kind}")) for kind in OrganisationKind],
        error_messages={"required": later("desk.systems.kind_required")},
    )
    purposes = forms.MultipleChoiceField(
        label=later("desk.systems.purposes"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": later("desk.systems.purposes_required")},
    )
    document_types = forms.MultipleChoiceField(
        label=later("desk.systems.document_types"), widget=forms.CheckboxSelectMultiple, required=False
    )
    expires_on = day_field("desk.systems.expires_on", required=False)

    def __init__(self, *given: Any, file: ApplicationFile, **more: Any) -> None:
        super().__init__(*given, **more)
        _offer(self, "purposes", file.facts.purposes, "accounts.systems.purpose")
        _offer(self, "document_types", file.facts.document_types, "accounts.systems.document")
        if not file.facts.document_types:
            del self.fields["document_types"]

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        day: date | None = said["expires_on"]
        return Wanted(
            kind=OrganisationKind(said["kind"]),
            purposes=tuple(map(Purpose, said["purposes"])),
            document_types=tuple(said.get("document_types", ())),
            expires_on=day,
        )


def _offer(form: forms.Form, name: str, values: tuple[str, ...], texts: str) -> None:
    field: Any = form.fields[name]
    field.choices = [(value, Text(f"{texts}.{value}")) for value in values]
    field.initial = list(values)


class Reason(forms.Form):
    """Why an application is refused, or a system suspended: its organisation reads it."""

    reason = text_area("desk.systems.reason", required=True)
