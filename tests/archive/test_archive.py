"""Accepted papers: put away at the desk, found by number, copied on request, destroyed by rule (CA-15.4)."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from tests.archive.made import jpeg, pdf, png
from tests.ordering import applicant, desk_of, text_of

from senim.archive.models import IssuedCopy, Paper
from senim.archive.retention import kept_until
from senim.journal.models import Entry
from senim.journal.verification.row_checks import differing
from senim.runtime.console.commands import main

pytestmark = pytest.mark.django_db
REQUEST = {"asked_by": "Provider, quality control", "reason": "Letter 17 of 2 November"}


@pytest.fixture
def number(world, authority):
    return applicant(world.person("aigerim")).order()


@pytest.fixture
def place(dauren, number):
    """Where the papers of an application that was handed in are."""
    case = dauren.find(number)
    dauren.post(f"{case}present/")
    return f"{case}archive/"


def put(desk, place, content=None, kind="identity_document", name="scan.png"):
    scan = SimpleUploadedFile(name, png() if content is None else content)
    return desk.browser.post(place, {"kind": kind, "scan": scan})


def one_paper(desk, place) -> str:
    """The address of the page that hands out a copy of the only paper there."""
    found = set(re.findall(rf'href="({place}[0-9a-f-]{{36}}/)"', desk.get(place).content.decode()))
    assert len(found) == 1
    return found.pop()


@pytest.mark.clause("CA-15.4")
class TestPuttingAway:
    @pytest.mark.parametrize("content", [png(), jpeg(), pdf()], ids=["png", "jpeg", "pdf"])
    def test_an_accepted_paper_is_sealed_and_kept_for_its_term(self, dauren, place, content):
        assert put(dauren, place, content).status_code == 302
        [paper] = Paper.objects.all()
        assert content[20:60] not in bytes(paper.sealed)
        assert paper.keep_until == kept_until(accepted_at=paper.accepted_at)
        assert paper.keep_until.year == timezone.localdate().year + 5
        [record] = Entry.objects.filter(verb="archive.keep")
        assert record.facts["digest"] == bytes(paper.digest).hex()
        assert "An identity document" in text_of(dauren.get(place))

    @pytest.mark.parametrize(
        ("given", "code", "said"),
        [
            ({"content": b"<script>alert(1)</script>"}, 409, "it is not a PDF, JPEG or PNG file"),
            ({"content": pdf(script="x")}, 409, "it holds something that acts when it is opened"),
            ({"content": b""}, 422, "Choose a file"),
            ({"kind": "appointment_of_head"}, 422, "Choose which paper it is"),
        ],
        ids=["page", "script", "empty", "not asked of a person"],
    )
    def test_what_is_no_scan_is_refused_with_the_reason(self, dauren, place, given, code, said):
        answer = put(dauren, place, **given)
        assert answer.status_code == code
        assert said in text_of(answer)
        assert not Paper.objects.exists()

    def test_a_scan_larger_than_the_limit_is_refused_and_a_far_larger_one_unread(self, dauren, place):
        assert "larger than 5 MB" in text_of(put(dauren, place, png() + bytes(5 * 1024 * 1024)))
        assert put(dauren, place, png() + bytes(7 * 1024 * 1024)).status_code == 413
        assert dauren.post(f"{place}../accept/", {"papers": "x" * 300_000}).status_code == 413

    def test_nothing_is_put_away_before_anything_was_handed_in(self, dauren, number):
        answer = put(dauren, f"{dauren.find(number)}archive/")
        assert answer.status_code == 409
        assert "No operator has taken papers in" in text_of(answer)

    def test_nobody_touches_papers_of_their_own(self, world, authority, place):
        aigerim = desk_of(world.person("aigerim"), authority)
        assert put(aigerim, place).status_code == 409
        assert 'type="file"' not in aigerim.get(place).content.decode()

    def test_it_is_found_by_the_number_of_the_application(self, dauren, place, number):
        spaced = f"{number[:4]} {number[4:8]} {number[8:]}"
        assert dauren.post("/en/archive/", {"number": spaced})["Location"] == place
        assert "No application has this number" in text_of(dauren.post("/en/archive/", {"number": "1"}))


@pytest.mark.clause("CA-15.2b", "CA-15.4")
class TestCopies:
    def test_a_copy_is_the_very_file_and_the_record_says_who_asked_and_why(self, dauren, place):
        put(dauren, place, pdf(), name="harmless.html")
        answer = dauren.post(one_paper(dauren, place), REQUEST)
        assert answer.content == pdf()
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert answer["Content-Disposition"].endswith('-identity_document.pdf"')
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/octet-stream", "no-store")
        assert "sandbox" in answer["Content-Security-Policy"]
        [copy] = IssuedCopy.objects.all()
        assert (copy.asked_by, copy.reason) == tuple(REQUEST.values())
        [record] = Entry.objects.filter(verb="archive.issue_copy")
        assert record.actor == dauren.operator.reference
        assert REQUEST["asked_by"] not in json.dumps(record.facts)
        assert REQUEST["reason"] in text_of(dauren.get(place))

    @pytest.mark.parametrize("without", ["asked_by", "reason"])
    def test_there_is_none_without_saying_for_whom_and_why(self, dauren, place, without):
        put(dauren, place)
        answer = dauren.post(one_paper(dauren, place), {**REQUEST, without: " "})
        assert answer.status_code == 422
        assert not IssuedCopy.objects.exists()

    def test_there_is_no_other_way_to_look(self, dauren, place):
        put(dauren, place)
        assert b"\x89PNG" not in dauren.get(one_paper(dauren, place)).content
        assert "data:image" not in dauren.get(place).content.decode()

    def test_what_was_changed_is_not_handed_out(self, dauren, place):
        put(dauren, place)
        Paper.objects.update(sealed=bytes(100))
        answer = dauren.post(one_paper(dauren, place), REQUEST)
        assert answer.status_code == 409
        assert "has been changed, so no copy of it is given" in text_of(answer)


@pytest.mark.clause("CA-15.4")
class TestNotice:
    def test_a_changed_body_is_found_by_the_command(self, dauren, place, capsys):
        put(dauren, place)
        assert main(["archive", "verify"]) == 0
        Paper.objects.update(sealed=bytes(100))
        assert main(["archive", "verify"]) == 1
        assert str(Paper.objects.get().id) in capsys.readouterr().out

    def test_a_digest_changed_with_it_and_a_row_that_is_gone_are_found_by_the_journal(self, dauren, place):
        put(dauren, place)
        assert differing(Paper) == []
        Paper.objects.update(sealed=bytes(100), digest=bytes(32))
        assert differing(Paper) == [Paper.objects.get().pk]


@pytest.mark.clause("CA-15.4")
class TestDestroying:
    def years_later(self, days: int):
        """So many days after the last day of a paper's term."""
        last = Paper.objects.get().keep_until
        noon = timezone.make_aware(
            timezone.datetime(last.year, last.month, last.day, 12), timezone.get_default_timezone()
        )
        return time_machine.travel(noon + timedelta(days=days), tick=False)

    def test_nothing_is_destroyed_before_its_term_is_over(self, dauren, place, capsys):
        put(dauren, place)
        with self.years_later(0):
            assert main(["archive", "destroy", "--confirm", "1"]) == 1
        assert "0 papers are due, but 1 were confirmed" in capsys.readouterr().err.replace("\n", " ")
        assert Paper.objects.get().sealed is not None

    def test_it_is_shown_first_and_then_destroyed_on_record(self, dauren, place, capsys):
        put(dauren, place)
        with self.years_later(1):
            assert main(["archive", "destroy", "--json"]) == 0
            [shown] = json.loads(capsys.readouterr().out)
            assert shown["paper"] == str(Paper.objects.get().id)
            assert Paper.objects.get().sealed is not None
            assert main(["archive", "destroy", "--confirm", "1"]) == 0
        paper = Paper.objects.get()
        assert paper.sealed is None
        assert paper.destroyed_at is not None
        assert differing(Paper) == []
        [record] = Entry.objects.filter(verb="archive.destroy")
        assert record.facts["papers"] == [str(paper.id)]
        assert "Destroyed" in text_of(dauren.get(place))
        answer = dauren.post(f"{place}{paper.id}/", REQUEST)
        assert answer.status_code == 409
        assert "has been destroyed" in text_of(answer)

    def test_the_database_keeps_a_body_from_vanishing_without_the_day(self, dauren, place):
        put(dauren, place)
        with pytest.raises(Exception, match="archive_only_the_destroyed"), transaction.atomic():
            connection.cursor().execute("UPDATE archive_paper SET sealed = NULL")
