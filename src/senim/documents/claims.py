"""How a third party gets in: by scanning the QR, or by typing the code and being recognised (DD-15, DD-18a).

A QR is a bearer of 128 bits that lives seconds and is claimed by one conditional UPDATE. A six-digit code is
only a rendezvous: whatever is typed, the viewer gets a number to show; if the code was somebody's, the owner
sees who asks and types that number. Only then the document opens. The arithmetic behind the limits is in
docs/decisions/0008-short-code.md. What information systems may do is in ``systems``; it stands on the same.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from senim.accounts import AccountId
from senim.accounts.profiles import profile
from senim.accounts.systems import register
from senim.accounts.systems.standing import may_act
from senim.documents import codes
from senim.documents.access import AccessIsClosed, GrantId, NoSuchGrant, burn, renew_code
from senim.documents.advance import _advance
from senim.documents.locks import lock_person
from senim.documents.models import Claim, Grant, Path, QrToken, View, ViewerKind
from senim.documents.process import Actor, ClaimState, GrantState
from senim.documents.viewers import Viewer
from senim.documents.views import ViewId, begin, said_purpose
from senim.errors import NotFound, Refused
from senim.settings import settings
from senim.texts import Text

ClaimId = NewType("ClaimId", uuid.UUID)
WAITING_PER_GRANT = 3
A_DAY = timedelta(hours=24)


class QrIsSpent(Refused):
    """Unknown, expired, claimed by somebody else, closed, one's own: one answer for all."""

    clause = "DD-19a"


class TooManyClaims(Refused):
    """Three unanswered codes in a day. Counted alike for right and wrong codes."""

    clause = "DD-19a"


class NotACode(Refused):
    clause = "DD-2.4"


class NoSuchClaim(NotFound):
    clause = "DD-19a"


class WrongNumber(Refused):
    clause = "DD-16"


class GrantBurnt(Refused):
    """Wrong numbers typed too often: the access is closed, to be opened anew."""

    clause = "DD-16"


class ClaimIsGone(Refused):
    clause = "DD-16"


class SystemIsStopped(Refused):
    """The system that asked may not act any more: its question is withdrawn, and nothing was opened."""

    clause = "DD-4b"


@dataclass(frozen=True)
class Rendezvous:
    """What the viewer sees after typing a code: the same whether it was somebody's or not."""

    claim_id: ClaimId
    number: str
    answer_by: datetime


@dataclass(frozen=True)
class Asking:
    """What the owner sees: the verified name of whoever asks, what they act for, and a system's purpose."""

    claim_id: ClaimId
    who: str
    organisation: str
    digits: int
    answer_by: datetime
    purpose: Text | None = None


@dataclass(frozen=True)
class Waiting:
    """State of a claim for its viewer: waiting, opened, refused or no_answer."""

    state: str
    number: str
    answer_by: datetime
    view_id: ViewId | None


def claim_qr(*, viewer: AccountId, token: str, at: datetime, organisation: str = "") -> ViewId:
    """Open the document behind a scanned QR. Of many people at once, one gets in. Raises QrIsSpent.

    The one who is in already is led to the same look: a second click is no second view.
    """
    digest = codes.token_digest(token)
    with transaction.atomic():
        found = QrToken.objects.filter(digest=digest).values("grant_id")
        grant = Grant.objects.select_for_update().filter(pk__in=found).first()
        if grant is None or not _is_open(grant, at=at) or grant.owner_id == viewer:
            raise QrIsSpent
        if _still_free(digest, at=at).update(claimed_at=at, claimed_by=viewer):
            return begin(grant, viewer=Viewer(viewer, organisation=organisation), path=Path.QR, at=at)
        mine = QrToken.objects.filter(digest=digest, claimed_by=viewer).values("claimed_at")
        begun = View.objects.filter(grant_id=grant.id, viewer_id=viewer, opened_at__in=mine).first()
        if begun is None:
            raise QrIsSpent
        return ViewId(begun.id)


def grant_of_qr(digest: bytes, *, at: datetime) -> Grant:
    """What is open behind a QR that was not spent yet. Raises QrIsSpent."""
    grant = Grant.objects.filter(pk__in=_still_free(digest, at=at).values("grant_id")).first()
    if grant is None or not _is_open(grant, at=at):
        raise QrIsSpent
    return grant


def spend_qr(digest: bytes, *, at: datetime) -> None:
    """Of many at once, one spends it. Raises QrIsSpent."""
    if not _still_free(digest, at=at).update(claimed_at=at):
        raise QrIsSpent


