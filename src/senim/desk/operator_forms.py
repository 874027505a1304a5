"""Forms about operators."""

from django import forms

from senim.pages.words import later

NOTE_AT_MOST = 1000


def day_field(label: str, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=later(label),
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": later("desk.operators.day"), "invalid": later("desk.operators.day")},
    )


def text_area(label: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=later(label),
        required=required,
        max_length=NOTE_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": later("desk.operators.note_required")},
    )


class Absence(forms.Form):
    """CA-15.1g: from when, until when, by which paper of the centre."""

    absent_from = day_field("desk.operators.absent_from", required=True)
    absent_until = day_field("desk.operators.absent_until", required=False)
    note = text_area("desk.operators.basis", required=True)


class Leaving(forms.Form):
    """CA-15.1f: from which day on, by which paper of the centre."""

    leaves_on = day_field("desk.operators.leaves_on", required=False)
    note = text_area("desk.operators.basis", required=True)


class Lost(forms.Form):
    """CA-19.5c: what happened, if there is time to say it."""

    note = text_area("desk.operators.what_happened")


class Violation(forms.Form):
    """CA-15.2c."""

    found_on = day_field("desk.operators.found_on", required=True)
    said = text_area("desk.operators.violation", required=True)
