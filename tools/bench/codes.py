"""People with a connected number and a live code, each in a browser that asked for it.

``python -m tools.bench.beside tools.bench.codes FIRST COUNT`` runs beside a running instance, as its portal
would, and prints as JSON the cookies and the form of each: what is sent when the right code is typed in. The
codes are made by the verb that makes them; no SMS goes out. The rows go away with the instance.
"""

import json
import secrets
import sys
import uuid
from datetime import UTC, datetime

from django.db import transaction

from senim.accounts import code_sign_in, one_time_passwords
from senim.accounts.models import Account, SubscriberNumber
from senim.accounts.session_store import SessionStore
from senim.portal.code_sign_in import ASKED
from tools.bench.orders import iin_of

CSRF_DIGITS = 32


def main() -> None:
    first, count = int(sys.argv[2]), int(sys.argv[3])
    with transaction.atomic():
        print(json.dumps([_ready(number) for number in range(first, first + count)]))


def _ready(place: int) -> dict[str, dict[str, str]]:
    iin, number, browser, at = iin_of(place), f"+770155{place:05}", secrets.token_urlsafe(), datetime.now(UTC)
    account = Account.objects.create(iin=iin, surname="Өлшеу", given_name="Жылдамдық", created_at=at)
    SubscriberNumber.objects.create(
        account_id=account.pk, number=number, request_id=uuid.uuid4(), connected_at=at
    )
    pair = code_sign_in.Pair(iin, number)
    issued = one_time_passwords.issue(
        purpose=one_time_passwords.Purpose.SIGN_IN,
        account_id=pair.id,
        number=str(pair),
        operation=code_sign_in.operation_of(browser),
        network=f"bench {place}",
        at=at,
    )
    session = SessionStore()
    session[ASKED] = {"identifier": iin, "number": number, "browser": browser, "next": ""}
    session.create()
    token = secrets.token_hex(CSRF_DIGITS // 2)
    return {
        "cookies": {"senim_portal": str(session.session_key), "senim_portal_csrf": token},
        "form": {"code": issued.code, "csrfmiddlewaretoken": token},
    }
