"""Pages as a template author would write them from browser/README.md; their markup is in ``pages/``."""

import base64
import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template

from senim_token.states import State

PAGES = Path(__file__).parent / "pages"
DONE = "<p id=done>Қабылданды</p>"
SUBJECT = [
    ["2.5.4.3", "СӘРСЕНОВА АЙГЕРІМ"],
    ["2.5.4.4", "СӘРСЕНОВА"],
    ["2.5.4.5", "IIN910412400128"],
    ["2.5.4.6", "KZ"],
]
FILE_CASES = ("unsupported", "no-file", "no-password", "wrong-password", "broken-file", "unsupported-file")
CASES = {
    "order": ("unsupported", "password-short", "password-mismatch", "storage-failed"),
    "install": (*FILE_CASES, "storage-failed"),
    "sign": (
        *FILE_CASES,
        "no-fitting-certificate",
        "no-device-key",
        "certificate-expired",
        "certificate-not-yet-valid",
        "choose-certificate",
    ),
    "token": (*State, "program-away", "choose"),
    "share": ("burnt", "gone"),
    "scan": ("unsupported", "no-camera", "camera-refused", "camera-busy", "foreign-code"),
}


def page(name: str, **values: str) -> str:
    """One of the pages, filled in."""
    named = (*CASES.get(name, ()), "failed")
    cases = "".join(
        f'<div data-case="{case}" class="govuk-error-summary" hidden>{case}</div>' for case in named
    )
    given = {"now": machine(datetime.now(UTC)), "cases": cases, "more": "", **values}
    return Template((PAGES / f"{name}.html").read_text(encoding="utf-8")).substitute(given)


def order(storage: str, *, request_sign: str = "", request_auth: str = "") -> str:
    subject = escape(json.dumps(SUBJECT, ensure_ascii=False))
    return page(
        "order", storage=storage, subject=subject, request_sign=request_sign, request_auth=request_auth
    )


def install(storage: str, sign: bytes, auth: bytes, chain: list[bytes]) -> str:
    return page("install", storage=storage, sign=b64(sign), auth=b64(auth), chain=" ".join(map(b64, chain)))


def sign(content: bytes, purpose: str = "auth", more: str = "", *, at: datetime | None = None) -> str:
    now = machine(at or datetime.now(UTC))
    return page("sign", content=b64(content), purpose=purpose, more=more, now=now)


def token_keys(program: str) -> str:
    return page("token", program=program)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def machine(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
