"""Signing: the right key for the purpose, exactly these bytes, and a clear word when it cannot be done."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, core
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from playwright.sync_api import Page, expect
from tests.browser_units import written
from tests.browser_units.authority import (
    AUTH,
    ROLE,
    SIGN,
    Authority,
    PrivateKey,
    der,
    now,
    openssl,
    verified_cades,
)
from tests.browser_units.stage import Stage

CONTENT = "Мен, Сәрсенова Айгерім, порталға кіремін.\r\n№ 7f3a – 14:52".encode()
PASSWORD = "Құпия сөз 1"


def new_key(kind: str = "P-256") -> PrivateKey:
    return (
        ec.generate_private_key(ec.SECP256R1()) if kind == "P-256" else rsa.generate_private_key(65537, 2048)
    )


def by_cryptography(key: PrivateKey, certificate: x509.Certificate, *others: x509.Certificate) -> bytes:
    protection = BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"person", key, certificate, others, protection)


def by_openssl(
    folder: Path,
    key: PrivateKey,
    certificate: x509.Certificate,
    *others: x509.Certificate,
    options: tuple[str, ...] = (),
) -> bytes:
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "all.pem").write_bytes(
        b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *others))
    )
    made = openssl(
        *("pkcs12", "-export", "-inkey", folder / "key.pem", "-in", folder / "all.pem"),
        *("-passout", f"pass:{PASSWORD}", *options),
    )
    assert made.returncode == 0, made.stderr.decode()
    return made.stdout


def several_keys(folder: Path, *held: tuple[PrivateKey, x509.Certificate]) -> bytes:
    """A file with several keys. openssl writes one key a file, so bags of several files are joined."""
    safes = []
    for key, certificate in held:
        bare = by_openssl(folder, key, certificate, options=("-nomac",))
        content = asn1_pkcs12.Pfx.load(bare)["auth_safe"]["content"].native
        safes += list(asn1_pkcs12.AuthenticatedSafe.load(content))
    joined = asn1_pkcs12.AuthenticatedSafe(safes)
    content = {"content_type": "data", "content": core.OctetString(joined.dump())}
    return asn1_pkcs12.Pfx({"version": 3, "auth_safe": content}).dump()


def open_page(stage: Stage, page: Page, main: str, file: bytes, password: str = PASSWORD) -> None:
    stage.answers["/sign"] = written.DONE
    page.goto(stage.page("/kk/sign", main, "sign"))
    page.set_input_files(
        "[data-file]", {"name": "key.p12", "mimeType": "application/x-pkcs12", "buffer": file}
    )
    page.fill("[data-password]", password)
    page.fill("[name=typed]", "жазылған")
    page.click("button[type=submit]")


def signature_sent(stage: Stage, page: Page) -> bytes:
    expect(page.locator("#done")).to_be_visible()
    return base64.b64decode(stage.posts("/sign")[-1].fields["signature"], validate=True)


def signer_of(signature: bytes) -> int:
    """Serial number of the certificate that signed."""
    signed = cms.ContentInfo.load(signature)["content"]
    return int(signed["signer_infos"][0]["sid"].chosen["serial_number"].native)


@pytest.mark.parametrize("kind", ["P-256", "RSA-2048"])
@pytest.mark.parametrize("maker", ["cryptography", "openssl"])
def test_openssl_accepts_what_was_signed_with_a_file_of_either_maker(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path, kind: str, maker: str
) -> None:
    key = new_key(kind)
    certificate = authority.issue(key.public_key(), AUTH)
    held = (key, certificate, authority.issuing, authority.root)
    file = by_cryptography(*held) if maker == "cryptography" else by_openssl(tmp_path, *held)
    open_page(stage, page, written.sign(CONTENT), file)
    signature = signature_sent(stage, page)
    assert verified_cades(signature, CONTENT, authority, tmp_path) == ""
    assert "content verify error" in verified_cades(signature, CONTENT + b" ", authority, tmp_path)
    signed = cms.ContentInfo.load(signature)["content"]
    assert signed["encap_content_info"]["content"].native is None, "the signature is detached"
    carried = {one.chosen.dump() for one in signed["certificates"]}
    assert carried == {der(certificate), der(authority.issuing)}, "its path goes along, roots do not"
    attributes = [attribute.dump() for attribute in signed["signer_infos"][0]["signed_attrs"]]
    assert attributes == sorted(attributes), "DER orders the signed attributes"
    names = {attribute["type"].native for attribute in signed["signer_infos"][0]["signed_attrs"]}
    assert names == {"content_type", "message_digest", "signing_time", "signing_certificate_v2"}


def test_only_the_signature_and_the_typed_fields_are_sent(
    stage: Stage, page: Page, authority: Authority
) -> None:
    key = new_key()
    open_page(
        stage, page, written.sign(CONTENT), by_cryptography(key, authority.issue(key.public_key(), AUTH))
    )
    signature_sent(stage, page)
    sent = stage.posts("/sign")
    assert len(sent) == 1
    assert set(sent[0].fields) == {"signature", "typed", "key_from"}
    assert sent[0].fields["typed"] == "жазылған"
    everything = b"".join(one.body + one.path.encode() for one in stage.received)
    assert b"key.p12" not in everything
    assert PASSWORD.encode() not in everything


def test_the_page_shows_the_text_of_exactly_the_bytes_it_signs(stage: Stage, page: Page) -> None:
    page.goto(stage.page("/kk/sign", written.sign(CONTENT), "sign"))
    assert page.locator("[data-text]").text_content() == CONTENT.decode()


@pytest.mark.parametrize(("purpose", "usage"), [("auth", AUTH), ("sign", SIGN)])
def test_among_several_keys_the_one_for_the_purpose_signs(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path, purpose: str, usage: x509.ObjectIdentifier
) -> None:
    held = {one: (key := new_key(), authority.issue(key.public_key(), one)) for one in (AUTH, SIGN)}
    old_key = new_key()
    old = authority.issue(old_key.public_key(), usage, not_after=now() - timedelta(days=1))
    file = several_keys(tmp_path, *held.values(), (old_key, old))
    open_page(stage, page, written.sign(CONTENT, purpose), file)
    signature = signature_sent(stage, page)
    assert signer_of(signature) == held[usage][1].serial_number
    assert verified_cades(signature, CONTENT, authority, tmp_path) == ""


def test_an_operators_role_is_asked_for(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    role = f'data-role="{ROLE.dotted_string}"'
    citizen, operator = new_key(), new_key()
    plain = by_cryptography(citizen, authority.issue(citizen.public_key(), SIGN))
    open_page(stage, page, written.sign(CONTENT, "sign", role), plain)
    expect(page.locator('[data-case="no-fitting-certificate"]')).to_be_visible()
    certificate = authority.issue(operator.public_key(), SIGN, AUTH, ROLE)
    open_page(stage, page, written.sign(CONTENT, "sign", role), by_cryptography(operator, certificate))
    assert signer_of(signature_sent(stage, page)) == certificate.serial_number


def stays(page: Page, stage: Stage, case: str, password: str = PASSWORD) -> None:
    """The problem is told, nothing typed is lost, nothing was sent."""
    told = page.locator(f'[data-case="{case}"]')
    expect(told).to_be_visible()
    expect(told).to_be_focused()
    expect(page.locator("[name=typed]")).to_have_value("жазылған")
    expect(page.locator("[data-password]")).to_have_value(password)
    assert stage.posts("/sign") == []


def test_a_wrong_password_is_told(stage: Stage, page: Page, authority: Authority) -> None:
    key = new_key()
    file = by_cryptography(key, authority.issue(key.public_key(), AUTH))
    open_page(stage, page, written.sign(CONTENT), file, password="басқа")
    stays(page, stage, "wrong-password", "басқа")
    page.fill("[data-password]", PASSWORD)
    page.click("button[type=submit]")
    signature_sent(stage, page)


def test_a_wrong_password_of_a_file_without_a_seal_is_told(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    key = new_key()
    file = by_openssl(tmp_path, key, authority.issue(key.public_key(), AUTH), options=("-nomac",))
    open_page(stage, page, written.sign(CONTENT), file, password="басқа")
    stays(page, stage, "wrong-password", "басқа")


@pytest.mark.parametrize(
    "file", [b"", b"no key", b"\x30\x80\x02\x01\x03", b"\x30\x82\xff\xff" + b"\x30" * 500]
)
def test_a_broken_file_is_told(stage: Stage, page: Page, file: bytes) -> None:
    open_page(stage, page, written.sign(CONTENT), file)
    stays(page, stage, "broken-file")


def test_a_huge_file_is_not_even_parsed(stage: Stage, page: Page) -> None:
    open_page(stage, page, written.sign(CONTENT), b"\x30" * 1_100_000)
    stays(page, stage, "broken-file")


def test_a_file_protected_by_outdated_ciphers_is_told_apart_from_a_broken_one(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    key = new_key()
    outdated = ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1")
    file = by_openssl(tmp_path, key, authority.issue(key.public_key(), AUTH), options=outdated)
    open_page(stage, page, written.sign(CONTENT), file)
    stays(page, stage, "unsupported-file")


def test_a_file_with_no_certificate_for_the_purpose_is_told(
    stage: Stage, page: Page, authority: Authority
) -> None:
    key = new_key()
    open_page(
        stage,
        page,
        written.sign(CONTENT, "auth"),
        by_cryptography(key, authority.issue(key.public_key(), SIGN)),
    )
    stays(page, stage, "no-fitting-certificate")


def test_a_certificate_without_its_key_does_not_sign(stage: Stage, page: Page, authority: Authority) -> None:
    key, stranger = new_key(), new_key()
    own, others = authority.issue(key.public_key(), SIGN), authority.issue(stranger.public_key(), AUTH)
    open_page(stage, page, written.sign(CONTENT, "auth"), by_cryptography(key, own, others))
    stays(page, stage, "no-fitting-certificate")


def test_an_expired_and_a_future_certificate_are_told_by_the_servers_clock(
    stage: Stage, page: Page, authority: Authority
) -> None:
    key = new_key()
    certificate = authority.issue(key.public_key(), AUTH)
    file = by_cryptography(key, certificate)
    open_page(stage, page, written.sign(CONTENT, at=now() + timedelta(days=400)), file)
    stays(page, stage, "certificate-expired")
    open_page(stage, page, written.sign(CONTENT, at=now() - timedelta(days=4)), file)
    stays(page, stage, "certificate-not-yet-valid")


def test_the_signing_time_is_the_servers_though_the_phones_clock_is_wrong(
    stage: Stage, page: Page, authority: Authority
) -> None:
    key = new_key()
    file = by_cryptography(key, authority.issue(key.public_key(), AUTH))
    true_time = now() + timedelta(days=30)  # the browser's own clock is a month behind
    open_page(stage, page, written.sign(CONTENT, at=true_time), file)
    signer = cms.ContentInfo.load(signature_sent(stage, page))["content"]["signer_infos"][0]
    times = [
        one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "signing_time"
    ]
    assert abs(times[0] - true_time) < timedelta(minutes=2)


def test_without_file_or_password_the_page_asks(stage: Stage, page: Page, authority: Authority) -> None:
    page.goto(stage.page("/kk/sign", written.sign(CONTENT), "sign"))
    page.click("button[type=submit]")
    expect(page.locator('[data-case="no-file"]')).to_be_visible()
    expect(page.locator("[data-no-device-key]")).to_be_hidden()
    page.check("input[value=device]")
    expect(page.locator("[data-no-device-key]")).to_be_visible()
    page.click("button[type=submit]")
    expect(page.locator('[data-case="no-device-key"]')).to_be_visible()
    expect(page.locator('[data-case="no-file"]')).to_be_hidden()


def test_pressing_twice_signs_and_sends_once(stage: Stage, page: Page, authority: Authority) -> None:
    key = new_key()
    file = by_cryptography(key, authority.issue(key.public_key(), AUTH))
    stage.answers["/sign"] = written.DONE
    page.goto(stage.page("/kk/sign", written.sign(CONTENT), "sign"))
    page.set_input_files("[data-file]", {"name": "k.p12", "mimeType": "application/x-pkcs12", "buffer": file})
    page.fill("[data-password]", PASSWORD)
    page.evaluate("for (let i = 0; i < 4; i++) document.querySelector('button[type=submit]').click()")
    signature_sent(stage, page)
    assert len(stage.posts("/sign")) == 1
