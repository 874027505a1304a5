"""The doors opened to phones: whose certificate, good for what, and codes a phone reads off the terminal."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from PIL import Image

from senim.runtime import lan
from senim.runtime.lan_certificates import fingerprint, prepare
from senim.settings import Mode, Settings
from senim_sandbox.configuration import Configuration

NOW = datetime.now(UTC)
ADDRESS = "192.168.1.5"
PASSPHRASE = "words"


def made(folder: Path, address: str = ADDRESS, at: datetime = NOW) -> tuple[bytes, bytes]:
    """The authority's and the server's certificate after a start at this address."""
    prepare(folder, address=address, passphrase=PASSPHRASE, at=at)
    return (folder / "authority.cer").read_bytes(), (folder / "server.pem").read_bytes()


def openssl(folder: Path, certificate: bytes, *options: str) -> subprocess.CompletedProcess[str]:
    """Would OpenSSL let this certificate pass, trusting this authority alone?"""
    (folder / "asked.pem").write_bytes(certificate)
    authority = x509.load_der_x509_certificate((folder / "authority.cer").read_bytes())
    (folder / "trusted.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    own = ["openssl", "verify", "-purpose", "sslserver", "-CAfile", str(folder / "trusted.pem")]
    return subprocess.run([*own, *options, str(folder / "asked.pem")], capture_output=True, text=True)


def forged(folder: Path, name: x509.GeneralName) -> bytes:
    """What a thief of the authority's key would make for himself."""
    key = load_pem_private_key((folder / "authority" / "key.pem").read_bytes(), None)
    authority = x509.load_der_x509_certificate((folder / "authority.cer").read_bytes())
    thief = ec.generate_private_key(ec.SECP256R1())
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.subject)
        .public_key(thief.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


@pytest.mark.parametrize(
    "host", [("-verify_ip", ADDRESS), ("-verify_ip", "127.0.0.1"), ("-verify_hostname", "localhost")]
)
def test_the_doors_certificate_is_good_for_this_machine(tmp_path: Path, host: tuple[str, str]) -> None:
    made(tmp_path)
    assert openssl(tmp_path, (tmp_path / "server.pem").read_bytes(), *host).returncode == 0


@pytest.mark.parametrize("name", ["egov.kz", "localhost.evil.test", "8.8.8.8"])
def test_with_the_authoritys_key_nobody_can_pretend_to_be_another_site(tmp_path: Path, name: str) -> None:
    import ipaddress

    made(tmp_path)
    general = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    judged = openssl(tmp_path, forged(tmp_path, general))
    assert judged.returncode != 0
    assert "permitted subtree violation" in judged.stderr
    allowed = openssl(tmp_path, forged(tmp_path, x509.IPAddress(ipaddress.ip_address("10.1.2.3"))))
    assert allowed.returncode == 0, allowed.stderr


def test_a_second_start_changes_nothing_and_another_address_only_the_servers(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert made(tmp_path) == first
    moved = made(tmp_path, "10.0.0.7")
    assert moved[0] == first[0]
    assert moved[1] != first[1]


def test_an_address_the_authority_may_not_serve_gets_an_authority_of_its_own(tmp_path: Path) -> None:
    first = made(tmp_path)
    public = made(tmp_path, "203.0.113.9")
    assert public[0] != first[0]
    assert openssl(tmp_path, public[1], "-verify_ip", "203.0.113.9").returncode == 0


def test_certificates_are_renewed_before_they_end(tmp_path: Path) -> None:
    first = made(tmp_path)
    in_two_months = made(tmp_path, at=NOW + timedelta(days=61))
    assert in_two_months[0] == first[0]
    assert in_two_months[1] != first[1]
    assert made(tmp_path, at=NOW + timedelta(days=300))[0] != first[0]


def test_keys_are_readable_by_their_owner_or_encrypted(tmp_path: Path) -> None:
    made(tmp_path)
    assert (tmp_path / "authority").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "authority" / "key.pem").stat().st_mode & 0o777 == 0o600
    server = (tmp_path / "server.key").read_bytes()
    assert server.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert load_pem_private_key(server, PASSPHRASE.encode())


def test_the_fingerprint_is_openssls(tmp_path: Path) -> None:
    made(tmp_path)
    said = subprocess.run(
        [
            "openssl",
            "x509",
            "-inform",
            "DER",
            "-noout",
            "-fingerprint",
            "-sha256",
            "-in",
            tmp_path / "authority.cer",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.strip().endswith(f"={fingerprint(tmp_path)}")


def photographed(lines: list[str]) -> Image.Image:
    """A light-on-dark terminal: each character is two modules, one above the other."""
    lit = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}
    width = max(map(len, lines))
    picture = Image.new("L", (width, 2 * len(lines)))
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            upper, lower = lit[character]
            picture.putpixel((column, 2 * row), upper)
            picture.putpixel((column, 2 * row + 1), lower)
    return picture.resize((width * 6, len(lines) * 12), Image.Resampling.NEAREST)


def test_a_phone_reads_both_codes_off_the_terminal() -> None:
    addresses = [f"http://{ADDRESS}:8090/trust", f"https://{ADDRESS}:8000"]
    lines = lan.beside(*(lan.qr_lines(address) for address in addresses))
    assert max(map(len, lines)) <= 80
    read = zxingcpp.read_barcodes(photographed(lines))
    assert sorted(code.text for code in read) == sorted(addresses)


def test_opened_to_phones_every_address_is_the_lans_and_the_journal_keeps_its_name() -> None:
    opened = lan.opened(Settings(), address=ADDRESS)
    assert opened.portal_origin == f"https://{ADDRESS}:8000"
    assert opened.desk_origin == f"https://{ADDRESS}:8003"
    assert opened.sandbox_origin == f"http://{ADDRESS}:8090"
    assert opened.responders_origin == Settings().responders_origin
    assert Settings.from_environment(lan.environment(opened)) == opened
    assert opened.journal_origin == "localhost/senim/journal"


def test_the_sandbox_knows_each_door_by_the_name_it_has_for_phones() -> None:
    opened = lan.opened(Settings(), address=ADDRESS)
    sandbox = Configuration.from_environment(lan.environment(opened))
    assert sandbox.partners_origin == opened.partners_origin == f"https://{ADDRESS}:8002"
    assert sandbox.pages_origin == opened.sandbox_origin
    assert sandbox.may_return(f"{opened.portal_origin}/kk/app/phone/back/")
    assert sandbox.may_return(f"{opened.sandbox_origin}/bank/back")
    assert Configuration.from_environment({}).partners_origin == Settings().partners_origin


def test_only_a_sandbox_is_opened() -> None:
    with pytest.raises(lan.NotOpened, match="sandbox"):
        lan.opened(Settings(mode=Mode.PRODUCTION), address=ADDRESS)


@pytest.mark.parametrize("address", ["localhost", "192.168.1", "fe80::1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(lan.NotOpened):
        lan.opened(Settings(), address=address)
