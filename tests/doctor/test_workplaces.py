"""The doctor tells where operators may sign in from anywhere."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.ordering import CENTRE, desk_of

from senim.operators.centres import centres
from senim.settings import Mode

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CA-19.5a")]


def test_offices_whose_networks_nobody_named_are_told_in_production(look, world, authority, monkeypatch):
    desk_of(world.person("dauren"), authority)
    assert look("workplaces") == []
    [(level, found, facts)] = look("workplaces", mode=Mode.PRODUCTION)
    assert (level, found, facts["offices"]) == ("WARNING", "workplaces.anywhere", CENTRE)
    named = replace(centres()[CENTRE], networks=(ip_network("10.75.0.0/16"),))
    monkeypatch.setitem(centres(), CENTRE, named)
    assert look("workplaces", mode=Mode.PRODUCTION) == []
