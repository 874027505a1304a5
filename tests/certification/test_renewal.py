"""A responder's certificate for another term: nobody restarts anything, and no answer is missing."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library
from tests.authority import plan_without_people
from tests.certification.test_ceremony import home  # noqa: F401 (a fixture)
from tests.responders.conftest import Asked

from senim.certification import ceremony, certificates, condition
from senim.certification.ceremony import authorities, publishing, renewal
from senim.certification.models import Certificate
from senim.certification.status import status_of
from senim.pki import ocsp, timestamps
from senim.pki.keys import KeyAlgorithm, generate
from senim.pki.ocsp import CertStatus
from senim.responders.serve import responders
from senim.runtime.console import ceremony_commands
from senim.runtime.console.commands import parser

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
WISH = timestamps.build_request(timestamps.TimeStampRequest("sha256", hashlib.sha256(b"data").digest()))


@pytest.fixture(autouse=True)
def nobody_else_publishes(monkeypatch):
    monkeypatch.setattr(publishing, "WORKER_PUBLISHES_WITHIN_SECONDS", 0.0)


@pytest.fixture
def settings(home, monkeypatch):  # noqa: F811
    """After a ceremony of a while ago."""
    ceremony.perform(plan_without_people(), at=NOW - timedelta(hours=1))
    monkeypatch.setattr(ceremony_commands, "settings", authorities.settings)
    return authorities.settings


@pytest.fixture
def asked(settings):
    asked = Asked(responders(settings))
    asked.application.refresh()
    return asked


def answer(asked):
    """A fresh one: nothing with a nonce is kept."""
    number = own("tsa").serial_number
    issuing = certificates.certificate_file("issuing")
    question = ocsp.build_request([number], issuer=issuing, nonce=b"n" * 16)
    said = library.load_der_ocsp_response(asked("POST", "/ocsp", question).content)
    assert said.response_status is library.OCSPResponseStatus.SUCCESSFUL
    return said


def own(label):
    return x509.load_der_x509_certificate(certificates.certificate_file(label))


def renew(capsys, *typed):
    options = parser("senim.runtime.console.ca_commands").parse_args(["ca", "renew", *typed, "--json"])
    return options.run(options), json.loads(capsys.readouterr().out)


def test_responders_take_up_a_renewed_certificate_and_never_stop_answering(asked, capsys):
    before = answer(asked)
    assert before.certificates == [own("ocsp")]
    old = own("ocsp")
    code, said = renew(capsys, "ocsp")
    assert (code, said["serial_number"]) == (0, f"{own('ocsp').serial_number:040x}")
    assert own("ocsp") != old
    assert answer(asked).certificates == [old], "still good"
    asked.application.refresh()
    fresh = answer(asked)
    assert fresh.certificates == [own("ocsp")]
    assert own("ocsp").public_key() == old.public_key()
    assert own("ocsp").not_valid_after_utc > old.not_valid_after_utc
    for each in (old, own("ocsp")):
        found = status_of(issuer_key_id=None, serial_number=each.serial_number, at=NOW)
        assert found.status is CertStatus.GOOD


def test_so_does_the_time_stamp_authority(asked, capsys):
    old = own("tsa")
    assert renew(capsys, "tsa")[0] == 0
    assert own("tsa") != old
    asked.application.refresh()
    token = timestamps.token_of(asked("POST", "/tsa", WISH).content)
    assert timestamps.verify(token, data=b"data", certificate=certificates.certificate_file("tsa"))


def test_it_is_put_in_its_place_only_once_it_is_published(settings, monkeypatch):
    shown = []
    real = renewal.write_whole
    monkeypatch.setattr(
        renewal,
        "write_whole",
        lambda file, content: (
            shown.append(Certificate.objects.get(label="ocsp").published_in),
            real(file, content),
        ),
    )
    ceremony.renew(plan_without_people(), "ocsp", at=NOW)
    assert None not in shown
    assert len(shown) == 1


def test_afterwards_the_ceremony_finds_everything_there_and_the_doctor_is_content(settings):
    when = own("ocsp").not_valid_after_utc - 20 * DAY
    ending = {each.profile for each in condition.expiring(at=when, within=30 * DAY, forget_after=DAY)}
    assert "ocsp" in ending
    ceremony.renew(plan_without_people(), "ocsp", at=when)
    assert ceremony.perform(plan_without_people(), at=when).made == ()
    ending = {each.profile for each in condition.expiring(at=when, within=30 * DAY, forget_after=DAY)}
    assert "ocsp" not in ending


def test_a_certificate_of_another_key_leaves_the_one_before(asked, settings, caplog):
    old = certificates.certificate_file("ocsp")
    plan = plan_without_people()
    issuing = authorities.certified_before(plan)
    service = next(each for each in plan.services if each.label == "ocsp")
    stranger = generate(KeyAlgorithm.P256)
    prepared = renewal.prepare(
        issuing,
        profile=renewal.profile("ocsp"),
        facts=service.facts,
        public_key=stranger.public_key(),
        serial_number=renewal.new_serial_number(),
        at=NOW,
    )
    foreign = renewal.record_and_issue(issuing, prepared, label="ocsp", at=NOW)
    (settings.home / "certificates" / "ocsp.cer").write_bytes(foreign)
    for _ in range(3):
        asked.application.refresh()
    assert caplog.text.count("belongs to another key") == 1
    assert answer(asked).certificates == [x509.load_der_x509_certificate(old)]


def test_what_no_plan_names_is_not_renewed(settings):
    plan = replace(plan_without_people(), services=())
    with pytest.raises(ceremony.PlanWrong, match="no service ocsp"):
        ceremony.renew(plan, "ocsp", at=NOW)


def test_without_an_authority_nothing_is_renewed(home):  # noqa: F811
    with pytest.raises(ceremony.RootKeyNeeded):
        ceremony.renew(plan_without_people(), "ocsp", at=NOW)
