"""The desk's forms: papers and identity in order, or a reason why not."""

from typing import Any

from django import forms

from senim.enrolment.desk import REASON_AT_MOST
from senim.enrolment.lists import identifications, papers
from senim.pages.words import later


class Papers(forms.Form):
    """CA-6.C2: how the applicant was identified, and every paper of the list."""

    identification = forms.ChoiceField(label=later("desk.case.identification"), widget=forms.RadioSelect)
    papers = forms.MultipleChoiceField(label=later("desk.case.papers"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, role: str = "", **more: Any) -> None:
        super().__init__(*given, **more)
        self._papers = papers(role)
        for field, entries in (("identification", identifications()), ("papers", self._papers)):
            chooser = self.fields[field]
            assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - for the type checker
            chooser.choices = [(entry.id, entry.name) for entry in entries.values()]
        self._say("identification", "enrolment.refusal.not_identified")
        self._say("papers", "enrolment.refusal.papers_missing")

    def _say(self, field: str, text_id: str) -> None:
        words = later(text_id)
        self.fields[field].error_messages = {
            "required": words,
            "invalid_choice": words,
            "invalid_list": words,
        }

    def clean_papers(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["papers"]
        if self._papers.keys() - set(ticked):
            raise forms.ValidationError(later("enrolment.refusal.papers_missing"))
        return ticked


class Refusal(forms.Form):
    """CA-6.P7: the reason, in words the citizen can act on."""

    reason = forms.CharField(
        label=later("desk.refuse.reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=REASON_AT_MOST,
        error_messages={"required": later("desk.refuse.reason.required")},
    )
