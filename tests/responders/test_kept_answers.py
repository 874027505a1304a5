"""Answers that are kept: how long, across what, and what caches are told."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import time_machine
from tests.responders.asking import AIGERIM, FAILURE, STATUS, answered, as_get, question

from senim.pki import ocsp
from senim.responders import status_answers
from senim.settings import settings


def test_without_a_nonce_the_answer_is_kept_while_newer_generations_say_the_same(
    authority, holder, responders
):
    asked = question(authority, holder.serial_number)
    first = responders("POST", "/ocsp", asked)
    other = authority.issue("individual_sign", **AIGERIM)
    authority.revoke(other)
    authority.publish()
    responders.application.refresh()
    assert responders("POST", "/ocsp", asked).content == first.content
    authority.revoke(holder)
    authority.publish()
    responders.application.refresh()
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.REVOKED


def test_a_kept_answer_is_signed_anew_within_the_hour(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    first, now = responders("POST", "/ocsp", asked), datetime.now(UTC)
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert responders("POST", "/ocsp", asked).content == first.content
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert responders("POST", "/ocsp", asked).content != first.content


def test_what_is_asked_for_again_is_signed_ahead_of_its_end(authority, holder, responders):
    answers, now = responders.application._answers, datetime.now(UTC)
    often, once = (question(authority, holder.serial_number, hash_name=name) for name in ("sha1", "sha256"))
    for asked in (often, often, once):
        responders("POST", "/ocsp", asked)
    kept = answers.kept(often, now.timestamp())
    answers.sign_ahead(at=now + timedelta(minutes=50))
    assert answers.kept(often, now.timestamp()) is kept, "not yet"
    later = now + timedelta(minutes=56)
    answers.sign_ahead(at=later)
    assert answers.kept(often, (now + timedelta(minutes=90)).timestamp()) is not None
    assert answers.kept(once, (now + timedelta(minutes=90)).timestamp()) is None


def test_what_the_delegates_before_signed_is_given_no_more(authority, holder, responders):
    answers, asked = responders.application._answers, question(authority, holder.serial_number)
    responders("POST", "/ocsp", asked)
    assert answers.kept(asked, datetime.now(UTC).timestamp())
    answers.take_up(answers.delegates)
    assert answers.kept(asked, datetime.now(UTC).timestamp()) is None


def test_nothing_is_signed_ahead_from_a_stale_generation(authority, holder, responders):
    answers, now = responders.application._answers, datetime.now(UTC)
    asked = question(authority, holder.serial_number)
    for _ in range(2):
        responders("POST", "/ocsp", asked)
    stale = now + settings.ocsp_next_update + timedelta(minutes=1)
    answers.sign_ahead(at=stale)
    assert answers.kept(asked, stale.timestamp()) is None


def test_by_a_clock_that_was_set_back_nothing_is_given_that_was_kept(authority, holder, responders):
    asked, now = question(authority, holder.serial_number), datetime.now(UTC)
    assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD
    with time_machine.travel(now - timedelta(minutes=4), tick=False):
        assert answered(responders("POST", "/ocsp", asked)).certificate_status is STATUS.GOOD
    with time_machine.travel(now - timedelta(hours=2), tick=False):
        assert answered(responders("POST", "/ocsp", asked)).response_status is FAILURE.TRY_LATER


def test_an_answer_that_may_be_kept_says_so_as_rfc_5019_has_it(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    exchange = responders("GET", as_get(asked)["plain"])
    said, headers = answered(exchange), exchange.headers
    assert headers["cache-control"] == "max-age=60, public, no-transform, must-revalidate"
    assert parsedate_to_datetime(headers["last-modified"]) == said.this_update_utc
    assert parsedate_to_datetime(headers["expires"]) == said.next_update_utc
    again = responders("GET", as_get(asked)["plain"], sent={"if-none-match": f'"x", {headers["etag"]}'})
    assert (again.status, again.content) == (304, b"")
    assert again.headers["etag"] == headers["etag"]
    other = responders("GET", as_get(asked)["plain"], sent={"if-none-match": '"x"'})
    assert (other.status, other.content) == (200, exchange.content)


def test_no_cache_keeps_an_answer_past_its_next_update(authority, holder, responders):
    asked = question(authority, holder.serial_number)
    end = answered(responders("POST", "/ocsp", asked)).next_update_utc
    with time_machine.travel(end - timedelta(seconds=20), tick=False):
        kept = responders("POST", "/ocsp", asked).headers["cache-control"]
    assert kept.startswith("max-age=20,")


def test_what_never_existed_is_kept_by_no_cache(authority, responders):
    exchange = responders("POST", "/ocsp", question(authority, 7))
    assert exchange.headers["cache-control"] == "no-store"
    assert "etag" not in exchange.headers


def test_strangers_cannot_fill_the_memory_with_what_is_kept(authority, holder, responders, monkeypatch):
    monkeypatch.setattr(status_answers, "KEPT_AT_MOST", 2)
    kept = responders.application._answers._kept
    for number in range(1, 30):
        responders("POST", "/ocsp", question(authority, number))
        responders("POST", "/ocsp", question(authority, holder.serial_number, number))
    assert not kept
    requests = [question(authority, holder.serial_number, hash_name=name) for name in ocsp.HASHES]
    for asked in requests:
        responders("POST", "/ocsp", asked)
    assert list(kept) == requests[-2:], "the oldest made room"
