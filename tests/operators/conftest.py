"""Responsible staff, and the operator they decide about."""

import pytest
from tests.ordering import CENTRE, applicant, desk_of


@pytest.fixture
def dauren(world, authority):
    """An operator in Almaty."""
    return desk_of(world.person("dauren"), authority)


@pytest.fixture
def ainur(world, authority):
    """Of the responsible staff, in another office."""
    return desk_of(world.person("ainur"), authority, office="71-01", responsible=True)


@pytest.fixture
def colleague(world, authority):
    """Another operator of Dauren's office."""
    return desk_of(world.person("saule"), authority, office=CENTRE)


@pytest.fixture
def stranger(world, authority):
    """An operator of yet another office."""
    return desk_of(world.person("zhanar"), authority, office="10-01")


@pytest.fixture
def number(world, authority):
    return applicant(world.person("aigerim")).order()
