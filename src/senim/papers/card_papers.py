"""Papers of an issue onto an identity card: the application to sign (CA-9.P7), the receipt (CA-9.P10)."""

from collections.abc import Sequence
from datetime import datetime

from senim.countries.kz import times
from senim.papers.typesetting import typeset
from senim.texts import Text, say, speaking


def application(
    *,
    language: str,
    number: str,
    applicant: str,
    iin: str,
    email: str,
    operator: str,
    office: str,
    fingerprints: tuple[str, str],
    at: datetime,
) -> bytes:
    """A PDF to be signed by hand, with the ``fingerprints`` of the signing and the sign-in key.

    The applicant saw them in the program's window: paper, window and request can be compared.
    """
    rows = [*_people(applicant, operator, office), ("iin", iin), ("email", email)]
    items = [("sign_key", fingerprints[0]), ("auth_key", fingerprints[1])]
    signatures = ("applicant_signature", "operator_signature")
    with speaking(language):
        return _paper("application", language, number, rows, items, signatures, at)


def receipt(
    *,
    language: str,
    number: str,
    applicant: str,
    operator: str,
    office: str,
    certificates: Sequence[str],
    until: str,
    at: datetime,
) -> bytes:
    """A PDF saying which certificates were written onto the card; each by its serial number."""
    rows = [*_people(applicant, operator, office), ("until", until)]
    items = list(zip(("sign_certificate", "auth_certificate"), certificates, strict=True))
    with speaking(language):
        return _paper("receipt", language, number, rows, items, ("operator_signature",), at)


def _people(applicant: str, operator: str, office: str) -> list[tuple[str, str]]:
    return [("applicant", applicant), ("operator", operator), ("office", office)]


def _paper(
    kind: str,
    language: str,
    number: str,
    rows: list[tuple[str, str]],
    items: list[tuple[str, str]],
    signatures: Sequence[str],
    at: datetime,
) -> bytes:
    rows = [("date", times.day_and_hour(at)), *rows]
    facts = {
        "language": language,
        "brand": say("papers.receipt.brand"),
        "title": say(f"papers.card.{kind}.title"),
        "closing": say(f"papers.card.{kind}.closing"),
        "basis": say(f"papers.card.{kind}.basis"),
        "basis_label": say("papers.receipt.basis_label"),
        "number_label": say("papers.receipt.number"),
        "number": number,
        "rows": [(_label(name), value) for name, value in rows],
        "items": [(_label(name), value) for name, value in items],
        "signatures": [_label(name) for name in signatures],
    }
    return typeset("card", facts=facts, at=at)


def _label(name: str) -> str:
    return str(Text(f"papers.card.{name}"))
