"""Sign in by electronic digital signature (PT-4.2): a challenge is shown, signed in the browser, and judged.

The challenge is a text that names this door's address, the time and a number used once; the citizen reads
what they sign.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from senim import rulebook
from senim.accounts import AccountId, attempts, challenges
from senim.accounts.attempts import Outcome
from senim.accounts.methods import Method
from senim.accounts.models import Account
from senim.accounts.organisations.mandates import Mandate, mandate_in, take_up
from senim.accounts.signatures import Accepted, SignatureRefused, accept
from senim.accounts.timeline import tell
from senim.accounts.welcome import Welcomed
from senim.countries import kz as country
from senim.countries.kz import roles
from senim.errors import Refused
from senim.journal import record
from senim.settings import settings
from senim.texts import language, say_in
from senim.validation import Signer

WHAT_FOR = "sign_in"
PROFILES = {
    "portal": roles.SIGNING_IN,
    "desk": frozenset({"operator_auth"}),
    "desk-official": frozenset({"first_head_auth", "right_to_sign_auth"}),
    "desk-counter": frozenset({"employee_auth"}),
}
"""Which certificates open which door: a citizen's for signing in, also one in a role for an organisation,
for which the session then acts; an operator's; one in a role that signs for an organisation; or an
employee's."""
_ACCOUNT = "SELECT * FROM accounts_account WHERE iin = %s"


class SignInNotOffered(Refused):
    """The rulebook has no rule in force that lets people sign in by signature."""

    clause: ClassVar[str] = "PT-4.2"


class AnotherPerson(SignatureRefused):
    """Somebody is signed in here, and the certificate is somebody else's."""


@dataclass(frozen=True)
class Challenge:
    """``id`` goes back with the signature; ``text`` is what is signed, byte for byte (UTF-8)."""

    id: str
    text: str
    expires_at: datetime


def admit_anybody(_: Signer) -> None:
    """For a door that is open to everybody."""


def challenge(*, door: str, browser: str, at: datetime) -> Challenge:
    """A challenge in the reader's language. ``browser`` is a secret of the browser the page is drawn for."""
    made = challenges.seal(what_for=WHAT_FOR, browser=browser, at=at, door=door, language=language())
    return Challenge(made.id, _text(made.facts), made.expires_at)


def sign_in(
    *,
    challenge_id: str,
    signature: bytes,
    door: str,
    browser: str,
    known: AccountId | None,
    network: str,
    at: datetime,
    admit: Callable[[Signer], None],
) -> Welcomed:
    """Judge an answered challenge; opens the account at the first sign-in.

    ``known`` is who is signed in already: nobody else may go on in their session. ``admit`` is the door's own
    say about the signer; it refuses by raising. Refuses: SignInNotOffered, AnotherPerson, and what
    ``challenges.answer``, ``signatures.accept`` and ``organisations.mandates`` refuse.
    """
    if not rulebook.followed("portal_sign_in_by_signature", at=at):
        raise SignInNotOffered
    facts = challenges.answer(challenge_id, what_for=WHAT_FOR, browser=browser, at=at, door=door)
    person = accept(cms=signature, text=_text(facts), profiles=PROFILES[door], at=at)
    if known and not Account.objects.filter(pk=known, iin=person.iin).exists():
        raise AnotherPerson
    admit(person.signer)
    mandate = mandate_in(person.signer, at=at) if door == attempts.DOOR else None
    return _welcome(person, mandate, door, facts["language"], network, at)


def sign_out(*, account_id: AccountId, door: str, at: datetime) -> None:
    """Record that this person left; the door ends the session itself."""
    record(
        verb="accounts.sign_out",
        clause="PT-4.2",
        subject=f"account:{account_id}",
        at=at,
        facts={"door": door},
    )


@transaction.atomic
def _welcome(
    person: Accepted, mandate: Mandate | None, door: str, code: str, network: str, at: datetime
) -> Welcomed:
    account, opened = _account_of(person.iin, at)
    written = _renew(account, person, code) or opened
    account_id = AccountId(account.pk)
    if opened:
        tell(account_id=account_id, text_id="accounts.timeline.opened", at=at)
    taken_up = take_up(mandate, at=at) if mandate else None
    record(
        verb="accounts.sign_in",
        clause="PT-4.2",
        subject=f"account:{account_id}",
        actor=f"account:{account_id}",
        at=at,
        facts={
            "door": door,
            "opened": opened,
            "profile": person.signer.profile,
            **({"organisation": str(taken_up.row.pk)} if taken_up else {}),
        },
        personal={"certificate": f"{person.signer.serial_number:x}"},
        changed=[*([account] if written else []), *([taken_up.row] if taken_up else [])],
    )
    for identifier in (person.iin, *([mandate.bin] if mandate else [])) if door == attempts.DOOR else ():
        attempts.note(
            iin=identifier, network=network, method=Method.SIGNATURE, outcome=Outcome.SIGNED_IN, at=at
        )
    return Welcomed(account, Method.SIGNATURE, taken_up.acting if taken_up else None)


def _account_of(iin: str, at: datetime) -> tuple[Account, bool]:
    """And whether it was opened just now. Most people have one: the question is spelled out."""
    known = next(iter(Account.objects.raw(_ACCOUNT, [iin])), None)
    if known:
        return known, False
    unusable = make_password(None)  # Django's own column; ours are in ``passwords``
    return Account.objects.get_or_create(iin=iin, defaults={"created_at": at, "password": unusable})


def _renew(account: Account, person: Accepted, code: str) -> bool:
    """Write what the certificate says now. Whether the account had said anything else."""
    said = {
        "surname": _written(person.signer.surname),
        "given_name": _written(person.signer.given_name),
        "patronymic": _written(person.signer.patronymic),
        "email": person.email or account.email,
        "language": code,
    }
    if all(getattr(account, name) == value for name, value in said.items()):
        return False
    for name, value in said.items():
        setattr(account, name, value)
    account.save()
    return True


def _written(name: str) -> str:
    """Certificates hold names in capitals; pages do not shout."""
    return name.title() if name.isupper() else name


def _text(facts: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(facts["at"], ZoneInfo(country.TIME_ZONE))
    origin = settings.desk_origin if facts["door"].startswith("desk") else settings.portal_origin
    return say_in(
        facts["language"],
        "accounts.challenge",
        origin=origin,
        time=moment.isoformat(timespec="seconds"),
        nonce=facts["nonce"],
    )
