"""Mail over SMTP. The Message-ID comes from the notice: a mail sent twice is one mail to its reader."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from senim.notices.providers import NotSubmitted, Rejected
from senim.settings import settings

TIMEOUT_SECONDS = 10.0


def submit(*, notice_id: UUID, created_at: datetime, to: str, subject: str, body: str) -> str:
    """Hand a mail to our server; returns its Message-ID. Raises NotSubmitted or Rejected."""
    letter = message(notice_id=notice_id, created_at=created_at, to=to, subject=subject, body=body)
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
            _protect(server)
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        raise _answer(min(code for code, _ in refused.recipients.values())) from None
    except smtplib.SMTPResponseException as refused:
        raise _answer(refused.smtp_code) from None
    except (OSError, smtplib.SMTPException) as down:
        raise NotSubmitted(type(down).__name__) from None
    return str(letter["Message-ID"])


def message(*, notice_id: UUID, created_at: datetime, to: str, subject: str, body: str) -> EmailMessage:
    letter = EmailMessage()
    try:
        letter["To"], letter["Subject"], letter["From"] = to, subject, settings.mail_from
    except ValueError:
        raise Rejected("bad address") from None
    letter["Message-ID"] = f"<{notice_id}@{settings.mail_from.rpartition('@')[2]}>"
    letter["Date"] = format_datetime(created_at)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(body)
    return letter


def _protect(server: smtplib.SMTP) -> None:
    server.ehlo_or_helo_if_needed()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())


def _answer(code: int) -> Exception:
    """4xx is "not now" (RFC 5321 §4.2.1), 5xx is "never"."""
    return Rejected(f"SMTP {code}") if code >= 500 else NotSubmitted(f"SMTP {code}")
