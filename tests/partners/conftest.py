"""A bank that was admitted, a citizen, and her phone."""

import pytest
from tests.accounts.citizen import Citizen, citizen
from tests.partnering import admitted_system
from tests.partners.banking import BankApp

import senim.notices.tasks  # noqa: F401 - so that its jobs can run
from senim.notices import smpp
from senim.settings import settings


@pytest.fixture
def bank(db, world, authority) -> BankApp:
    return BankApp(admitted_system(world, authority), back=f"{settings.sandbox_origin}/bank/back")


@pytest.fixture
def aigerim(db, world, authority) -> Citizen:
    return citizen(world.person("aigerim"), authority)


@pytest.fixture(autouse=True)
def _sessions_of_messages_end():
    """Each test binds to the message centre anew."""
    yield
    smpp.disconnect()