def _still_free(digest: bytes, *, at: datetime) -> QuerySet[QrToken]:
    return QrToken.objects.filter(digest=digest, claimed_at=None, expires_at__gt=at)


def enter_code(*, viewer: AccountId, code: str, at: datetime, organisation: str = "") -> Rendezvous:
    """Ask the owner of this code to be let in; nothing tells whose it was.

    ``organisation`` is what the viewer acts for, by their certificate. Raises NotACode, TooManyClaims.
    """
    return rendezvous(Viewer(viewer, organisation=organisation), code=code, at=at)


def rendezvous(
    viewer: Viewer, *, code: str, at: datetime, kinds: Collection[str] | None = None
) -> Rendezvous:
    """``kinds``: of which documents, any where it is None. Raises NotACode, TooManyClaims."""
    digits = "".join(letter for letter in code if letter.isdecimal() and letter.isascii())
    if len(digits) != codes.CODE_DIGITS:
        raise NotACode(digits=codes.CODE_DIGITS)
    with transaction.atomic():
        lock_person(viewer.id)  # or parallel guesses would all count the same earlier ones
        _count_claims(viewer.id, at=at)
        grant = _grant_of_code(digits, viewer=viewer.id, kinds=kinds, at=at)
        return make_claim(grant, "enter_code", viewer=viewer, path=Path.CODE, at=at)


def asking(*, owner: AccountId, grant_id: GrantId, at: datetime) -> Asking | None:
    """Who waits for this owner's answer, oldest first; no system that was stopped since."""
    waiting = Claim.objects.filter(grant_id=grant_id, state=ClaimState.WAITING, expires_at__gt=at)
    claim = next((one for one in waiting.order_by("made_at") if _still_asks(one, at=at)), None)
    if claim is None or not Grant.objects.filter(pk=grant_id, owner_id=owner).exists():
        return None
    who, organisation = _introduced(claim)
    purpose = said_purpose(claim.purpose)
    return Asking(ClaimId(claim.id), who, organisation, len(claim.number), claim.expires_at, purpose)


def _introduced(claim: Claim) -> tuple[str, str]:
    """Who asks, by verified names, and for which organisation."""
    if claim.viewer_kind == ViewerKind.SYSTEM:
        system = register.named([claim.viewer_id])[claim.viewer_id]
        return system.name, system.organisation
    return profile(AccountId(claim.viewer_id)).full_name, claim.organisation


def answer(*, owner: AccountId, grant_id: GrantId, claim_id: ClaimId, number: str, at: datetime) -> ViewId:
    """The owner typed the number on the viewer's screen: let them in.

    Raises NoSuchGrant, AccessIsClosed, ClaimIsGone, SystemIsStopped, WrongNumber, GrantBurnt. A wrong number
    is counted before it is refused.
    """
    refusal: type[Refused]
    with transaction.atomic():
        grant = _owners_grant(owner, grant_id, at=at)
        claim = _waiting_claim(grant, claim_id, at=at)
        if claim.viewer_kind == ViewerKind.SYSTEM:
            lock_person(claim.viewer_id)  # or ``close_to_system`` could miss a look that begins now
        if _still_asks(claim, at=at):
            if claim.number == "".join(number.split()):
                return _let_in(grant, claim, at=at)
            refusal = GrantBurnt if _count_wrong_number(grant, at=at) else WrongNumber
        else:
            _advance(claim, "withdraw_claim", actor=Actor.SERVICE, at=at)
            refusal = SystemIsStopped
    raise refusal


def _still_asks(claim: Claim, *, at: datetime) -> bool:
    """A system that was stopped since, or whose term is over, asks no more."""
    return claim.viewer_kind != ViewerKind.SYSTEM or may_act(claim.viewer_id, at=at)


def refuse(*, owner: AccountId, grant_id: GrantId, claim_id: ClaimId, at: datetime) -> None:
    """The owner does not know them."""
    with transaction.atomic():
        grant = _owners_grant(owner, grant_id, at=at)
        claim = _waiting_claim(grant, claim_id, at=at)
        _advance(claim, "refuse_claim", actor=Actor.OWNER, by=owner, at=at)


def withdraw(*, viewer: AccountId, claim_id: ClaimId, at: datetime) -> None:
    """The viewer stops waiting. It stays counted: otherwise codes could be tried for free."""
    with transaction.atomic():
        mine = Claim.objects.select_for_update().filter(pk=claim_id, viewer_id=viewer)
        if claim := mine.filter(state=ClaimState.WAITING).first():
            _advance(claim, "withdraw_claim", actor=Actor.VIEWER, by=viewer, at=at)


