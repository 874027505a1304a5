"""Another key for the issuing authority: nobody restarts anything, no answer is missing, nothing is lost."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library
from tests.authority import plan_without_people
from tests.certification.ordering import DAUREN, Order
from tests.certification.test_ceremony import home  # noqa: F401 (a fixture)
from tests.holders import TestAuthority
from tests.responders.conftest import Asked

from senim.certification import (
    at_work,
    ceremony,
    certificates,
    condition,
    fulfilment,
    issuers,
    orders,
    publication,
)
from senim.certification.ceremony import authorities, publishing
from senim.certification.models import Certificate
from senim.certification.status import status_of
from senim.pki import crl, der, ocsp, paths
from senim.responders.serve import responders
from senim.runtime.console import ceremony_commands
from senim.runtime.console.commands import parser

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def nobody_else_publishes(monkeypatch):
    monkeypatch.setattr(publishing, "WORKER_PUBLISHES_WITHIN_SECONDS", 0.0)


@pytest.fixture
def settings(home, monkeypatch):  # noqa: F811
    """After a ceremony of a while ago."""
    ceremony.perform(plan_without_people(), at=NOW - HOUR)
    for reader in (ceremony_commands, condition):
        monkeypatch.setattr(reader, "settings", authorities.settings)
    return authorities.settings


@pytest.fixture
def opened(settings):
    """The authority as its process holds it."""
    return lambda: at_work.opened(settings, passphrase=settings.secret("passphrase-authority"))


@pytest.fixture
def asked(settings):
    asked = Asked(responders(settings))
    asked.application.refresh()
    return asked


@pytest.fixture
def before(opened):
    """Who issued until now, and what: an operator, somebody good, and somebody revoked."""
    first = TestAuthority(opened(), certificates.chain())
    people = {
        "operator": first.issue("operator_sign", **DAUREN),
        "good": first.issue("individual_sign", iin="940308492147", surname="Сәрсенова", given_name="Айгерім"),
        "revoked": first.issue("individual_auth", iin="940308492147", surname="Сәрсенова", given_name="А"),
    }
    first.revoke(people["revoked"])
    first.publish()
    return people


def renew(capsys):
    options = parser("senim.runtime.console.ca_commands").parse_args(["ca", "renew", "issuing", "--json"])
    return options.run(options), json.loads(capsys.readouterr().out)


def answer(asked, serial_number, *, issuing="issuing", nonce=b"n" * 16):
    question = ocsp.build_request([serial_number], issuer=certificates.certificate_file(issuing), nonce=nonce)
    return library.load_der_ocsp_response(asked("POST", "/ocsp", question).content)


def question_about_both():
    asked = [ocsp.build_request([7], issuer=certificates.certificate_file(label)) for label in issuers.ours()]
    named = [der.sequence(ocsp.read_request(one).cert_ids[0].der) for one in asked]
    return der.sequence(der.sequence(der.sequence(*named)))


@pytest.mark.clause("CA-6.P11", "CA-8.P3b")
def test_new_orders_go_to_the_new_key_and_what_the_old_one_issued_is_answered_for_by_it(
    before, asked, opened, capsys
):
    placed = Order(before["operator"]).place()
    code, said = renew(capsys)
    assert code == 0, said
    assert issuers.ours() == ("issuing", "issuing2")
    authority = opened()
    fulfilment.fulfil(authority, at=datetime.now(UTC))
    publication.publish(authority, at=datetime.now(UTC))
    asked.application.refresh()
    fresh = orders.outcome(placed).certificates
    assert len(fresh) == 2
    new, root = certificates.chain()
    for one in fresh:
        assert certificates.chain_of(one.der) == (new, root)
        paths.build(one.der, intermediates=[new], anchors=[root], at=datetime.now(UTC))
        assert answer(asked, one.serial_number, issuing="issuing2").certificate_status.name == "GOOD"
        assert answer(asked, one.serial_number).certificate_status.name == "UNKNOWN", (
            "the old one's it is not"
        )
        assert status_of(issuer_key_id=None, serial_number=one.serial_number, at=NOW + HOUR).status == "good"
    assert asked("GET", "/ca/issuing2.cer").content == new
    old = {who: answer(asked, before[who].serial_number) for who in ("good", "revoked")}
    assert {who: said.certificate_status.name for who, said in old.items()} == {
        "good": "GOOD",
        "revoked": "REVOKED",
    }
    assert asked("GET", "/ca/issuing.cer").content == certificates.certificate_file("issuing")


def test_each_authority_signs_lists_and_answers_about_its_own(before, asked, opened, settings, capsys):
    renew(capsys)
    new = TestAuthority(opened(), certificates.chain())
    later = new.issue("individual_sign", iin="890617391071", surname="Ахметов", given_name="Данияр")
    for holder in (before["good"], later):
        new.revoke(holder)
    new.publish()
    asked.application.refresh()
    for label, holder, other in (("issuing", before["good"], later), ("issuing2", later, before["good"])):
        issuing = certificates.certificate_file(label)
        [point] = (
            x509.load_der_x509_certificate(holder.certificate)
            .extensions.get_extension_for_class(x509.CRLDistributionPoints)
            .value
        )
        shard = point.full_name[0].value.rpartition("/")[2].removesuffix(".crl")
        assert shard.startswith(f"{label}-")
        for name in (label, shard, f"{label}-delta"):
            found = crl.read(asked("GET", f"/crl/{name}.crl").content, issuer=issuing)
            listed = {one.serial_number for one in found.revocations()}
            assert holder.serial_number in listed
            assert other.serial_number not in listed
        said = answer(asked, holder.serial_number, issuing=label)
        assert said.certificate_status.name == "REVOKED"
        [delegate] = said.certificates
        assert delegate.issuer == x509.load_der_x509_certificate(issuing).subject
    said = library.load_der_ocsp_response(asked("POST", "/ocsp", question_about_both()).content)
    assert said.response_status.name == "UNAUTHORIZED", "nobody may answer for two authorities"
    assert {name.partition("-")[0] for name in condition.lists(condition.shown())} == {
        "issuing.crl",
        "issuing2.crl",
        "issuing",
        "issuing2",
    }


def test_without_the_root_key_there_is_no_new_authority(settings, capsys):
    (settings.root / "root.key").rename(settings.root / "carried-away.key")
    code, said = renew(capsys)
    assert (code, issuers.ours()) == (1, ("issuing",))
    assert "the root key is not in" in said["refused"]


def test_cut_off_before_its_file_is_in_place_the_same_command_goes_on(settings, monkeypatch, capsys):
    from senim.certification.ceremony import succession

    def full():
        raise OSError("the disk is full")

    real = succession.write_whole
    monkeypatch.setattr(
        succession, "write_whole", lambda *_: (_ for _ in ()).throw(OSError("the disk is full"))
    )
    assert renew(capsys)[0] == 1
    assert issuers.ours() == ("issuing",)
    monkeypatch.setattr(succession, "write_whole", real)
    assert renew(capsys)[0] == 0
    assert Certificate.objects.filter(profile="issuing").count() == 2, "the same key and certificate"
    assert not Certificate.objects.filter(issuer="root", revocation__isnull=False).exists()


def test_a_third_authority_follows_and_responders_are_renewed_under_each(settings, asked, opened, capsys):
    for _ in range(2):
        assert renew(capsys)[0] == 0
    assert at_work.labels_of(opened()) == ("issuing", "issuing2", "issuing3") == issuers.ours()
    ceremony.renew(plan_without_people(), "ocsp", at=NOW + HOUR)
    ceremony.renew(plan_without_people(), "tsa", at=NOW + HOUR)
    asked.application.refresh()
    signers = {
        label: answer(asked, 7, issuing=label).certificates[0].issuer
        == x509.load_der_x509_certificate(certificates.certificate_file(label)).subject
        for label in issuers.ours()
    }
    assert signers == dict.fromkeys(issuers.ours(), True)
    assert ceremony.perform(plan_without_people(), at=NOW + HOUR).made == ()
    first = x509.load_der_x509_certificate(certificates.certificate_file("issuing"))
    after_it = {"at": first.not_valid_after_utc + HOUR / 2, "within": timedelta(0), "forget_after": HOUR}
    ended = sorted(each.profile for each in condition.expiring(**after_it))
    assert ended == ["ocsp", "ocsp", "tsa"], "the first one's delegate is nobody's concern any more"
    Certificate.objects.all().delete()
    ceremony.adopt(plan_without_people())
    adopted = {row.label: row.issuer for row in Certificate.objects.filter(label__isnull=False)}
    assert adopted["ocsp3"] == "issuing3"
    assert adopted["tsa"] == "issuing3"
    assert adopted["issuing2"] == "root"


def test_while_it_changes_every_question_is_answered(before, settings, opened, capsys):
    """The responders as they run: they look for files beside the questions."""
    asked = Asked(responders(settings))
    asked.application.refresh()
    said, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            said.append(answer(asked, before["good"].serial_number, nonce=None))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        renew(capsys)
        for _ in range(3):
            asked.application.refresh()
            publication.publish(opened(), at=datetime.now(UTC))
    finally:
        stop.set()
        asking.join()
    assert len(said) > 3
    assert {one.response_status.name for one in said} == {"SUCCESSFUL"}
    assert {one.certificate_status.name for one in said} == {"GOOD"}
