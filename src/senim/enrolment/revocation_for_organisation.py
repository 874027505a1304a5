"""An organisation takes back what somebody who left holds in a role for it (CA-8.P1–P3b, decision 80).

The applicant is the legal entity (paragraph 5, 3): whoever acts for it signs with a certificate in a role for
it that gives the right. Everything of that person's for this organisation goes at once, and they are told.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import uuid4

from senim.accounts import AccountId, profiles, signatures, timeline
from senim.accounts.authentication import Authentication
from senim.accounts.organisations import mandates
from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.rights import Deed, may, refuse_unless
from senim.accounts.profiles import Profile
from senim.certification import certificates
from senim.certification.facts import CertificateFacts
from senim.countries.kz import roles, times
from senim.enrolment import letters, revocation
from senim.enrolment.holdings import holding_of
from senim.enrolment.installation import spelled
from senim.enrolment.models import RevocationRequest
from senim.enrolment.organisation_certificates import Held, by_person, of_person
from senim.enrolment.revocation import (
    RevocationRequestId,
    Wish,
    decide,
    in_words,
    may_be_revoked,
    new_request,
    refuse_unless_in_force,
    signer_of,
)
from senim.errors import NotFound, Refused
from senim.pki.crl import RevocationReason
from senim.registries.legal_entities import LEGAL_ENTITIES, RegistryUnavailable
from senim.texts import Text, say, speaking

REASON = RevocationReason.AFFILIATION_CHANGED
SIGNING = frozenset(
    roles.PROFILES[role]["sign"] for role in roles.ROLES if may(role, Deed.TAKE_BACK_CERTIFICATES)
)


class NotOfThisOrganisation(NotFound):
    """A certificate for another organisation, for nobody but its holder, or no certificate at all."""

    clause: ClassVar[str] = "CA-8.P2"


class HeadsCertificate(Refused):
    """The first head's: only whoever the state database names as head by now takes a former one's back."""

    clause: ClassVar[str] = "CA-8.P2"


class OwnInThisRole(Refused):
    """Of whoever asks: one's own certificates have pages of their own, with every reason."""

    clause: ClassVar[str] = "CA-8.P2"


class SignedForAnother(Refused):
    """Signed with a certificate in a role for another organisation."""

    clause: ClassVar[str] = "CA-8.P2"


def leaving(
    acting: Acting, *, serial_number: int, account_id: AccountId, language: str, at: datetime
) -> Wish:
    """What the organisation asks for once the holder of this certificate has left.

    Refuses, before anybody signs: NotInThisRole, NotOfThisOrganisation, OwnInThisRole, HeadsCertificate,
    CertificateRevokedBefore, CertificateOver.
    """
    refuse_unless(acting.role, Deed.TAKE_BACK_CERTIFICATES)
    named = _of_this_organisation(acting, serial_number)
    refuse_unless_in_force(named, at=at)
    (one,) = by_person([named])
    in_force = [each for each in of_person(acting, iin=one.iin) if may_be_revoked(each, at=at)]
    (theirs,) = by_person(in_force)
    _check_whose(theirs, acting.role, profiles.profile(account_id).iin)
    numbers = tuple(each.serial_number for each in theirs.certificates)
    return Wish(uuid4(), numbers, REASON, language, started_at=at, asked_at=at)


def held(acting: Acting, wish: Wish) -> Held:
    """Whose certificates a wish is about. Raises NotOfThisOrganisation."""
    found = by_person(_of_this_organisation(acting, number) for number in wish.serial_numbers)
    if len(found) != 1:
        raise NotOfThisOrganisation
    return found[0]


def apart(acting: Acting, *, account_id: AccountId, held: Iterable[Held]) -> dict[str, Text]:
    """By IIN, why nothing of theirs is taken back by whoever acts."""
    mine, found = profiles.profile(account_id).iin, dict[str, Text]()
    for one in held:
        try:
            _check_whose(one, acting.role, mine)
        except Refused as refusal:
            found[one.iin] = refusal.next_step
    return found


def can_sign(acting: Acting, *, account_id: AccountId, at: datetime) -> bool:
    """Whether this person has a certificate to sign with for this organisation, with the right to do so."""
    own = revocation.signing_certificates(account_id=account_id, at=at)
    return any(one.profile in SIGNING and holding_of(one).capacity.bin == acting.bin for one in own)