def waiting(*, viewer: AccountId, claim_id: ClaimId, at: datetime) -> Waiting:
    """Where the viewer's claim stands; a refusal reads like no answer yet. Raises NoSuchClaim."""
    return standing_of(claim_of(viewer, claim_id), at=at)


def claim_of(viewer: uuid.UUID, claim_id: ClaimId) -> Claim:
    """Raises NoSuchClaim, also for another's."""
    claim = Claim.objects.filter(pk=claim_id, viewer_id=viewer).first()
    if claim is None:
        raise NoSuchClaim
    return claim


def standing_of(claim: Claim, *, at: datetime) -> Waiting:
    if claim.state == ClaimState.APPROVED and claim.view_id:
        return Waiting("opened", claim.number, claim.expires_at, ViewId(claim.view_id))
    over = claim.expires_at <= at or claim.state == ClaimState.WITHDRAWN
    return Waiting("no_answer" if over else "waiting", claim.number, claim.expires_at, None)


def _grant_of_code(
    digits: str, *, viewer: uuid.UUID, kinds: Collection[str] | None, at: datetime
) -> Grant | None:
    alive = Grant.objects.filter(state=GrantState.OPEN, code_expires_at__gt=at, closes_at__gt=at)
    grant = alive.filter(code_digest=codes.code_digest(digits)).first()
    if grant is None or grant.owner_id == viewer or (kinds is not None and grant.kind not in kinds):
        return None
    busy = Claim.objects.filter(grant_id=grant.id, state=ClaimState.WAITING, expires_at__gt=at).count()
    return None if busy >= WAITING_PER_GRANT else grant


def make_claim(grant: Grant | None, action: str, *, viewer: Viewer, path: Path, at: datetime) -> Rendezvous:
    """The number differs from those of other claims of the grant; drawn again in the rare clash."""
    while True:
        claim = Claim(
            grant_id=grant.id if grant else None,
            **viewer.columns,
            path=path,
            number=codes.match_number(),
            made_at=at,
            expires_at=at + settings.claim_answer_within,
        )
        try:
            with transaction.atomic():
                _advance(claim, action, actor=viewer.actor, by=viewer, at=at)
        except IntegrityError:
            continue
        return Rendezvous(ClaimId(claim.id), claim.number, claim.expires_at)


def _count_claims(viewer: uuid.UUID, *, at: datetime) -> None:
    typed = Claim.objects.filter(viewer_id=viewer, path=Path.CODE, made_at__gt=at - A_DAY)
    unresolved = typed.exclude(state=ClaimState.APPROVED)
    if unresolved.count() >= settings.claims_per_viewer_per_day:
        raise TooManyClaims(count=settings.claims_per_viewer_per_day)


def _is_open(grant: Grant, *, at: datetime) -> bool:
    return grant.state == GrantState.OPEN and grant.closes_at > at


def _owners_grant(owner: AccountId, grant_id: GrantId, *, at: datetime) -> Grant:
    grant = Grant.objects.select_for_update().filter(pk=grant_id, owner_id=owner).first()
    if grant is None:
        raise NoSuchGrant
    if not _is_open(grant, at=at):
        raise AccessIsClosed
    return grant


def _waiting_claim(grant: Grant, claim_id: ClaimId, *, at: datetime) -> Claim:
    claim = (
        Claim.objects.select_for_update()
        .filter(pk=claim_id, grant_id=grant.id, state=ClaimState.WAITING, expires_at__gt=at)
        .first()
    )
    if claim is None:
        raise ClaimIsGone
    return claim


def _let_in(grant: Grant, claim: Claim, *, at: datetime) -> ViewId:
    view_id = begin(grant, viewer=Viewer.of(claim), path=Path(claim.path), at=at)
    claim.view_id = view_id
    _advance(claim, "let_in", actor=Actor.OWNER, by=AccountId(grant.owner_id), at=at)
    renew_code(grant, at=at)
    return view_id


def _count_wrong_number(grant: Grant, *, at: datetime) -> bool:
    grant.wrong_numbers += 1
    _advance(grant, "wrong_number", actor=Actor.OWNER, by=AccountId(grant.owner_id), at=at)
    burnt = grant.wrong_numbers >= settings.wrong_numbers_per_grant
    if burnt:
        burn(grant, at=at)
    return burnt
