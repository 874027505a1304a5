"""Scans of letters about operators: examined and sealed as every paper, looked at on record."""

import pytest
from tests.archive.made import pdf, png
from tests.operators.letters import SCAN, Carrier, file, form, received
from tests.operators.test_commands import senim
from tests.ordering import text_of

from senim.archive.models import IssuedCopy
from senim.archive.models import Paper as Archived
from senim.journal.models import Entry
from senim.journal.verification.row_checks import differing
from senim.operators.models import OperatorApplication, Paper
from senim.operators.packets import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CA-15.1c", "CA-15.4")]


@pytest.fixture
def page(ainur, world):
    """The letter's, taken in."""
    return received(ainur, world.person("saule"), Carrier(), scan_of_order=file(png()))


@pytest.mark.parametrize(
    ("size", "status", "said"),
    [
        (0.99, 302, ""),
        (1.01, 422, "PDF, JPEG or PNG, each file up to 5 MB"),
        (1.5, 413, "Too much was sent"),
    ],
    ids=["as large as allowed", "larger", "not even read"],
)
def test_three_scans_may_be_as_large_as_each_of_them(ainur, world, size, status, said):
    scan = SCAN.replace(b"%%EOF", b"%" + b"0" * int(size * 5 * 1024 * 1024) + b"\n%%EOF")
    three = {f"scan_of_{kind}": file(scan) for kind in KINDS}
    answer = ainur.browser.post("/en/operators/new/", form(world.person("saule"), Carrier(), **three))
    assert (answer.status_code, said in text_of(answer)) == (status, True)


def unseal_again() -> None:
    """As before 0.6.0: scans in this room's own table, one of them of a sort that is refused by now."""
    Archived.objects.all().delete()
    case = OperatorApplication.objects.get()
    for kind, content in (("letter", b"%PDF-1.7 scanned"), ("order", png())):
        media_type = "application/pdf" if kind == "letter" else "image/png"
        Paper.objects.create(application=case, kind=kind, media_type=media_type, content=content)


def test_they_lie_sealed_and_every_look_is_on_record(ainur, page):
    assert {paper.kind for paper in Archived.objects.all()} == {"letter", "order", "application"}
    assert not any(SCAN[:40] in bytes(paper.sealed) for paper in Archived.objects.all())
    assert not Paper.objects.exists()
    answer = ainur.get(f"{page}papers/order/")
    assert answer.content == png()
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]
    copy = IssuedCopy.objects.get()
    assert (copy.asked_by, copy.reason) == (ainur.operator.name, "Decision on letter no. 01-17/244")
    assert copy.issued_by == ainur.operator.reference
    assert ainur.get(f"{page}papers/portrait/").status_code == 404


def test_a_body_that_was_changed_is_not_handed_out(ainur, page):
    Archived.objects.filter(kind="order").update(sealed=bytes(100))
    assert ainur.get(f"{page}papers/order/").status_code == 409
    assert not IssuedCopy.objects.exists()


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (pdf(script="app.alert(1)"), "something that acts"),
        (pdf(attachment=b"MZ"), "something that acts"),
        (pdf(password="secret"), "locked with a password"),
        (png(after=b"<script>"), "something is appended"),
        (b"%PDF-1.7 scanned", "it is broken"),
    ],
    ids=["script", "attachment", "password", "appended", "half"],
)
def test_what_the_archive_refuses_is_refused_beside_its_field(ainur, world, scan, said):
    answer = ainur.browser.post(
        "/en/operators/new/", form(world.person("saule"), Carrier(), scan_of_order=file(scan))
    )
    assert answer.status_code == 422
    assert "The order. The file was not taken" in text_of(answer)
    assert said in text_of(answer)
    assert 'href="#id_scan_of_order"' in answer.content.decode()
    assert not OperatorApplication.objects.exists()
    assert not Archived.objects.exists()


def test_those_of_before_are_sealed_by_the_command_and_nothing_is_lost(ainur, page):
    unseal_again()
    assert senim("seal") == (0, {"sealed": 2})
    assert senim("seal") == (0, {"sealed": 0})
    assert {bytes(paper.content) for paper in Paper.objects.all()} == {b""}
    assert differing(Paper) == []
    assert ainur.get(f"{page}papers/letter/").content == b"%PDF-1.7 scanned"
    assert ainur.get(f"{page}papers/order/").content == png()
    assert Entry.objects.get(verb="operators.seal_scans").facts == {"scans": 2}


def test_whoever_looks_at_one_of_before_puts_it_away(ainur, page):
    unseal_again()
    assert "papers/order/" in ainur.get(page).content.decode()
    assert ainur.get(f"{page}papers/order/").content == png()
    assert not Paper.objects.exclude(content=b"").exists()
