"""The mobile operators' service: who holds a number, since when, in which SIM card. Any case can be set."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from senim_sandbox.clock import Clock
from senim_sandbox.society import Society

GIVEN = datetime(2020, 1, 1, tzinfo=UTC)
SIM_ACTIVATED = datetime(2023, 1, 1, tzinfo=UTC)
SOMEBODY = "somebody"


class WrongCase(ValueError):
    """No such case."""


class Case(StrEnum):
    """What the operators know of a number. ``OWN`` is how everybody begins."""

    OWN = "own"
    SIM_CHANGED = "sim_changed"
    RECYCLED = "recycled"
    OF_ANOTHER = "of_another"
    UNKNOWN = "unknown"
    NOBODYS = "nobodys"


@dataclass(frozen=True)
class Setting:
    """A case, and the moment it was set up."""

    case: Case = Case.OWN
    at: datetime = GIVEN


class Subscribers:
    """A phone of one of the town's people is theirs; any other number is somebody's whom nobody knows."""

    def __init__(self, society: Society, clock: Clock) -> None:
        self._society, self._clock = society, clock
        self._settings: dict[str, Setting] = {}

    def case(self, number: str) -> Case:
        return self._settings.get(number, Setting()).case

    def put(self, number: str, case: str) -> None:
        """From here on. Raises WrongCase."""
        if case not in list(Case):
            raise WrongCase(f"a number cannot be {case}")
        self._settings[number] = Setting(Case(case), self._clock.now())

    def clear(self) -> None:
        self._settings.clear()

    def answer(self, identifier: str, _today: date) -> dict[str, Any] | None:
        """To ``+77015550101 940308492147``: is the number this person's? None where it is nobody's."""
        number, _, iin = identifier.partition(" ")
        setting = self._settings.get(number, Setting())
        if setting.case is Case.NOBODYS or not iin:
            return None
        return {"subscriber": self._told(number, iin, setting)}

    def _told(self, number: str, iin: str, setting: Setting) -> dict[str, Any]:
        if setting.case is Case.UNKNOWN:
            return {"is_the_one": None, "held_since": None, "sim_since": None}
        given_away = setting.case in {Case.RECYCLED, Case.OF_ANOTHER}
        renewed = setting.case in {Case.RECYCLED, Case.SIM_CHANGED}
        return {
            "is_the_one": iin == self._holder(number) and not given_away,
            "held_since": (setting.at if setting.case is Case.RECYCLED else GIVEN).isoformat(),
            "sim_since": (setting.at if renewed else SIM_ACTIVATED).isoformat(),
        }

    def _holder(self, number: str) -> str:
        person = self._society.owner_of_phone(number)
        return person.iin if person else SOMEBODY
