"""People who act for organisations of the sandbox: certificates in a role, and signing in with them."""

from tests.accounts.citizen import Citizen, citizen

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
