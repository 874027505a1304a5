"""A letter of a public service centre, with everything that comes with it."""

import base64
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.archive.made import pdf
from tests.ordering import CENTRE, Desk, request_for, text_of
from tests.signing_pages import to_sign

from senim.pki.keys import KeyAlgorithm, PrivateKey, generate

SCAN = pdf()


@dataclass
class Carrier:
    """Two keys on a protected carrier; only requests leave it."""

    sign: PrivateKey = field(default_factory=lambda: generate(KeyAlgorithm.P256))
    auth: PrivateKey = field(default_factory=lambda: generate(KeyAlgorithm.P256))


def form(person, carrier: Carrier, **changes: object) -> dict[str, object]:
    """The form as the responsible staff fills it in."""
    yesterday = timezone.localdate() - timedelta(days=1)
    said = {
        "iin": person.iin,
        "email": person.email,
        "office": CENTRE,
        "letter_number": "01-17/244",
        "letter_dated_on": yesterday,
        "head_name": "Нұрпейісов Асқар",
        "head_email": "head@mail.test",
        "executor_name": "Әділова Сәуле",
        "executor_email": "executor@mail.test",
        "order_number": "88-к",
        "order_dated_on": yesterday,
        "carrier_model": "Қорғалған жеткізгіш",
        "carrier_number": "0412",
        "non_exportable": "on",
        "sign_request": file(request_for(carrier.sign)),
        "auth_request": file(pem(request_for(carrier.auth))),
        **{f"scan_of_{kind}": file(SCAN) for kind in ("letter", "order", "application")},
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("file", content)


def pem(der: bytes) -> bytes:
    body = base64.encodebytes(der)
    return b"-----BEGIN CERTIFICATE REQUEST-----\n" + body + b"-----END CERTIFICATE REQUEST-----\n"


def received(staff: Desk, person, carrier: Carrier, **changes: object) -> str:
    """The page of the letter, taken in."""
    answer = staff.browser.post("/en/operators/new/", form(person, carrier, **changes))
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def ordered(staff: Desk, page: str, *, by: Desk | None = None) -> object:
    """What the desk answers to the signed order."""
    sheet = staff.get(f"{page}order/")
    assert sheet.status_code == 200, text_of(sheet)
    signature = (by or staff).holder.sign(to_sign(sheet))
    return staff.post(f"{page}order/", {"signature": base64.b64encode(signature).decode()})
