"""Papers of a revocation in person: the application to sign by hand, and the receipt (CA-10.C1, CA-10.T9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from senim.countries.kz import times
from senim.papers.qr import qr_svg
from senim.papers.typesetting import typeset
from senim.texts import say, speaking


@dataclass(frozen=True)
class Facts:
    """What both papers say. Words come in ``language`` already; ``at`` is the paper's date."""

    language: str
    number: str
    applicant: str
    iin: str
    certificates: tuple[str, ...]
    operator: str
    office: str
    status_url: str
    at: datetime


def application(*, facts: Facts, reason: str) -> bytes:
    """A PDF for the applicant's own hand."""
    with speaking(facts.language):
        rows = [*_who(facts), (say("papers.revocation.reason"), reason)]
        return _typeset(
            "application",
            facts,
            rows=rows,
            lists=[(say("papers.revocation.to_revoke"), facts.certificates)],
            says=say("papers.revocation.asks"),
            signatures=[say("papers.revocation.applicant_signature")],
        )


def receipt(
    *,
    facts: Facts,
    papers: Sequence[str],
    reason: str,
    revoked_at: datetime | None,
    published_at: datetime | None,
) -> bytes:
    """A PDF saying which papers were taken; once it is done also what was revoked, when and why."""
    with speaking(facts.language):
        rows = [*_who(facts), (say("papers.receipt.operator"), facts.operator)]
        lists = [(say("papers.receipt.accepted"), tuple(papers))]
        if revoked_at:
            rows += [(say("papers.revocation.reason"), reason), _moment("revoked_at", revoked_at)]
            lists.append((say("papers.revocation.revoked"), facts.certificates))
        if published_at:
            rows.append(_moment("published_at", published_at))
        return _typeset(
            "receipt",
            facts,
            rows=rows,
            lists=lists,
            says="" if published_at else say("papers.revocation.follows"),
            signatures=[say("papers.receipt.operator_signature")],
        )


def _who(facts: Facts) -> list[tuple[str, str]]:
    return [
        (say("papers.receipt.applicant"), facts.applicant),
        (say("papers.revocation.iin"), facts.iin),
        _moment("date", facts.at),
        (say("papers.receipt.office"), facts.office),
    ]


def _moment(label: str, at: datetime) -> tuple[str, str]:
    return say(f"papers.revocation.{label}"), times.day_and_hour(at)


def _typeset(
    paper: str,
    facts: Facts,
    *,
    rows: Sequence[tuple[str, str]],
    lists: Sequence[tuple[str, Sequence[str]]],
    says: str,
    signatures: Sequence[str],
) -> bytes:
    shown = {
        "language": facts.language,
        "brand": say("papers.receipt.brand"),
        "title": say(f"papers.revocation.{paper}"),
        "number_label": say("papers.receipt.number"),
        "number": facts.number,
        "rows": rows,
        "lists": lists,
        "says": says,
        "signatures": signatures,
        "follow": say("papers.receipt.follow"),
        "status_url": facts.status_url,
        "qr": qr_svg(facts.status_url, label=say("papers.receipt.qr")),
        "qr_label": say("papers.receipt.qr"),
        "basis": f"{say('papers.receipt.basis_label')}: {say('papers.revocation.basis')}",
    }
    return typeset("revocation", facts=shown, at=facts.at)
