"""People of the sandbox with certificates of the test authority."""

import pytest


@pytest.fixture
def people(db, world, authority):
    """``people("aigerim")``: this person with both certificates and a browser, not signed in."""
    from tests.accounts.citizen import citizen

    return lambda person_id: citizen(world.person(person_id), authority)


@pytest.fixture
def aigerim(people):
    return people("aigerim")


@pytest.fixture
def inside(aigerim):
    """Aigerim, signed in."""
    assert aigerim.sign_in().status_code == 302
    return aigerim


@pytest.fixture(autouse=True)
def _declared_tasks():
    import senim.notices.tasks  # noqa: F401


@pytest.fixture(autouse=True)
def _sessions_of_messages_end(request):
    """Each test binds to the message centre anew."""
    yield
    from senim.notices import smpp

    smpp.disconnect()
