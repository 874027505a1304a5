"""A certification authority for tests: a real ceremony once a session, its records in each test's database.

``authority.issue("individual_sign", iin=…, surname=…, given_name=…)`` gives a ``Holder``
(``tests/holders.py``) with a key of its own: ``.sign(content)``, ``.p12(password)``;
``authority.revoke(holder)``.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from senim.certification.ceremony import Plan
    from senim.certification.issuance import Authority
    from tests.holders import TestAuthority

PLAN_FILE = Path(__file__).parent.parent / "ceremony" / "sandbox.toml"
ROOT_PASSPHRASE = "typed by the custodians of the tests"
CEREMONY_AGE = timedelta(days=30)
"""The ceremony was this long before the tests, so that certificates of the last weeks can be issued."""


def plan_without_people() -> "Plan":
    """The reviewed plan without the sandbox's people: their key files take seconds to make."""
    from senim.certification import ceremony

    plan = ceremony.read(PLAN_FILE)
    return replace(plan, holders=tuple(holder for holder in plan.holders if not holder.folder))


@pytest.fixture(scope="session")
def ceremony_performed(django_db_setup: None, django_db_blocker: Any) -> "Authority":
    """The authority's files in this session's home, made once; its records are taken back again."""
    from django.db import transaction

    from senim.certification import ceremony, certificates
    from senim.certification.issuance import Authority
    from senim.pki.keys import FileKeyStore
    from senim.settings import settings

    with django_db_blocker.unblock(), transaction.atomic():
        began_at = datetime.now(UTC) - CEREMONY_AGE
        ceremony.perform(plan_without_people(), at=began_at, root_passphrase=ROOT_PASSPHRASE)
        transaction.set_rollback(True)
    store, passphrase = FileKeyStore(settings.home / "keys"), settings.secret("passphrase-authority")
    certificate = certificates.certificate_file("issuing")
    return Authority.of("issuing", certificate=certificate, key=store.open("issuing", passphrase=passphrase))


@pytest.fixture
def authority(db: None, ceremony_performed: "Authority") -> "TestAuthority":
    """The session's authority, known to this test's database; its owning body signs registry answers."""
    from senim.certification import ceremony, certificates
    from senim.settings import settings
    from tests.holders import TestAuthority

    # Each test has a fresh database: what an earlier test published is no sign of a restored copy.
    shutil.rmtree(settings.home / "status", ignore_errors=True)
    ceremony.adopt(plan_without_people())
    return TestAuthority(ceremony_performed, certificates.chain())


@pytest.fixture
def sequencer(
    authority: "TestAuthority", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], object]:
    """Places what waits in the journal, with this instance's key and a checkpoint file of the test's own."""
    from senim.journal import identity
    from senim.journal.sequencing import sequence
    from senim.settings import settings

    monkeypatch.setattr(identity, "checkpoint_file", lambda: tmp_path / "journal" / "checkpoint")
    key = identity.signing_key(settings.secret("passphrase-sequencer"))
    return lambda: sequence(key=key, at=datetime.now(UTC))
