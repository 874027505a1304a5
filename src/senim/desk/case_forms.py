"""The desk's forms: papers and identity in order, or a reason why not."""

from collections.abc import Sequence
from typing import Any

from django import forms

from senim.certification.facts import CertificateFacts
from senim.enrolment.desk import REASON_AT_MOST
from senim.enrolment.holdings import holding_of
from senim.enrolment.installation import spelled
from senim.enrolment.letters import reason_text
from senim.enrolment.lists import identifications, papers
from senim.enrolment.revocation import REASONS
from senim.pages.choices import offer, unchosen
from senim.pages.times import day
from senim.pages.words import later
from senim.texts import Text


class Papers(forms.Form):
    """CA-6.C2, CA-10.C1: how the applicant was identified, and every paper of the list for this kind."""

    identification = forms.ChoiceField(
        label=later("desk.case.identification"),
        widget=forms.RadioSelect,
        error_messages=unchosen("enrolment.refusal.not_identified"),
    )
    papers = forms.MultipleChoiceField(
        label=later("desk.case.papers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=unchosen("enrolment.refusal.papers_missing"),
    )

    def __init__(self, *given: Any, role: str = "", kind: str = "", **more: Any) -> None:
        super().__init__(*given, **more)
        self._papers = papers(role, kind)
        for field, entries in (("identification", identifications()), ("papers", self._papers)):
            offer(self, field, [(entry.id, entry.name) for entry in entries.values()])

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


class Choice(forms.Form):
    """CA-10.T4: which certificates, and why. Where none is in force there is nothing to tick."""

    certificates = forms.MultipleChoiceField(
        label=later("desk.revoking.which"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=unchosen("desk.revoking.which.required"),
    )
    reason = forms.ChoiceField(
        label=later("desk.revoking.reason"),
        widget=forms.RadioSelect,
        error_messages=unchosen("desk.revoking.reason.required"),
    )

    def __init__(self, *given: Any, candidates: Sequence[CertificateFacts], **more: Any) -> None:
        super().__init__(*given, **more)
        which = [(f"{one.serial_number:x}", certificate_words(one)) for one in candidates]
        reasons = [(value, reason_text(value)) for value in REASONS]
        offer(self, "certificates", which)
        offer(self, "reason", reasons)
        self.fields["certificates"].required = bool(which)

    @property
    def serial_numbers(self) -> tuple[int, ...]:
        return tuple(int(number, 16) for number in self.cleaned_data["certificates"])


def certificate_words(certificate: CertificateFacts) -> Text:
    return Text(
        "desk.revoking.one",
        kind=holding_of(certificate).said,
        number=spelled(certificate.serial_number),
        until=day(certificate.not_after),
    )
