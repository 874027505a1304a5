"""Installing: certificates come to their keys, in the saved file or in this browser."""

import base64
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from playwright.sync_api import Browser, FilePayload, Page, expect
from tests.browser_units import written
from tests.browser_units.authority import AUTH, SIGN, Authority, der, openssl
from tests.browser_units.stage import Stage
from tests.browser_units.test_order import PASSWORD, make_file, requests_of


def order(stage: Stage, page: Page, storage: str, folder: Path) -> Path | None:
    """Make keys and send the requests; the saved file, if there is one."""
    stage.answers["/order"] = written.DONE
    page.goto(stage.page("/kk/order", written.order(storage), "keys"))
    file = None
    if storage == "file":
        file = make_file(page, folder)
        page.check("[data-saved]")
        page.click("[data-continue]")
    else:
        page.click("[data-make]")
        page.click('[data-step="stored"] button')
    expect(page.locator("#done")).to_be_visible()
    return file


def issued(stage: Stage, authority: Authority) -> dict[str, x509.Certificate]:
    """The certificates of the last order."""
    usages = {"sign": SIGN, "auth": AUTH}
    keys = {
        kind: x509.load_der_x509_csr(request).public_key() for kind, request in requests_of(stage).items()
    }
    return {
        kind: authority.issue(key, usages[kind])
        for kind, key in keys.items()
        if isinstance(key, ec.EllipticCurvePublicKey)
    }


def open_install(stage: Stage, page: Page, storage: str, authority: Authority) -> dict[str, x509.Certificate]:
    certificates = issued(stage, authority)
    stage.answers["/install"] = written.DONE
    chain = [der(authority.issuing), der(authority.root)]
    main = written.install(storage, der(certificates["sign"]), der(certificates["auth"]), chain)
    page.goto(stage.page("/kk/install", main, "keys"))
    return certificates


def test_the_opened_file_comes_back_with_certificates_and_their_path(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    saved = order(stage, page, "file", tmp_path)
    assert saved
    certificates = open_install(stage, page, "file", authority)
    page.set_input_files("[data-file]", saved)
    page.fill("[data-password]", PASSWORD)
    page.click("[data-open]")
    with page.expect_download() as download:
        page.click("[data-download]")
    finished = tmp_path / download.value.suggested_filename
    download.value.save_as(finished)
    page.check("[data-saved]")
    page.click("[data-continue]")
    expect(page.locator("#done")).to_be_visible()
    assert finished.name == "senim-2027.p12"
    assert stage.posts("/install")[0].fields == {"installed": "file"}
    told = openssl("pkcs12", "-in", finished, "-nokeys", "-passin", f"pass:{PASSWORD}")
    inside = {
        certificate.public_bytes(Encoding.DER) for certificate in x509.load_pem_x509_certificates(told.stdout)
    }
    assert inside == {der(one) for one in (*certificates.values(), authority.issuing, authority.root)}
    opened = pkcs12.load_pkcs12(finished.read_bytes(), PASSWORD.encode())
    assert isinstance(opened.key, ec.EllipticCurvePrivateKey)
    assert opened.cert
    assert opened.cert.certificate.public_key() == opened.key.public_key()
    bundle = tmp_path / "paths.pem"
    bundle.write_bytes(authority.root.public_bytes(Encoding.PEM))
    leaf, issuing = tmp_path / "leaf.pem", tmp_path / "issuing.pem"
    leaf.write_bytes(opened.cert.certificate.public_bytes(Encoding.PEM))
    issuing.write_bytes(authority.issuing.public_bytes(Encoding.PEM))
    assert openssl("verify", "-CAfile", bundle, "-untrusted", issuing, leaf).returncode == 0


def test_no_file_a_wrong_password_or_a_broken_file_is_told_and_nothing_is_sent(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    saved = order(stage, page, "file", tmp_path)
    assert saved
    open_install(stage, page, "file", authority)
    page.click("[data-open]")
    expect(page.locator('[data-case="no-file"]')).to_be_visible()
    for password, content, case in (
        ("басқа құпиясөз", saved.read_bytes(), "wrong-password"),
        ("", saved.read_bytes(), "no-password"),
        (PASSWORD, b"this is no key file", "broken-file"),
        ("басқа құпиясөз", saved.read_bytes(), "wrong-password"),
        (PASSWORD, b"\x30\x82\x01\x00" + b"\x00" * 20, "broken-file"),
    ):
        file = FilePayload(name="senim.p12", mimeType="application/x-pkcs12", buffer=content)
        page.set_input_files("[data-file]", file)
        page.fill("[data-password]", password)
        page.press("[data-password]", "Enter")
        expect(page.locator("[data-case]:visible")).to_have_count(1)
        expect(page.locator(f'[data-case="{case}"]')).to_be_visible()
        expect(page.locator("[data-password]")).to_have_value(password)
    assert stage.posts("/install") == []


def test_a_file_of_other_keys_is_not_taken_for_the_ordered_one(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    earlier = order(stage, page, "file", tmp_path)
    assert earlier
    earlier = earlier.rename(tmp_path / "earlier.p12")
    order(stage, page, "file", tmp_path)
    open_install(stage, page, "file", authority)
    page.set_input_files("[data-file]", earlier)
    page.fill("[data-password]", PASSWORD)
    page.click("[data-open]")
    expect(page.locator("[data-no-key]")).to_be_visible()
    expect(page.locator("[data-no-key]")).to_be_focused()
    assert stage.posts("/install") == []


def test_keys_of_this_browser_receive_their_certificates_and_sign(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    order(stage, page, "browser", tmp_path)
    open_install(stage, page, "browser", authority)
    page.click("[data-put]")
    expect(page.locator("#done")).to_be_visible()
    assert stage.posts("/install")[0].fields == {"installed": "browser"}
    stage.answers["/sign"] = written.DONE
    page.goto(stage.page("/kk/sign-in", written.sign(b"1"), "sign"))
    expect(page.locator("[data-device-keys]")).to_contain_text("СӘРСЕНОВА АЙГЕРІМ")
    page.click("button[type=submit]")
    expect(page.locator("#done")).to_be_visible()


def test_another_browser_has_no_key_and_says_so(
    stage: Stage, page: Page, browser: Browser, authority: Authority, tmp_path: Path
) -> None:
    order(stage, page, "browser", tmp_path)
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    open_install(stage, other, "browser", authority)
    expect(other.locator("[data-no-key]")).to_be_visible()
    expect(other.locator("[data-put]")).to_be_hidden()
    assert stage.posts("/install") == []
    elsewhere.close()
    open_install(stage, page, "browser", authority)
    expect(page.locator("[data-put]")).to_be_visible()


def test_neither_the_password_nor_the_file_can_be_posted_by_the_form(
    stage: Stage, page: Page, authority: Authority, tmp_path: Path
) -> None:
    """Even where a template gave the inputs a name by mistake."""
    order(stage, page, "file", tmp_path)
    certificates = issued(stage, authority)
    named = written.install("file", der(certificates["sign"]), der(certificates["auth"]), [])
    named = named.replace(
        '<input type="password" data-password', '<input type="password" name="password" data-password'
    )
    page.goto(stage.page("/kk/install", named, "keys"))
    names = page.evaluate("[...new FormData(document.querySelector('form')).keys()]")
    assert names == ["installed"]
    assert base64.b64encode(PASSWORD.encode()).decode() not in str(stage.received)
