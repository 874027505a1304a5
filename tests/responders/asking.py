"""Questions to the status responder, and what it said."""

import base64
from typing import Any
from urllib.parse import quote

from cryptography.x509 import ocsp as library

from senim.pki import ocsp

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
STATUS = library.OCSPCertStatus
FAILURE = library.OCSPResponseStatus


def question(authority: Any, *serial_numbers: int, **how: Any) -> bytes:
    return ocsp.build_request(serial_numbers, issuer=authority.issuing, **how)


def answered(exchange: Any) -> library.OCSPResponse:
    assert exchange.status == 200
    assert exchange.headers["content-type"] == "application/ocsp-response"
    return library.load_der_ocsp_response(exchange.content)


def as_get(request: bytes) -> dict[str, str]:
    encoded = base64.b64encode(request).decode()
    return {
        "plain": f"/ocsp/{encoded}",
        "escaped": f"/ocsp/{quote(encoded, safe='')}",
        "without padding": f"/ocsp/{encoded.rstrip('=')}",
        "doubled slash": f"/ocsp//{encoded}",
        "escaped slashes": f"/ocsp/%2F%2F{quote(encoded, safe='')}",
    }
