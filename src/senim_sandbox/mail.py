"""A mail server for everybody in the sandbox: any address has a mailbox, nothing ever leaves."""

import asyncio
import email
import re
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import default as modern
from hashlib import sha256
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from senim_sandbox.clock import Clock
from senim_sandbox.faults import Faults, Mode
from senim_sandbox.tasks import Tasks

KEPT_PER_MAILBOX = 200
LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_RECIPIENTS = 20
LINK = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]]")
ADDRESS = re.compile(r"[^@\s/<>]{1,64}@[^@\s/<>]{1,255}")


@dataclass(frozen=True)
class Mail:
    """One message as its reader sees it. ``id`` is its Message-ID, or a digest where it has none."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    at: datetime

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat(), "links": self.links}


@dataclass
class Mailbox:
    address: str
    mails: deque[Mail] = field(default_factory=lambda: deque(maxlen=KEPT_PER_MAILBOX))

    def keep(self, mail: Mail) -> bool:
        """Newest first; the same Message-ID is one mail, however often it is sent. Whether it was new."""
        new = all(kept.id != mail.id for kept in self.mails)
        if new:
            self.mails.appendleft(mail)
        return new


class Mailboxes:
    """Mailboxes appear when somebody writes to them."""

    def __init__(self) -> None:
        self._mailboxes: dict[str, Mailbox] = {}

    def mailbox(self, address: str) -> Mailbox:
        key = address.lower()
        return self._mailboxes.setdefault(key, Mailbox(key))

    def look_into(self, address: str) -> Mailbox:
        """The mailbox as it is; looking makes none."""
        return self._mailboxes.get(address.lower(), Mailbox(address.lower()))

    def known(self) -> list[Mailbox]:
        used = [mailbox for mailbox in self._mailboxes.values() if mailbox.mails]
        return sorted(used, key=lambda mailbox: mailbox.mails[0].at, reverse=True)

    def latest(self, count: int) -> list[Mail]:
        everything = [mail for mailbox in self._mailboxes.values() for mail in mailbox.mails]
        return sorted(everything, key=lambda mail: mail.at, reverse=True)[:count]

    def clear(self) -> None:
        self._mailboxes.clear()


class Postman:
    """What aiosmtpd asks at each step of a delivery; names and signatures are aiosmtpd's."""

    def __init__(self, mailboxes: Mailboxes, faults: Faults, clock: Clock) -> None:
        self._mailboxes, self._faults, self._clock = mailboxes, faults, clock
        self._late = Tasks()

    def clear(self) -> None:
        self._late.cancel()

    async def close(self) -> None:
        await self._late.close()

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mode = await self._faults.endure("mail")
        if mode is Mode.DOWN:
            return "421 Service not available"
        if mode is Mode.GARBAGE:
            return "no reply code at all"
        envelope.mail_from = address or ""  # a bounce has no sender
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if ADDRESS.fullmatch(address) is None:
            return "550 No such mailbox"
        if len(envelope.rcpt_tos) >= LARGEST_RECIPIENTS:
            return "452 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self._faults.of("mail").mode is Mode.LATE:
            self._late.start(self._keep_later(envelope))
            return "250 OK"
        new = self._keep(envelope)
        if new and self._faults.of("mail").mode is Mode.DUPLICATED:
            return "451 Try again later"  # though it was kept: an honest sender sends it a second time
        return "250 OK"

    async def _keep_later(self, envelope: Envelope) -> None:
        await self._faults.delay("mail")
        self._keep(envelope)

    def _keep(self, envelope: Envelope) -> bool:
        """Whether any of the recipients did not have it yet."""
        content, now = cast("bytes", envelope.original_content), self._clock.now()
        kept = [
            self._mailboxes.mailbox(address).keep(read_mail(content, to=address, at=now))
            for address in envelope.rcpt_tos
        ]
        return any(kept)

    def protocol(self) -> SMTP:
        """One connection."""
        return SMTP(
            self,
            data_size_limit=LARGEST_BYTES,
            enable_SMTPUTF8=True,
            hostname="sandbox",  # or it asks the network for its own name
            ident="sandbox",
            timeout=60,
            loop=asyncio.get_running_loop(),
        )


def read_mail(content: bytes, *, to: str, at: datetime) -> Mail:
    """Never fails: a mail that cannot be read is shown as it came."""
    message = email.message_from_bytes(content, policy=modern)
    return Mail(
        id=_header(message, "message-id") or sha256(content).hexdigest(),
        sender=_header(message, "from"),
        to=to.lower(),
        subject=_header(message, "subject"),
        text=_text(message, content),
        at=at,
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, LookupError):  # the parser meets headers nobody foresaw
        return ""


def _text(message: EmailMessage, content: bytes) -> str:
    try:
        part = message.get_body(("plain", "html"))
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, AttributeError):
        return content.decode(errors="replace")
