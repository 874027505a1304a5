"""The root's next list is shown without a restart; a list that is away leaves the one before shown."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.authority import ROOT_PASSPHRASE

from senim.certification.ceremony import root_list
from senim.pki import crl
from senim.settings import settings


@pytest.fixture
def list_file():
    file = settings.home / "certificates" / "root.crl"
    kept = file.read_bytes()
    yield file
    file.write_bytes(kept)


def test_the_next_list_of_the_root_is_shown_at_once(authority, responders, list_file):
    plan = root_list.ListPlan(7, timedelta(days=365), ())
    root_list.sign(plan, passphrase=ROOT_PASSPHRASE, at=datetime.now(UTC))
    served = crl.read(responders("GET", "/crl/root.crl").content, issuer=authority.root)
    assert served.number == 7


def test_while_the_list_is_away_the_one_before_is_shown(authority, responders, list_file):
    before = responders("GET", "/crl/root.crl").content
    list_file.unlink()
    assert responders("GET", "/crl/root.crl").content == before
    list_file.write_bytes(before)
