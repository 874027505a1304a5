"""What the registries say at this moment, beside what the applicant said; or that they do not answer."""

from datetime import datetime
from typing import Any

from senim.accounts.registry_reads import Asker, Ground, note
from senim.enrolment.work import CaseFile
from senim.errors import Refused
from senim.operators.standing import Operator
from senim.pages.encoded import encoded
from senim.pages.times import day, figures
from senim.registries import documents, legal_entities, people
from senim.registries.documents import IdentityCard
from senim.registries.legal_entities import LegalEntity
from senim.registries.people import Person
from senim.texts import Text, language


def registry_facts(case: CaseFile, *, operator: Operator, at: datetime) -> dict[str, Any]:
    """Asked live for the page; nothing of it is kept, but that it was asked. A registry that is away leaves
    its column empty.
    """
    for registry in (people.INDIVIDUALS, documents.IDENTITY_CARDS):
        note(
            iin=case.iin,
            registry=registry.name,
            asked_by=Asker.OPERATOR,
            who=operator.name,
            ground=Ground.APPLICATION,
            at=at,
        )
    facts: dict[str, Any] = {"place": f"{case.region.name}, {case.settlement}" if case.settlement else ""}
    try:
        facts |= _person(people.person(iin=case.iin, at=at))
        if case.bin:
            facts |= _entity(legal_entities.legal_entity(bin=case.bin, at=at), case)
        facts |= card_facts(documents.identity_card(iin=case.iin, at=at))
    except Refused as refusal:
        facts["registry_refusal"] = refusal
    return facts


def _person(person: Person) -> dict[str, Any]:
    return {
        "person": person,
        "born": day(person.born),
        "iin_status": Text(f"desk.case.iin_status.{person.status}"),
        "registry_place": f"{person.region}, {person.settlement}",
    }


def _entity(entity: LegalEntity, case: CaseFile) -> dict[str, Any]:
    heads = "yes" if entity.head_iin == case.iin else "no"
    return {
        "entity_name": entity.names[language()],
        "entity_status": Text(f"desk.case.entity_status.{entity.status}"),
        "heads_it": Text(f"desk.case.heads_it.{heads}"),
    }


def card_facts(card: IdentityCard) -> dict[str, Any]:
    state = Text(f"desk.case.card_status.{card.status}")
    words = Text("desk.case.card_value", number=card.number, expires=figures(card.expires))
    return {"card_words": f"{words}: {state}", "portrait": encoded(card.portrait)}
