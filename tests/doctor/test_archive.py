"""The doctor notices papers of the archive that were changed."""

from datetime import UTC, datetime

import pytest
from tests.archive.made import png
from tests.operators.letters import Carrier, received
from tests.ordering import desk_of

from senim.archive import keeping
from senim.archive.models import Paper
from senim.operators.models import OperatorApplication
from senim.operators.models import Paper as Unsealed

pytestmark = pytest.mark.django_db


@pytest.mark.clause("CA-15.4")
def test_a_paper_that_was_changed_is_named_by_its_application(look):
    keeping.keep(
        reference="application:1",
        number="123456789012",
        kind="identity_document",
        content=png(),
        actor="operator:1",
        at=datetime.now(UTC),
    )
    assert look("archive") == []
    Paper.objects.update(sealed=bytes(64))
    [(level, found, facts)] = look("archive")
    assert (level, found, facts["papers"]) == ("BROKEN", "archive.damaged", "123456789012")


@pytest.mark.clause("CA-15.4")
def test_scans_of_letters_that_lie_unsealed_are_counted(look, world, authority):
    ainur = desk_of(world.person("ainur"), authority, responsible=True)
    received(ainur, world.person("saule"), Carrier())
    assert look("archive") == []
    case = OperatorApplication.objects.get()
    Unsealed.objects.create(application=case, kind="order", media_type="image/png", content=png())
    [(level, found, facts)] = look("archive")
    assert (level, found, facts["number"]) == ("WARNING", "archive.unsealed", 1)
