"""People who act for organisations of the sandbox: certificates in a role, and signing in with them."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from tests.accounts.citizen import Citizen, citizen, hidden, signed, words
from tests.holders import Holder

from senim.countries.kz import roles

PHARMACY = "«Алатау» дәріханасы ЖШС"


def certificate_for(authority, person: Citizen, entity, role: str = roles.FIRST_HEAD):
    """One for signing in, in this role for this organisation."""
    profile = roles.PROFILES[role]["auth"]
    facts = {"iin": person.iin, **person.names, "organisation": entity.kk, "bin": entity.bin}
    return authority.issue(profile, **facts, role=role)


def inside(world, authority, *, role: str = roles.FIRST_HEAD, person="daniyar", entity="pharmacy") -> Citizen:
    """This person, signed in for the organisation; ``auth`` is the certificate they did it with."""
    found = citizen(world.person(person), authority)
    found.auth = certificate_for(authority, found, world.legal_entity(entity), role)
    assert found.sign_in().status_code == 302
    return found


def in_a_role(authority: Any, person: Citizen, entity: Any, role: str) -> Holder:
    """A certificate to sign with for the organisation."""
    facts = {"organisation": entity.kk, "bin": entity.bin, "role": role, "email": f"{role}@mail.test"}
    return authority.issue(roles.PROFILES[role]["sign"], iin=person.iin, **person.names, **facts)


@dataclass
class Actor:
    """Somebody signed in for an organisation, with a certificate to sign with for it."""

    person: Citizen
    sign: Holder

    @property
    def browser(self) -> Client:
        return self.person.browser

    def take_back(self, holder: Holder, *, by: Holder | None = None) -> Any:
        path = f"/en/organisation/certificates/{holder.serial_number:x}/revoke/"
        page = self.browser.get(path)
        assert page.status_code == 200, words(page)
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, by or self.sign)}
        return self.browser.post(path, answer)


def acting_for(world: Any, authority: Any, role: str = roles.FIRST_HEAD, person: str = "daniyar") -> Actor:
    found = inside(world, authority, role=role, person=person)
    return Actor(found, in_a_role(authority, found, world.legal_entity("pharmacy"), role))
