"""Making keys: what the browser makes, what it sends, and what it never sends."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from playwright.sync_api import Browser, Page, expect
from tests.browser_units import written
from tests.browser_units.authority import openssl
from tests.browser_units.stage import Stage, serve

PASSWORD = "Құпия сөз 1"


def make_file(page: Page, folder: Path, password: str = PASSWORD) -> Path:
    """Type the password, make the keys, save the file."""
    page.fill("#p1", password)
    page.fill("#p2", password)
    page.click("[data-make]")
    with page.expect_download() as download:
        page.click("[data-download]")
    assert download.value.suggested_filename == "senim-910412.p12"
    file = folder / "made.p12"
    download.value.save_as(file)
    return file


def requests_of(stage: Stage) -> dict[str, bytes]:
    fields = stage.posts("/order")[-1].fields
    return {kind: base64.b64decode(fields[f"request_{kind}"], validate=True) for kind in ("sign", "auth")}


def private_keys_of(file: Path, folder: Path) -> list[ec.EllipticCurvePrivateKey]:
    """Every key in the file, as openssl takes it out."""
    out = openssl("pkcs12", "-in", file, "-nodes", "-nocerts", "-passin", f"pass:{PASSWORD}")
    assert out.returncode == 0, out.stderr.decode()
    blocks = out.stdout.split(b"-----BEGIN PRIVATE KEY-----")[1:]
    keys = [load_pem_private_key(b"-----BEGIN PRIVATE KEY-----" + block, None) for block in blocks]
    assert all(isinstance(key, ec.EllipticCurvePrivateKey) for key in keys)
    return [key for key in keys if isinstance(key, ec.EllipticCurvePrivateKey)]


def spki(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def order_page(stage: Stage, page: Page) -> Page:
    stage.answers["/order"] = written.DONE
    page.goto(stage.page("/kk/order", written.order("file"), "keys"))
    return page


@dataclass(frozen=True)
class Ordered:
    """An order whose keys were made and saved in a file, and all that the host received."""

    stage: Stage
    file: Path
    keys: list[ec.EllipticCurvePrivateKey]


@pytest.fixture(scope="module")
def ordered(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ordered]:
    """One order for all tests that only read what came of it."""
    folder, stage, context = tmp_path_factory.mktemp("ordered"), Stage(), browser.new_context()
    server, page = serve(stage), context.new_page()
    stage.answers["/order"] = written.DONE
    page.goto(stage.page("/kk/order", written.order("file"), "keys"))
    file = make_file(page, folder)
    page.check("[data-saved]")
    page.click("[data-continue]")
    expect(page.locator("#done")).to_be_visible()
    yield Ordered(stage, file, private_keys_of(file, folder))
    context.close()
    server.shutdown()
    server.server_close()


def test_both_requests_prove_possession_and_carry_the_subject_in_the_countrys_form(
    ordered: Ordered,
) -> None:
    for kind, der in requests_of(ordered.stage).items():
        judged = openssl("req", "-inform", "DER", "-verify", "-noout", given=der)
        assert b"verify OK" in judged.stderr, kind
        request = x509.load_der_x509_csr(der)
        assert request.is_signature_valid
        assert [
            [attribute.oid.dotted_string, attribute.value] for attribute in request.subject
        ] == written.SUBJECT
        assert b"\x55\x04\x05\x13" in der, "serialNumber must be a PrintableString"
        assert b"\x55\x04\x03\x0c" in der, "commonName must be a UTF8String"
        assert isinstance(request.public_key(), ec.EllipticCurvePublicKey)
    both = {
        x509.load_der_x509_csr(der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for der in requests_of(ordered.stage).values()
    }
    assert len(both) == 2


def test_openssl_and_cryptography_open_the_file_and_find_the_keys_of_the_requests(ordered: Ordered) -> None:
    requests = requests_of(ordered.stage).values()
    asked = {spki(_ec(x509.load_der_x509_csr(der).public_key())) for der in requests}
    assert {spki(key.public_key()) for key in ordered.keys} == asked
    opened = pkcs12.load_pkcs12(ordered.file.read_bytes(), PASSWORD.encode())
    assert isinstance(opened.key, ec.EllipticCurvePrivateKey)
    assert spki(opened.key.public_key()) in asked
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(ordered.file.read_bytes(), b"another")


def test_the_file_is_protected_by_aes_256_and_at_least_100_000_rounds(ordered: Ordered) -> None:
    out = openssl("pkcs12", "-in", ordered.file, "-info", "-noout", "-passin", f"pass:{PASSWORD}")
    told = out.stderr.decode()
    assert (
        told.count("PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256") == 3
    )  # two keys, certificates
    assert "MAC: sha256, Iteration 100000" in told


def test_nothing_the_browser_sends_holds_a_private_key_or_the_password(ordered: Ordered) -> None:
    sent = b"\n".join(
        one.path.encode() + str(one.headers).encode() + one.body for one in ordered.stage.received
    )
    [order] = ordered.stage.posts("/order")
    assert set(order.fields) == {"key_storage", "request_sign", "request_auth"}
    assert secrets_in(sent, ordered.keys, PASSWORD) == []
    carrier = order.body + b"request_extra=" + base64.b64encode(_scalar(ordered.keys[0]))
    assert secrets_in(carrier, ordered.keys, PASSWORD) != [], "the search itself must be able to find"


def secrets_in(sent: bytes, keys: list[ec.EllipticCurvePrivateKey], password: str) -> list[bytes]:
    """Which secret stands in these bytes: raw, hex, either base64, inside a decoded field."""
    plain = unquote_to_bytes(sent.replace(b"+", b"%2B"))
    decoded = b"\n".join(
        _decoded(field) for field in plain.replace(b"&", b"\n").replace(b"=", b"\n=").split(b"\n")
    )
    haystack = b"\n".join([sent, plain, decoded])
    needles = [password.encode(), b"PRIVATE KEY"]
    for key in keys:
        scalar = _scalar(key)
        needles += [
            scalar,
            scalar.hex().encode(),
            base64.b64encode(scalar).rstrip(b"="),
            base64.urlsafe_b64encode(scalar).rstrip(b"="),
        ]
        needles.append(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    return [needle for needle in needles if needle in haystack]


def _scalar(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_numbers().private_value.to_bytes(32, "big")


def _decoded(field: bytes) -> bytes:
    try:
        return base64.b64decode(field + b"=" * (-len(field) % 4), validate=True)
    except ValueError:
        return b""


def _ec(key: object) -> ec.EllipticCurvePublicKey:
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def test_going_on_needs_the_download_and_the_promise_that_it_is_saved(
    order_page: Page, tmp_path: Path
) -> None:
    onward = order_page.locator("[data-continue]")
    order_page.fill("#p1", PASSWORD)
    order_page.fill("#p2", PASSWORD)
    order_page.click("[data-make]")
    expect(onward).to_be_disabled()
    order_page.check("[data-saved]")
    expect(onward).to_be_disabled()
    with order_page.expect_download():
        order_page.click("[data-download]")
    expect(onward).to_be_enabled()
    order_page.uncheck("[data-saved]")
    expect(onward).to_be_disabled()
    expect(order_page.locator("#p1")).to_have_value("")


@pytest.mark.parametrize(
    ("first", "again", "case"),
    [("қысқа12", "қысқа12", "password-short"), ("ұзын құпиясөз", "ұзын құпиясоз", "password-mismatch")],
)
def test_a_short_or_mistyped_password_is_told_and_stays_typed(
    stage: Stage, order_page: Page, first: str, again: str, case: str
) -> None:
    order_page.fill("#p1", first)
    order_page.fill("#p2", again)
    order_page.press("#p2", "Enter")
    told = order_page.locator(f'[data-case="{case}"]')
    expect(told).to_be_visible()
    expect(told).to_be_focused()
    expect(order_page).to_have_title("Қате: Бет")
    expect(order_page.locator("#p1")).to_have_value(first)
    assert stage.posts("/order") == []


def test_the_strength_hint_follows_what_is_typed(order_page: Page) -> None:
    for typed, level in (
        ("абв", "short"),
        ("құпиясөз", "fair"),
        ("аааааааааааааааааааа", "fair"),
        ("Қара Ат 7 тауда", "good"),
    ):
        order_page.fill("#p1", typed)
        expect(order_page.locator(f'[data-strength="{level}"]')).to_be_visible()
        assert order_page.locator("[data-strength]:not([hidden])").count() == 1


def test_pressing_twice_makes_one_pair_of_requests_and_sends_once(
    stage: Stage, order_page: Page, tmp_path: Path
) -> None:
    order_page.fill("#p1", PASSWORD)
    order_page.fill("#p2", PASSWORD)
    order_page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('[data-make]').click()")
    with order_page.expect_download():
        order_page.click("[data-download]")
    order_page.check("[data-saved]")
    order_page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('[data-continue]').click()")
    expect(order_page.locator("#done")).to_be_visible()
    assert len(stage.posts("/order")) == 1


@pytest.mark.parametrize("promised", [True, False])
def test_keys_kept_in_the_browser_cannot_be_taken_out_and_the_page_is_honest_about_keeping(
    stage: Stage, page: Page, *, promised: bool
) -> None:
    stage.answers["/order"] = written.DONE
    page.add_init_script(f"navigator.storage.persist = async () => {json.dumps(promised)}")
    page.goto(stage.page("/kk/order", written.order("browser"), "keys"))
    page.click("[data-make]")
    expect(page.locator('[data-step="stored"]')).to_be_visible()
    expect(page.locator("[data-persisted]")).to_be_visible(visible=promised)
    expect(page.locator("[data-not-persisted]")).to_be_visible(visible=not promised)
    page.click('[data-step="stored"] button')
    expect(page.locator("#done")).to_be_visible()
    kept = page.evaluate(STORED_KEYS)
    assert sorted(key["purpose"] for key in kept) == ["auth", "sign"]
    assert [key["exported"] for key in kept] == ["InvalidAccessError", "InvalidAccessError"]
    asked = {spki(_ec(x509.load_der_x509_csr(der).public_key())) for der in requests_of(stage).values()}
    assert {key["id"] for key in kept} == {sha256(public).hexdigest() for public in asked}


STORED_KEYS = """async () => {
  const result = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result) });
  const database = await result(indexedDB.open("senim"));
  const keys = await result(database.transaction("keys").objectStore("keys").getAll());
  return Promise.all(keys.map(async ({ id, purpose, privateKey }) => {
    let exported = "exported";
    try { await crypto.subtle.exportKey("pkcs8", privateKey) } catch (refused) { exported = refused.name }
    return { id, purpose, exported };
  }));
}"""


def test_a_browser_that_refuses_storage_is_told_so(stage: Stage, page: Page) -> None:
    page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }"
    )
    page.goto(stage.page("/kk/order", written.order("browser"), "keys"))
    page.click("[data-make]")
    expect(page.locator('[data-case="storage-failed"]')).to_be_visible()


def test_a_page_drawn_again_sends_the_same_requests_and_makes_no_new_keys(stage: Stage, page: Page) -> None:
    stage.answers["/order"] = written.DONE
    drawn = written.order("file", request_sign="c2lnbg==", request_auth="YXV0aA==")
    page.goto(stage.page("/kk/order", drawn, "keys"))
    page.click('[data-step="ready"] button')
    expect(page.locator("#done")).to_be_visible()
    assert requests_of(stage) == {"sign": b"sign", "auth": b"auth"}


def test_without_script_the_page_says_what_to_do(stage: Stage, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stage.page("/kk/order", written.order("file"), "keys"))
    expect(page.locator("[data-without-script]")).to_be_visible()
    expect(page.locator("[data-make]")).to_be_hidden()
    context.close()


def test_a_page_served_without_protection_says_that_keys_cannot_be_made(stage: Stage, page: Page) -> None:
    stage.page("/kk/order", written.order("file"), "keys")
    page.goto(f"http://plain.test:{stage.port}/kk/order")
    expect(page.locator('[data-case="unsupported"]')).to_be_visible()
    expect(page.locator("[data-without-script]")).to_be_visible()
