"""Whoever may sign for an organisation may ask for other keys of its systems; nobody else may."""

import json

from joserfc.jwk import ECKey
from tests.accounts.citizen import words
from tests.accounts.organisations import inside
from tests.partnering import admitted_system
from tests.partners.test_admission import LIST, signed

from senim.accounts.models import SystemApplication


def test_other_keys_are_asked_for_by_anybody_who_may_sign_for_the_organisation_and_by_no_stranger(
    world, authority
) -> None:
    bank, new = admitted_system(world, authority), ECKey.generate_key("P-256")
    path, keys = f"{LIST}{bank.client_id}/keys/", {"keys": json.dumps(new.as_dict(private=False))}
    for role, entity in (("employee", "bank"), ("right_to_sign", "pharmacy")):
        stranger = inside(world, authority, role=role, person="daniyar", entity=entity)
        assert stranger.browser.get(path).status_code == stranger.browser.post(path, keys).status_code == 404
        assert bank.client_id not in words(stranger.browser.get(LIST))
    deputy = inside(world, authority, role="right_to_sign", person="daniyar", entity="bank")
    assert bank.client_id in words(deputy.browser.get(LIST))
    assert deputy.browser.post(path, keys).status_code == 302
    facts = {"iin": deputy.iin, **deputy.names, "organisation": "«Алатау» дәріханасы ЖШС"}
    elsewhere = authority.issue("official", **facts, bin=world.legal_entity("pharmacy").bin)
    assert signed(deputy.browser, "/en/systems/sign/", elsewhere).status_code == 422
    own = authority.issue("official", **facts, bin=world.legal_entity("bank").bin)
    assert signed(deputy.browser, "/en/systems/sign/", own).status_code == 302
    assert SystemApplication.objects.filter(system_id=bank.client_id).count() == 1
