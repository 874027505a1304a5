"""The authority and its responders with their keys in tokens: made, used, lost and found again."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library
from tests.authority import PLAN_FILE
from tests.certification.ordering import DAUREN, Order
from tests.certification.test_ceremony import READERS_OF_SETTINGS, home  # noqa: F401 (a fixture)
from tests.holders import TestAuthority
from tests.pki.chain import openssl_ok, pem_of
from tests.responders.conftest import Asked
from tests.softhsm import MODULE, folder_of_tokens, pulled_out

from senim.certification import certificates, orders, publication
from senim.certification.ceremony import authorities, publishing
from senim.certification.fulfilment import fulfil
from senim.certification.models import Order as PlacedOrder
from senim.certification.sandbox_mark import marked
from senim.pki import keys, ocsp, timestamps
from senim.pki.keys import HeldByToken, KeyAway, WrongPassphrase
from senim.responders.serve import responders
from senim.runtime import authority_worker, token_making
from senim.runtime.console.commands import parser
from senim.settings import KeyPlace, Mode

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
TEXT = PLAN_FILE.read_text(encoding="utf-8")
WITHOUT_PEOPLE = TEXT[: TEXT.index("[[people]]")]
ELSEWHERE = ("runtime.console.ceremony_commands", "runtime.console.ca_commands", "runtime.authority_worker")


@pytest.fixture
def use(home, monkeypatch):  # noqa: F811
    """Make these the settings of everything that takes part in a ceremony."""

    def use(**changes):
        changed = replace(authorities.settings, **changes)
        for module in (*READERS_OF_SETTINGS, *(f"senim.{name}" for name in ELSEWHERE)):
            monkeypatch.setattr(f"{module}.settings", changed)
        return changed

    return use


@pytest.fixture
def settings(home, use, monkeypatch):  # noqa: F811
    with folder_of_tokens(home, monkeypatch):
        yield use(keys=KeyPlace.PKCS11, pkcs11_module=MODULE)


@pytest.fixture
def senim(capsys, tmp_path):
    """``senim ca …`` with this text as its plan; its exit code and what it said."""

    def run(*typed, plan=WITHOUT_PEOPLE):
        file = tmp_path / "plan.toml"
        file.write_text(plan, encoding="utf-8")
        given = ("--plan", str(file)) if typed[0] == "init" else ()
        options = parser("senim.runtime.console.ca_commands").parse_args(["ca", *typed, *given, "--json"])
        return options.run(options), json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def authority(settings, senim):
    """After a ceremony whose keys are in tokens."""
    code, said = senim("init")
    assert code == 0, said
    opened = authority_worker.opened(settings.secret("passphrase-authority"))
    return TestAuthority(opened, certificates.chain())


def test_the_ceremony_makes_the_keys_in_the_tokens(settings, senim):
    code, said = senim("init")
    assert code == 0
    assert said["made"][:2] == ["token senim-authority", "token senim-responders"]
    assert {"key root", "key issuing", "key ocsp", "key tsa"} < set(said["made"])
    assert [file.name for file in (settings.home / "keys").iterdir()] == ["journal.key"]
    assert sorted(each.name for each in (settings.home / "tokens").iterdir()) == [
        "authority",
        "responders",
        "softhsm2.conf",
    ]
    assert senim("init")[1]["made"] == []


def test_where_each_key_lives_is_said(authority, settings, senim):
    shown = senim("show")[1]
    assert shown["issuing"]["key"] == "PKCS#11 token senim-authority, key issuing"
    assert shown["tsa"]["key"] == "PKCS#11 token senim-responders, key tsa"
    assert shown["root"]["key"].startswith(f"file {settings.home}")
    assert {label: said["key"] for label, said in shown.items()} == senim("init")[1]["keys"]


def test_the_next_authoritys_key_is_made_in_the_same_token(settings, senim, tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "WORKER_PUBLISHES_WITHIN_SECONDS", 0.0)
    typed = tmp_path / "typed"
    typed.write_text(senim("init")[1]["root_passphrase"])
    code, said = senim("renew", "issuing", "--passphrase-file", str(typed))
    assert code == 0, said
    opened = authority_worker.opened(settings.secret("passphrase-authority"))
    assert [each.issuer.label for each in (*opened.before, opened)] == ["issuing", "issuing2"]
    assert all(isinstance(each.key, HeldByToken) for each in (*opened.before, opened))
    assert senim("show")[1]["issuing2"]["key"] == "PKCS#11 token senim-authority, key issuing2"
    TestAuthority(opened, certificates.chain()).issue("individual_sign", **AIGERIM)
    assert publication.publish(opened, at=datetime.now(UTC))


def test_no_pin_opens_the_token_of_the_other_process(authority, settings):
    with pytest.raises(WrongPassphrase):
        authority_worker.opened(settings.secret("passphrase-responders"))
    theirs = replace(settings, responders_token=settings.authority_token)
    with pytest.raises(WrongPassphrase):
        responders(theirs)


def test_openssl_accepts_everything_signed_in_a_token(authority, settings, tmp_path):
    assert isinstance(authority.authority.key, HeldByToken)
    good, gone = (authority.issue("individual_sign", **AIGERIM) for _ in range(2))
    authority.revoke(gone)
    authority.publish()
    asked = Asked(responders(settings))
    asked.application.refresh()
    written = {"root": authority.root, "issuing": authority.issuing, "good": good.certificate}
    for name, der in {**written, "gone": gone.certificate}.items():
        (tmp_path / f"{name}.pem").write_bytes(pem_of(der))
    both = (tmp_path / "root.pem").read_bytes() + (tmp_path / "issuing.pem").read_bytes()
    (tmp_path / "both.pem").write_bytes(both)
    for name, holder in (("good", good), ("gone", gone)):
        question = ocsp.build_request([holder.serial_number], issuer=authority.issuing)
        (tmp_path / f"{name}.ocsp").write_bytes(asked("POST", "/ocsp", question).content)
    (tmp_path / "list.crl").write_bytes(asked("GET", "/crl/issuing.crl").content)
    (tmp_path / "data").write_bytes(b"data")
    openssl_ok("ts", "-query", "-data", tmp_path / "data", "-sha256", "-cert", "-out", tmp_path / "asked.tsq")
    stamped = asked("POST", "/tsa", (tmp_path / "asked.tsq").read_bytes()).content
    (tmp_path / "stamp.tsr").write_bytes(stamped)

    chain = ("-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "issuing.pem")
    assert b": OK" in openssl_ok("verify", *chain, tmp_path / "good.pem")
    for name, status in (("good", b"good"), ("gone", b"revoked")):
        signer = ("-issuer", tmp_path / "issuing.pem", "-CAfile", tmp_path / "root.pem", "-no_nonce")
        files = ("-respin", tmp_path / f"{name}.ocsp", *signer, "-sha256", "-cert", tmp_path / f"{name}.pem")
        said = openssl_ok("ocsp", *files)
        assert b".pem: " + status in said
    listed = ("-inform", "DER", "-in", tmp_path / "list.crl", "-CAfile", tmp_path / "both.pem")
    assert f"{gone.serial_number:X}".encode() in openssl_ok("crl", *listed, "-noout", "-text")
    openssl_ok("ts", "-verify", "-in", tmp_path / "stamp.tsr", "-queryfile", tmp_path / "asked.tsq", *chain)


def test_an_order_waits_for_the_token_and_is_then_carried_out(authority, settings):
    order_id = Order(authority.issue("operator_sign", **DAUREN)).place()
    with pulled_out(settings.home / "tokens"):
        with pytest.raises(KeyAway):
            keys.look(authority.authority.key)
        with pytest.raises(KeyAway):
            fulfil(authority.authority, at=datetime.now(UTC))
        assert PlacedOrder.objects.get(pk=order_id).attempts == 0, "it is not the order's fault"
    keys.look(authority.authority.key)
    assert fulfil(authority.authority, at=datetime.now(UTC)) == 1
    assert orders.outcome(order_id).state == "issued"


def test_without_their_token_responders_say_what_they_signed_and_recover(authority, settings, caplog):
    first, second = (authority.issue("individual_sign", **AIGERIM) for _ in range(2))
    authority.publish()
    asked = Asked(responders(settings))
    asked.application.refresh()
    watch = asked.application._key_watch
    questions = [ocsp.build_request([one.serial_number], issuer=authority.issuing) for one in (first, second)]

    def status(question):
        return library.load_der_ocsp_response(asked("POST", "/ocsp", question).content).response_status

    wish = timestamps.build_request(timestamps.TimeStampRequest("sha256", b"x" * 32))
    assert status(questions[0]) is library.OCSPResponseStatus.SUCCESSFUL
    with pulled_out(settings.home / "tokens"):
        assert status(questions[0]) is library.OCSPResponseStatus.SUCCESSFUL, "signed before"
        assert status(questions[1]) is library.OCSPResponseStatus.TRY_LATER
        refusal = timestamps.refuse(timestamps.PkiFailureInfo.SYSTEM_FAILURE)
        assert asked("POST", "/tsa", wish).content == refusal
        assert asked("GET", "/crl/issuing.crl").status == 200
        for _ in range(3):
            watch.look()
        assert asked("GET", "/healthz").status == 503
    watch.look()
    assert asked("GET", "/healthz").status == 200
    assert status(questions[1]) is library.OCSPResponseStatus.SUCCESSFUL
    assert timestamps.token_of(asked("POST", "/tsa", wish).content)
    assert caplog.text.count("nothing is signed") == 1
    assert caplog.text.count("the keys are there again") == 1


def test_a_production_ceremony_needs_tokens_and_then_its_authority_issues(settings, use, senim):
    with_bodies = WITHOUT_PEOPLE.replace("sandbox = true", "").replace("Sandbox", "Republic")
    real = with_bodies[: with_bodies.index("[[bodies]]")]
    use(mode=Mode.PRODUCTION, keys=KeyPlace.FILES)
    code, said = senim("init", plan=real)
    assert (code, "SENIM_KEYS=pkcs11" in said["refused"]) == (1, True)
    assert not (settings.home / "keys").exists()
    token_making.make_missing(settings)  # elsewhere the custodians do, with the device's own tool
    changed = use(mode=Mode.PRODUCTION, keys=KeyPlace.PKCS11)
    assert senim("init", plan=TEXT)[0] == 1, "never a sandbox's people"
    assert "keys of other people" in senim("init", plan=with_bodies)[1]["refused"]
    code, said = senim("init", plan=real)
    assert code == 0, said
    opened = authority_worker.opened(changed.secret("passphrase-authority"))
    holder = TestAuthority(opened, certificates.chain()).issue("individual_sign", **AIGERIM)
    assert not marked(holder.certificate)
    issuer = x509.load_der_x509_certificate(certificates.chain()[0])
    x509.load_der_x509_certificate(holder.certificate).verify_directly_issued_by(issuer)
    assert publication.publish(opened, at=datetime.now(UTC)) is not None
    assert not (settings.home / "sandbox").exists()


def test_keys_in_files_go_on_as_before(use, senim):
    changed = use()
    assert senim("init")[0] == 0
    assert not (changed.home / "tokens").exists()
    assert not isinstance(authority_worker.opened(changed.secret("passphrase-authority")).key, HeldByToken)
    assert senim("show")[1]["issuing"]["key"] == f"file {changed.home / 'keys' / 'issuing.key'}"
