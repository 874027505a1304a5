"""How to arrive at the pages about operators; see ``visits``."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from tests.operators.letters import Carrier, received
from tests.ordering import desk_of
from tests.pages.stage import Stage

from senim.operators import absence, violations


def registered(stage: Stage) -> dict[str, Any]:
    """Responsible staff at the register; the operator they look at has some history."""
    dauren = desk_of(stage.world.person("dauren"), stage.authority).operator
    ainur = desk_of(stage.world.person("ainur"), stage.authority, responsible=True)
    at = timezone.now()
    given = {"iin": dauren.iin, "by": ainur.operator, "at": at}
    violations.record_violation(**given, found_on=at.date(), said="Құжаттарды қолхатсыз қабылдаған.")
    absence.suspend(**given, absent_from=at.date(), absent_until=None, note="Орталықтың № 17 хаты")
    absence.take_back(**given)
    stage.client = ainur.browser
    return {"operator_id": dauren.id}


def the_register(stage: Stage) -> dict[str, Any]:
    registered(stage)
    return {}


def a_letter(stage: Stage) -> dict[str, Any]:
    ainur = desk_of(stage.world.person("ainur"), stage.authority, responsible=True)
    stage.client = ainur.browser
    return {
        "letter_id": received(ainur, stage.world.person("saule"), Carrier()).rstrip("/").rsplit("/", 1)[1]
    }


OPERATORS: Mapping[str, Callable[[Stage], dict[str, Any]]] = {
    "operators": the_register,
    "operator": registered,
    "operator-suspend": registered,
    "operator-leave": registered,
    "operator-lost": registered,
    "operator-violation": registered,
    "operator-new": the_register,
    "operator-letter": a_letter,
    "operator-order": a_letter,
    "operator-refuse": a_letter,
}
