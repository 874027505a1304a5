"""``senim up --lan``: the doors over HTTPS at this machine's address, for phones in the same network.

Over plain HTTP a phone's browser has neither camera nor WebCrypto. Both doors share the address: cookies tell
them apart by name. Databases, mail, messages and responders stay on the loopback.
"""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import zxingcpp
from granian.constants import SSLProtocols

from senim.runtime import lan_certificates
from senim.settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - asked for with --lan
PASSPHRASE = "lan-tls"  # noqa: S105 - its name
SOMEWHERE_ELSE = ("192.0.2.1", 9)
"""Nobody's (RFC 5737) and never written to: only the way there is asked of the kernel."""
QUIET_ZONE = 2
BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""Two rows of modules in a line of text, light on dark as terminals are."""
GUTTER = "   "


class NotOpened(RuntimeError):
    """The doors cannot be opened to phones; the message says why."""


def own_address() -> str:
    """The IPv4 address by which others in the network reach this machine. Raises NotOpened."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(SOMEWHERE_ELSE)
        except OSError as nowhere:
            raise NotOpened("This machine is in no network; --lan=ADDRESS names an address.") from nowhere
        return str(asking.getsockname()[0])


def opened(settings: Settings, *, address: str) -> Settings:
    """The same instance, for phones. Raises NotOpened."""
    if not settings.is_sandbox:
        raise NotOpened("--lan is for a sandbox; in production a proxy ends TLS (docs/production.md).")
    host = _checked(address or own_address())
    return replace(
        settings,
        scheme="https",
        portal_host=host,
        desk_host=host,
        partners_host=host,
        lan_address=host,
        journal_origin=settings.journal_origin or f"{settings.portal_host}/senim/journal",
    )


def environment(settings: Settings) -> dict[str, str]:
    """What its processes have to be told."""
    return {
        "SENIM_SCHEME": settings.scheme,
        "SENIM_PORTAL_HOST": settings.portal_host,
        "SENIM_DESK_HOST": settings.desk_host,
        "SENIM_PARTNERS_HOST": settings.partners_host,
        "SENIM_LAN_ADDRESS": settings.lan_address,
        "SENIM_JOURNAL_ORIGIN": settings.journal_origin,
    }


def prepare(settings: Settings) -> None:
    """Certificates for the address, and a note of it for commands run beside; no note where none is open."""
    note = _note(settings)
    note.parent.mkdir(exist_ok=True)
    note.unlink(missing_ok=True)
    if not settings.lan_address:
        return
    note.write_text(settings.lan_address, encoding="ascii")
    lan_certificates.prepare(
        folder(settings),
        address=settings.lan_address,
        passphrase=settings.secret(PASSPHRASE),
        at=datetime.now(UTC),
    )


def as_running(settings: Settings) -> Settings:
    """The settings the instance of this home runs with, for a command that was told nothing."""
    try:
        return opened(settings, address=_note(settings).read_text(encoding="ascii"))
    except OSError:
        return settings


@contextmanager
def listening(settings: Settings) -> Iterator[dict[str, Any]]:
    """How granian serves a door: where, and with which certificate."""
    if not (settings.lan_address and settings.is_sandbox):
        yield {"address": settings.bind}
        return
    passphrase = settings.secret(PASSPHRASE)
    with lan_certificates.opened_key(folder(settings), passphrase=passphrase) as key:
        yield {
            "address": EVERYWHERE,
            "ssl_cert": folder(settings) / "server.pem",
            "ssl_key": key,
            "ssl_protocol_min": SSLProtocols.tls12,  # phones of before 2020
        }


def folder(settings: Settings) -> Path:
    return settings.home.absolute() / "lan"


def _note(settings: Settings) -> Path:
    return settings.home / "run" / "lan-address"


def announcement(settings: Settings) -> list[str]:
    """What a person with a phone in hand has to know, with both addresses as QR codes."""
    trust, portal = f"{settings.sandbox_origin}/trust", settings.portal_origin
    return [
        "",
        "Phones in this network (only while you trust everybody in it: the sandbox's keys are no secret):",
        f"  1. once a phone: trust this sandbox   {trust}",
        f"  2. then the portal                    {portal}",
        "",
        *beside(qr_lines(trust), qr_lines(portal)),
        "",
        "The phone shows this SHA-256 of the certificate before it trusts it; compare:",
        f"  {lan_certificates.fingerprint(folder(settings))}",
    ]


def qr_lines(text: str) -> list[str]:
    """A QR code for a terminal with light letters on a dark ground."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    rows: Any = memoryview(code.to_image(add_quiet_zones=False)).tolist()  # type: ignore[arg-type]
    dark = [[shade == 0 for shade in row] for row in rows]
    width = len(dark) + 2 * QUIET_ZONE
    blank = [[False] * width for _ in range(QUIET_ZONE)]
    side = [False] * QUIET_ZONE
    whole = [*blank, *([*side, *row, *side] for row in dark), *blank, [True] * width]
    pairs = zip(whole[::2], whole[1::2], strict=False)
    return ["".join(BLOCKS[both] for both in zip(upper, lower, strict=True)) for upper, lower in pairs]


def beside(left: Iterable[str], right: Iterable[str]) -> list[str]:
    """Two codes on one screen."""
    lefts, rights = list(left), list(right)
    height = max(len(lefts), len(rights))
    width = max(map(len, lefts))
    lefts, rights = (each + [""] * (height - len(each)) for each in (lefts, rights))
    return [f"  {one:<{width}}{GUTTER}{other}" for one, other in zip(lefts, rights, strict=True)]


def _checked(address: str) -> str:
    try:
        return str(IPv4Address(address))
    except ValueError as wrong:
        raise NotOpened(f"--lan needs an IPv4 address of this machine, not {address!r}.") from wrong
