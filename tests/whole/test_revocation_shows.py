"""On the running platform: a revocation shows by itself; what is not published is never called good."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from rfc3161_client import TimestampRequestBuilder
from tools.demo.keys import from_file

from senim.certification.publication import LOCK
from senim.runtime.database.postgres import Postgres
from senim.texts import LANGUAGES, say_in
from tests.whole.platform import Platform, family, waited


def certificate_of(platform: Platform, slug: str, purpose: str) -> x509.Certificate:
    person = platform.person(slug)
    return from_file(person.file.with_name(f"{slug}-{purpose}.p12"), person.password).certificate


def status(platform: Platform, certificate: x509.Certificate) -> str:
    issuing = x509.load_der_x509_certificate(httpx.get(f"{platform.responders}/ca/issuing.cer").content)
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuing, hashes.SHA256()).build()
    answer = httpx.post(f"{platform.responders}/ocsp", content=asked.public_bytes(Encoding.DER))
    said = ocsp.load_der_ocsp_response(answer.content)
    if said.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return said.response_status.name
    return said.certificate_status.name


def revoke(platform: Platform, certificate: x509.Certificate) -> None:
    serial_number = f"{certificate.serial_number:040x}"
    said = platform.senim("certs", "revoke", serial_number, "--reason", "superseded")
    assert said.returncode == 0, said.stderr


def listed(certificate: x509.Certificate) -> x509.RevokedCertificate | None:
    [point] = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    shown = x509.load_der_x509_crl(httpx.get(point.full_name[0].value).content)
    return shown.get_revoked_certificate_by_serial_number(certificate.serial_number)


@contextmanager
def database(platform: Platform) -> Iterator[psycopg.Connection]:
    url = Postgres(platform.home).url("senim", "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def publication_blocked(platform: Platform) -> Iterator[None]:
    """Somebody else holds the publishers' lock."""
    with database(platform) as connection:
        asked = "SELECT pg_try_advisory_lock(%s)"
        waited(lambda: connection.execute(asked, [LOCK]).fetchone()[0], "a moment without a publisher")
        yield


@pytest.mark.clause("CA-8.P3b")
def test_a_revocation_shows_in_answers_and_lists_and_while_it_cannot_nobody_is_told_good(platform: Platform):
    revoked, other = (certificate_of(platform, "marat", purpose) for purpose in ("sign", "auth"))
    assert (status(platform, revoked), listed(revoked)) == ("GOOD", None)
    with publication_blocked(platform):
        revoke(platform, revoked)
        waited(lambda: status(platform, other) == "TRY_LATER", "the end of good answers")
        assert status(platform, revoked) == "TRY_LATER"
        assert httpx.get(f"{platform.responders}/healthz").status_code == 503
    waited(lambda: status(platform, revoked) == "REVOKED", "the revocation in OCSP")
    entry = waited(lambda: listed(revoked), "the revocation in the list")
    assert (
        entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.superseded
    )
    assert status(platform, other) == "GOOD"
    platform.wait_until_ready()


def test_while_the_database_hangs_pages_say_so_in_time_and_without_it_the_files_rule(platform: Platform):
    certificate = certificate_of(platform, "marat", "auth")
    os.kill(platform.supervisor.pid, signal.SIGSTOP)  # or it would start the database again
    try:
        for pid in reversed(family(platform, "postgres")):
            os.kill(pid, signal.SIGSTOP)
        with ThreadPoolExecutor(len(LANGUAGES)) as readers:
            answers = list(readers.map(partial(search, platform), LANGUAGES))
        for answer, language in zip(answers, LANGUAGES, strict=True):
            assert answer.status_code == 503
            assert say_in(language, "pages.failure.database_down") in answer.text
        waited(lambda: any("files rule" in one["event"] for one in platform.log("responders")), "its notice")
        assert status(platform, certificate) == "GOOD"
        platform.kill("postgres")
        assert status(platform, certificate) == "GOOD"
    finally:
        os.kill(platform.supervisor.pid, signal.SIGCONT)
    waited(lambda: platform.log("responders")[-1]["event"] == "the database answers again", "its return")
    platform.wait_until_ready()
    assert status(platform, certificate) == "GOOD"
    assert search(platform, LANGUAGES[0]).status_code == 200


def search(platform: Platform, language: str) -> httpx.Response:
    """A page that asks the database."""
    with platform.client() as client:
        return client.get(f"{platform.portal}/{language}/revoked/?serial=ab")


def test_a_time_stamp_reaches_the_journal_and_leaves_the_spool(platform: Platform):
    with database(platform) as connection:
        [before] = connection.execute("SELECT count(*) FROM certification_timestamp").fetchone()
    asked = TimestampRequestBuilder().data(b"to be stamped").build().as_bytes()
    assert httpx.post(f"{platform.responders}/tsa", content=asked).status_code == 200
    waited(lambda: not list((platform.home / "time_stamps").iterdir()), "an empty spool")
    with database(platform) as connection:
        [recorded] = connection.execute("SELECT count(*) FROM certification_timestamp").fetchone()
    assert recorded == before + 1
