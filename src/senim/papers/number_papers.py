"""Papers of connecting a number at the counter: the form of annex 3 (P19-F1 to F4), and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from senim.countries.kz import times
from senim.papers.typesetting import typeset
from senim.texts import say, speaking


@dataclass(frozen=True)
class Facts:
    """What the form says. ``at`` is when the application was opened."""

    language: str
    number: str
    iin: str
    surname: str
    given_name: str
    patronymic: str
    email: str
    phone: str
    portal: str
    at: datetime


def application(*, facts: Facts) -> bytes:
    """A PDF with the requisites of annex 3, its two statements, and lines for the signature and the date."""
    with speaking(facts.language):
        return _typeset(
            facts,
            title="application",
            heading=say("papers.number.identity"),
            rows=_applicant(facts),
            statements=[say("papers.number.agrees_to_connection"), say("papers.number.agrees_to_secrets")],
            signatures=[say("papers.number.signature"), say("papers.number.signed_on")],
            at=facts.at,
        )


def outcome(*, facts: Facts, worker: str, reason: str, at: datetime) -> bytes:
    """A PDF that says the number is connected; or, with a ``reason``, that it is not, and why."""
    kind = "refusal" if reason else "result"
    with speaking(facts.language):
        rows = [*_applicant(facts), (say("papers.number.decided_at"), times.day_and_hour(at))]
        rows += [(say("papers.number.reason"), reason)] if reason else []
        rows.append((say("papers.number.worker"), worker))
        return _typeset(
            facts,
            title=kind,
            heading="",
            rows=rows,
            statements=[say(f"papers.number.{kind}_text", portal=facts.portal)],
            signatures=[say("papers.number.worker_signature")],
            at=at,
        )


def _applicant(facts: Facts) -> list[tuple[str, str]]:
    return [
        (say("papers.number.iin"), facts.iin),
        (say("papers.number.surname"), facts.surname),
        (say("papers.number.given_name"), facts.given_name),
        (say("papers.number.patronymic"), facts.patronymic or "–"),
        (say("papers.number.email"), facts.email),
        (say("papers.number.phone"), facts.phone),
    ]


def _typeset(
    facts: Facts,
    *,
    title: str,
    heading: str,
    rows: list[tuple[str, str]],
    statements: list[str],
    signatures: list[str],
    at: datetime,
) -> bytes:
    shown = {
        "language": facts.language,
        "brand": say("papers.receipt.brand"),
        "title": say(f"papers.number.{title}"),
        "number_label": say("papers.number.number"),
        "number": facts.number,
        "heading": heading,
        "rows": rows,
        "statements": statements,
        "signatures": signatures,
        "basis": f"{say('papers.receipt.basis_label')}: {say('papers.number.basis')}",
    }
    return typeset("number", facts=shown, at=at)
