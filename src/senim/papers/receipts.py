"""The receipt of accepted documents (CA-6.P8)."""

from collections.abc import Sequence
from datetime import datetime

from senim.countries.kz import times
from senim.papers.qr import qr_svg
from senim.papers.typesetting import typeset
from senim.texts import say, speaking


def receipt(
    *,
    language: str,
    number: str,
    applicant: str,
    papers: Sequence[str],
    operator: str,
    office: str,
    status_url: str,
    at: datetime,
) -> bytes:
    """A PDF saying that the operator took these papers of this application, in the applicant's language.

    Names of papers and office come in that language already. The QR code leads to the application's status.
    """
    with speaking(language):
        facts = {
            "language": language,
            "words": {name: say(f"papers.receipt.{name}") for name in _WORDS},
            "number": number,
            "applicant": applicant,
            "papers": list(papers),
            "operator": operator,
            "office": office,
            "day": times.day(at),
            "hour": times.hour(at),
            "status_url": status_url,
            "qr": qr_svg(status_url, label=say("papers.receipt.qr")),
        }
    return typeset("receipt", facts=facts, at=at)


_WORDS = (
    "brand",
    "title",
    "number",
    "applicant",
    "accepted",
    "operator",
    "office",
    "date",
    "basis_label",
    "basis",
    "qr",
    "follow",
    "next",
    "operator_signature",
)
