"""Who puts papers away."""

import pytest
from tests.ordering import Desk, desk_of


@pytest.fixture
def dauren(world, authority) -> Desk:
    return desk_of(world.person("dauren"), authority)
