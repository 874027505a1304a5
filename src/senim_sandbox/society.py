"""Everybody of one sandbox, fixed and drawn, and the ways to find them."""

from functools import cached_property

from senim_sandbox.people import LegalEntity, Person, fixed_legal_entities, fixed_people
from senim_sandbox.population import Town

DRAWN_PEOPLE = 500
DRAWN_LEGAL_ENTITIES = 25


class Society:
    """Deterministic: one seed, one society."""

    def __init__(self, seed: str) -> None:
        fixed = fixed_people()
        town = Town(seed, taken=frozenset(person.iin for person in fixed))
        drawn = town.people(DRAWN_PEOPLE)
        self.people: tuple[Person, ...] = (*fixed, *drawn)
        self.legal_entities: tuple[LegalEntity, ...] = (
            *fixed_legal_entities(),
            *town.legal_entities(drawn, DRAWN_LEGAL_ENTITIES),
        )

    @cached_property
    def _by_iin(self) -> dict[str, Person]:
        return {person.iin: person for person in self.people if person.registered}

    @cached_property
    def by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _owner_of_phone(self) -> dict[str, Person]:
        return {person.phone: person for person in self.people if person.phone}

    def registered(self, iin: str) -> Person | None:
        """The person whom the state registries know by this identifier."""
        return self._by_iin.get(iin)

    def somebody_else(self, iin: str) -> str:
        """The identifier of another person, who has a card."""
        return next(one.iin for one in self.people if one.iin != iin and one.card)

    def legal_entity(self, bin_: str) -> LegalEntity | None:
        return next((entity for entity in self.legal_entities if entity.bin == bin_), None)

    def owner_of_phone(self, number: str) -> Person | None:
        return self._owner_of_phone.get(number)

    def owner_of_mailbox(self, address: str) -> Person | None:
        return next((person for person in self.people if person.email == address), None)

    def guardian_of(self, person: Person) -> Person | None:
        return next((other for other in self.people if person.id in other.wards), None)

    def parents_of(self, person: Person) -> tuple[Person, ...]:
        return tuple(other for other in self.people if person.id in other.children)
