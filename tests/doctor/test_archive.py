"""The doctor notices papers of the archive that were changed."""

from datetime import UTC, datetime

import pytest
from tests.archive.made import png

from senim.archive import keeping
from senim.archive.models import Paper

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