def request_text(*, wish: Wish, acting: Acting, account_id: AccountId) -> str:
    """The request in words, as it is signed: the same bytes each time. Raises NotOfThisOrganisation."""
    person, theirs = profiles.profile(account_id), held(acting, wish)
    with speaking(wish.language):
        return say(
            "enrolment.revocation.document_for_organisation",
            request=wish.request_id,
            time=times.to_the_second(wish.asked_at),
            organisation=acting.names[wish.language],
            bin=acting.bin,
            name=person.full_name,
            iin=person.iin,
            role=Text(f"enrolment.role.{acting.role}"),
            holder=theirs.name,
            holder_iin=theirs.iin,
            certificates="\n".join(map(in_words, theirs.certificates)),
            reason=Text("enrolment.revocation.left"),
            word=wish.reason.value,
        )


def submit(
    *,
    wish: Wish,
    acting: Acting,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> RevocationRequestId:
    """Judge the signed request and revoke (CA-8.P1, CA-8.C1, CA-8.P3b), or refuse and record why (CA-8.P2).

    The same wish twice is one request. The state database is asked whether its head still heads it; where it
    is away, a former head's certificate stays (Unavailable). Raises NotInThisRole, what ``leaving`` refuses,
    RevocationNotSigned, RevocationSignedByAnother, SignedForAnother, and what ``mandates`` refuses.
    """
    refuse_unless(acting.role, Deed.TAKE_BACK_CERTIFICATES)
    request_id = RevocationRequestId(wish.request_id)
    if RevocationRequest.objects.filter(pk=request_id, account_id=account_id).exists():
        return request_id
    person, theirs = profiles.profile(account_id), held(acting, wish)
    text = request_text(wish=wish, acting=acting, account_id=account_id)
    decide(
        partial(new_request, wish, person, account_id, text, signature, at, acting=acting),
        judge=partial(_judge, theirs, acting, person, text=text, signature=signature, at=at),
        tell=partial(_tell_holder, theirs, acting),
        authentication=authentication,
        at=at,
    )
    return request_id


def _judge(
    theirs: Held, acting: Acting, person: Profile, *, text: str, signature: bytes, at: datetime
) -> int:
    """The serial number of the certificate it is signed with."""
    for one in theirs.certificates:
        refuse_unless_in_force(one, at=at)
    _check_whose(theirs, acting.role, person.iin)
    signer = signer_of(text, signature, person, allowed=SIGNING, at=at)
    mandate = mandates.mandate_in(signer, at=at)
    if mandate is None or mandate.bin != acting.bin:
        raise SignedForAnother
    _check_whose(theirs, mandate.role, person.iin)
    if roles.FIRST_HEAD in theirs.roles and mandate.entity is None:
        raise RegistryUnavailable(registry=LEGAL_ENTITIES.title)  # who heads it now, it alone can say
    return signer.serial_number


def _check_whose(theirs: Held, role: str, iin: str) -> None:
    if theirs.iin == iin:
        raise OwnInThisRole
    if roles.FIRST_HEAD in theirs.roles and role != roles.FIRST_HEAD:
        raise HeadsCertificate


def _of_this_organisation(acting: Acting, serial_number: int) -> CertificateFacts:
    found = certificates.of_serial_number(serial_number)
    if found is None or found.profile not in roles.IN_A_ROLE:
        raise NotOfThisOrganisation
    if holding_of(found).capacity.bin != acting.bin:
        raise NotOfThisOrganisation
    return found


def _tell_holder(theirs: Held, acting: Acting, case: RevocationRequest, at: datetime) -> None:
    """In the cabinet, where they have one, and by a letter to the address that the certificate names."""
    numbers = [spelled(one.serial_number) for one in theirs.certificates]
    holder = profiles.of_iin(theirs.iin)
    if holder is not None:
        for number in numbers:
            timeline.tell(
                account_id=holder.account_id,
                text_id="enrolment.timeline.taken_back",
                kind=timeline.Kind.CERTIFICATE,
                at=at,
                number=number,
                organisation=acting.registered_name,
            )
    language = holder.language if holder and holder.language else case.language
    addresses = filter(None, (signatures.email_in(one.der) for one in theirs.certificates))
    to = next(addresses, holder.email if holder else "")
    if to:
        with speaking(language):
            letters.send_taken_back(case, to=to, organisation=acting.names[language], numbers=numbers, at=at)
