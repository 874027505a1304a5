"""Forms for letters that ask for an operator's certificates."""

from django import forms

from senim.desk.operator_forms import day_field, text_area
from senim.operators.centres import centres_by_region
from senim.operators.packets import KINDS
from senim.pages.words import later


def _text(label: str, *, most: int) -> forms.CharField:
    required = later("desk.operators.note_required")
    return forms.CharField(
        label=later(label), max_length=most, strip=True, error_messages={"required": required}
    )


def _email(label: str) -> forms.EmailField:
    wrong = later("desk.operators.email_wrong")
    return forms.EmailField(label=later(label), error_messages={"required": wrong, "invalid": wrong})


def _file(label: str, accept: str) -> forms.FileField:
    missing = later("desk.operators.file_missing")
    return forms.FileField(
        label=later(label),
        widget=forms.FileInput(attrs={"accept": accept}),
        error_messages={"required": missing, "empty": missing},
    )


class NewOperator(forms.Form):
    """CA-15.1b, CA-15.1c: the letter and what came with it. Names are the state database's."""

    iin = _text("desk.operators.iin", most=14)
    email = _email("desk.operators.email")
    office = forms.ChoiceField(
        label=later("desk.operators.office"),
        error_messages={"required": later("desk.operators.note_required")},
    )
    letter_number = _text("desk.operators.letter_number", most=40)
    letter_dated_on = day_field("desk.operators.letter_dated", required=True)
    head_name = _text("desk.operators.head", most=200)
    head_email = _email("desk.operators.head_email")
    executor_name = _text("desk.operators.executor", most=200)
    executor_email = _email("desk.operators.executor_email")
    order_number = _text("desk.operators.order_number", most=40)
    order_dated_on = day_field("desk.operators.order_dated", required=True)
    carrier_model = _text("desk.operators.carrier_model", most=100)
    carrier_number = _text("desk.operators.carrier_number", most=60)
    non_exportable = forms.BooleanField(label=later("desk.operators.non_exportable"), required=False)
    sign_request = _file("desk.operators.sign_request", ".csr,.req,.p10,.pem,.der")
    auth_request = _file("desk.operators.auth_request", ".csr,.req,.p10,.pem,.der")

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        for kind in KINDS:
            label = f"desk.operators.scan_of_{kind}"
            self.fields[f"scan_of_{kind}"] = _file(label, ".pdf,.jpg,.jpeg,.png")
        choices = [
            (str(region.name), [(one.id, str(one.name)) for one in here])
            for region, here in centres_by_region()
        ]
        self.fields["office"].choices = [("", later("desk.operators.choose")), *choices]  # type: ignore[attr-defined]


class RefuseLetter(forms.Form):
    """An incomplete packet: why nothing is issued."""

    reason = text_area("desk.operators.refuse.reason", required=True)
