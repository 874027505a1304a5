"""What a person is shown as recorded can be taken home and checked there."""

import re

import pytest
from django.test import Client
from tests.documents.test_claims import scan, token_of
from tests.journal.commands import kinds, senim

from senim.journal.models import Checkpoint, Leaf
from senim.settings import settings

PROOF = re.compile(r'href="(/en/journal/proof/[0-9a-f-]{36}/)"')


@pytest.fixture
def looking(opened, viewer):
    return scan(viewer, token_of(opened))["Location"]


def seen(someone):
    return someone.browser.get("/en/documents/seen/").content.decode()


@pytest.mark.clause("DD-18b", "PT-3.1")
def test_both_people_take_the_proof_of_a_mark_home_and_check_it_without_us(
    opened, viewer, looking, sequencer, tmp_path
):
    assert "Being entered in the journal" in seen(viewer)
    sequencer()
    links = {PROOF.search(seen(someone))[1] for someone in (viewer, opened.owner)}
    answer = viewer.browser.get(links.pop())
    assert links == set()
    assert answer["Content-Disposition"].endswith('.tlog-proof"')
    file, key = tmp_path / "mark.tlog-proof", settings.home / "certificates" / "journal.pub"
    file.write_bytes(answer.content)
    code, said = senim("journal", "check", str(file), "--key", str(key))
    assert code == 0
    assert "did documents.view to view:" in said
    assert viewer.surname not in answer.content.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("extra ey", "extra ez"),
        ("index ", "index 1"),
        ("index ", "index 0"),
        ("\n\n", "\n"),
        ("localhost/senim/journal\n", "localhost/senim/journal2\n"),
        ("\u2014 localhost", "- localhost"),
    ],
)
def test_a_changed_proof_proves_nothing(opened, viewer, looking, sequencer, tmp_path, old, new):
    sequencer()
    proof = viewer.browser.get(PROOF.search(seen(viewer))[1]).content.decode()
    page = Client().get("/en/journal/").content.decode()
    key = re.search(r"<code>(localhost/senim/journal\+[^<]+)</code>", page)[1]
    file = tmp_path / "mark.tlog-proof"
    for text, code in ((proof, 0), (proof.replace(old, new, 1), 1)):
        file.write_text(text, encoding="utf-8")
        assert senim("journal", "check", str(file), "--key", key)[0] == code


@pytest.mark.clause("PT-3.1")
def test_anybody_may_keep_the_newest_signed_state(opened, sequencer, tmp_path):
    assert Client().get("/en/journal/checkpoint/").status_code == 404
    assert "There are no records yet" in Client().get("/en/journal/").content.decode()
    sequencer()
    kept = Client().get("/en/journal/checkpoint/")
    assert kept.content.decode().startswith("localhost/senim/journal\n")
    file = tmp_path / "kept"
    file.write_bytes(kept.content)
    assert kinds("--offline", "--against", str(file)) <= {"row of record"}  # accounts a fixture made
    Checkpoint.objects.all().delete()
    Leaf.objects.all().delete()
    assert "truncated" in kinds("--offline", "--against", str(file))


@pytest.mark.django_db
def test_a_record_nobody_made_has_no_proof():
    answer = Client().get("/en/journal/proof/00000000-0000-4000-8000-000000000000/")
    assert answer.status_code == 404
