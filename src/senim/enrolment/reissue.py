"""Reissue: new certificates for new keys, asked for with one's own signature (CA-7.P1–P5).

Nobody comes anywhere: the signature, made with a certificate that is in force, is the identification. Names
are the registry's; whoever has no such certificate orders anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model

from senim.accounts import AccountId, profiles, signatures, signed_steps
from senim.accounts.authentication import Authentication
from senim.accounts.signatures import SignatureRefused
from senim.accounts.timeline import tell
from senim.countries.kz import names, roles, times
from senim.enrolment import addresses, letters, numbers
from senim.enrolment.applicant import (
    Applicant,
    OrderForm,
    ask_registry,
    ask_registry_for_holder,
    check_in_force,
    checked,
)
from senim.enrolment.holdings import Capacity, capacities
from senim.enrolment.kinds import Kind
from senim.enrolment.lists import centres, regions
from senim.enrolment.models import Application
from senim.enrolment.registration import (
    Sheet,
    Submitted,
    ask_or_record_refusal,
    count_tries,
    earlier_answer,
    register,
    with_evidence,
    with_keys,
)
from senim.enrolment.requests import check_keys, read
from senim.enrolment.revocation import signing_certificates
from senim.errors import Refused
from senim.texts import Text, say, speaking


class ReissueNotSigned(Refused):
    """No valid signature over this very application; ``why`` is the reason."""

    clause: ClassVar[str] = "CA-7.P1"


class ReissueSignedByAnother(Refused):
    """A good signature, but not of the person who is signed in."""

    clause: ClassVar[str] = "CA-7.P1"


@dataclass(frozen=True)
class Wish:
    """The form with the registry's names, the requests made in the browser, and since when.

    ``key`` makes a second click the same application.
    """

    key: UUID
    form: OrderForm
    sign_request: bytes
    auth_request: bytes
    language: str
    started_at: datetime


def may_ask_as(*, account_id: AccountId, at: datetime) -> list[Capacity]:
    """In which capacities this person has a signing certificate in force, and may have it issued anew."""
    return capacities(signing_certificates(account_id=account_id, at=at))


def known_contact(*, account_id: AccountId) -> dict[str, str]:
    """What the form is filled in with: from the newest application, else the account's address."""
    person = profiles.profile(account_id)
    newest = Application.objects.filter(iin=person.iin, number__isnull=False).order_by("-applied_at").first()
    if newest is None:
        return {"email": addresses.readable(person.email) if person.email else ""}
    fields = ("region", "settlement", "centre", "storage")
    known = {name: str(getattr(newest, name)) for name in fields}
    return {"email": addresses.readable(newest.email), **known}


def examine(
    *,
    contact: dict[str, str],
    account_id: AccountId,
    network: str,
    language: str,
    started_at: datetime,
    at: datetime,
) -> Applicant:
    """Ask the registry who this is by now (CA-7.P2, CA-7.C1); ``contact`` is what the form asks, with ``bin``
    and ``role`` where it is for a legal entity.

    Raises Unavailable, TooManyTries and the refusals of ``applicant``; a refusal is recorded (CA-7.P3).
    """
    check_in_force(at=at)
    person = profiles.profile(account_id)
    form = checked(
        OrderForm(
            iin=person.iin,
            surname=person.surname,
            given_name=person.given_name,
            patronymic=person.patronymic,
            **contact,
        )
    )
    count_tries(form, step="reissue", network=network, at=at)
    sheet = Sheet(Kind.REISSUE, form, uuid4(), language, started_at)
    return ask_or_record_refusal(sheet, ask_registry_for_holder, at=at)


def request_text(wish: Wish) -> str:
    """The application in words, as it is signed: the same bytes each time. Raises RequestNotUsable."""
    requests = read(sign=wish.sign_request, auth=wish.auth_request)
    form = wish.form
    with speaking(wish.language):
        text = say(
            "enrolment.reissue.document",
            application=wish.key,
            time=times.to_the_second(wish.started_at),
            name=names.in_full(form),
            iin=form.iin,
            email=form.email,
            place=f"{regions()[form.region].name}, {form.settlement}",
            centre=centres()[form.centre].name,
            storage=Text(f"enrolment.reissue.storage.{form.storage}"),
            sign_key=requests.sign_key_digest.hex(),
            auth_key=requests.auth_key_digest.hex(),
        )
        return f"{text}\n{_for_entity(form)}" if form.role else text


def _for_entity(form: OrderForm) -> str:
    return say(
        "enrolment.reissue.document.entity",
        organisation=form.organisation,
        bin=form.bin,
        role=Text(f"enrolment.role.{form.role}"),
    )


def submit(
    *,
    wish: Wish,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    network: str,
    at: datetime,
) -> Submitted:
    """Register the signed application (CA-7.P1–P5). The same wish twice gives the same answer.

    ``authentication`` is how its holder is signed in; the operator sees it.

    Raises Unavailable, TooManyTries, RequestNotUsable, ReissueNotSigned, ReissueSignedByAnother,
    KeyAlreadyOffered and the refusals of ``applicant``.
    """
    if earlier := earlier_answer(wish.key):
        return earlier
    check_in_force(at=at)
    wish = replace(wish, form=checked(wish.form))
    count_tries(wish.form, step="registration", network=network, at=at)
    text = request_text(wish)
    if wish.form.iin != profiles.profile(account_id).iin:
        raise ReissueSignedByAnother
    signed_with = _signed_with(text, signature, wish.form, at=at)
    sheet = Sheet(Kind.REISSUE, wish.form, wish.key, wish.language, wish.started_at)
    applicant = ask_or_record_refusal(sheet, ask_registry, at=at)  # the names that were signed
    requests = read(sign=wish.sign_request, auth=wish.auth_request)
    check_keys(requests, iin=wish.form.iin)
    case = with_evidence(with_keys(sheet.case(applicant.form, at=at), requests), applicant)
    case.signed_with = f"{signed_with:040x}"
    case.applicant_document, case.applicant_signature = text.encode(), signature

    def signed(case: Application) -> list[Model]:
        return signed_steps.keep(
            subject=f"application:{case.id}", account_id=account_id, authentication=authentication, at=at
        )

    with transaction.atomic():
        done = register(case, actor=f"account:{account_id}", at=at, beside=signed)
        if done.application_id == case.id:  # else the first of two clicks told already
            _tell(case, account_id=account_id, at=at)
    return done


def _tell(case: Application, *, account_id: AccountId, at: datetime) -> None:
    """Somebody with a copied key gives an address of their own: the one known so far hears of it too."""
    number = numbers.shown(case.number or "")
    tell(account_id=account_id, text_id="enrolment.timeline.reissue", at=at, number=number)
    known = profiles.profile(account_id).email
    if known and known.casefold() != case.email.casefold():
        letters.send_reissue_warning(case, to=known, at=at)


def _signed_with(text: str, signature: bytes, form: OrderForm, *, at: datetime) -> int:
    """The certificate's serial number: one in the same role for the same entity, for nobody there is asked
    again whether this person still acts for it.
    """
    try:
        signed = signatures.accept(
            cms=signature, text=text, profiles={roles.PROFILES[form.role]["sign"]}, at=at
        )
    except SignatureRefused as refusal:
        raise ReissueNotSigned(why=refusal.reason) from refusal
    if (signed.iin, signed.signer.bin) != (form.iin, form.bin):
        raise ReissueSignedByAnother
    return signed.signer.serial_number
