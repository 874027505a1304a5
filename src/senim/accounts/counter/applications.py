"""Look somebody up, and open an application for them: the form of annex 3 (P19-F1 to F3).

Identity is the registry's, by the IIN on the document the worker holds; the worker types neither name nor
birthday. An account is opened where the person has none yet: the number is connected to it (P19-4).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from senim import journal, rulebook, unique_numbers
from senim.accounts import AccountId, identity, number_requests, phones, subscribers
from senim.accounts.advance import _advance
from senim.accounts.counter import RULE, CounterApplicationId
from senim.accounts.counter.workers import Worker, refuse_unless_at_work
from senim.accounts.factor_notices import tell_of_change
from senim.accounts.locks import take_turns
from senim.accounts.models import Account, CounterApplication
from senim.accounts.registry_reads import Asker
from senim.accounts.states import Actor, Channel
from senim.countries.kz import names
from senim.errors import Refused
from senim.identifiers import Kind, parse
from senim.registries.people import Person
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

DOCUMENTS = ("identity_card", "passport")
IDENTITY_CARD = DOCUMENTS[0]
"""The register we may ask holds identity cards; whoever brings a passport is checked by two pairs of eyes."""


class CounterNotOffered(Refused):
    """The rulebook has no rule in force by which numbers are connected at a counter."""

    clause: ClassVar[str] = "P19-4"


class OwnCounterApplication(Refused):
    """Workers do not serve themselves."""

    clause: ClassVar[str] = "P19-4"


class CounterForIndividuals(Refused):
    """A BIN: only individuals connect numbers."""

    clause: ClassVar[str] = "PH-3"


class FormFieldMissing(Refused):
    """The form has no e-mail address, or no document was seen."""

    clause: ClassVar[str] = "P19-F1"


class ConnectionNotAgreed(Refused):
    """The applicant does not agree to the number being connected."""

    clause: ClassVar[str] = "P19-F2"


class SecretsNotAgreed(Refused):
    """No consent to use protected secrets held in information systems."""

    clause: ClassVar[str] = "P19-F3"


@dataclass(frozen=True)
class Form:
    """What is said at the counter. ``key`` is the form's own: two clicks are one application."""

    key: UUID
    iin: str
    number: str
    email: str
    document: str
    agrees_to_connection: bool
    agrees_to_secrets: bool


@dataclass(frozen=True)
class Opened:
    application_id: CounterApplicationId
    number: str


def refuse_unless_offered(at: datetime) -> None:
    """Raises CounterNotOffered."""
    if not rulebook.followed(RULE, at=at):
        raise CounterNotOffered


def look_up(*, iin: str, worker: Worker, at: datetime) -> Person:
    """Who stands at the counter, by the registry; on record, since a person was looked up.

    Raises CounterNotOffered, WrongIdentifier, CounterForIndividuals, OwnCounterApplication,
    NotACounterWorker, and what the registry refuses.
    """
    refuse_unless_offered(at)
    found = _person(iin, worker, at)
    with transaction.atomic():
        refuse_unless_at_work(worker.id)
        journal.record(
            verb="accounts.counter.look_up",
            clause=FormFieldMissing.clause,
            subject=worker.reference,
            actor=worker.reference,
            at=at,
            personal={"iin": found.iin},
        )
    return found


def open_application(*, form: Form, worker: Worker, language: str, at: datetime) -> Opened:
    """Open an application, with its unique number, once everything the form of annex 3 wants is said.

    Raises what ``look_up`` raises, FormFieldMissing, ConnectionNotAgreed, SecretsNotAgreed,
    what ``phones.parse``, ``identity`` and ``subscribers.doubted`` refuse.
    """
    refuse_unless_offered(at)
    number = phones.parse(form.number)
    _refuse_unless_complete(form)
    person = _person(form.iin, worker, at)
    checked, evidence = _document_checked(person, form.document, worker, at)
    # Before a code is sent, while the worker can still say that a colleague will be needed.
    doubted = subscribers.doubted(number=number, iin=person.iin, who=worker.name, at=at)
    with transaction.atomic():
        take_turns(f"counter application {form.key}")
        if earlier := CounterApplication.objects.filter(key=form.key).first():
            return Opened(CounterApplicationId(earlier.pk), earlier.number)
        refuse_unless_at_work(worker.id)
        account = _account(person, form.email, language, at)
        request = number_requests.new(AccountId(account.pk), number, Channel.COUNTER, at)
        request.language, request.consented_at, request.evidence_digest = language, at, evidence
        request.save(force_insert=True)
        application = CounterApplication.objects.create(
            request=request,
            number=unique_numbers.new(),
            key=form.key,
            bin=worker.bin,
            office=worker.office,
            iin=person.iin,
            **_names(person),
            folded_name=" ".join(map(names.fold, _names(person).values())),
            email=form.email.strip(),
            document=form.document,
            document_checked=checked,
            number_doubted=doubted,
            agreed_to_connection_at=at,
            agreed_to_secrets_at=at,
            opened_by_id=worker.id,
            taken_by_id=worker.id,
            opened_at=at,
        )
        _advance(
            request,
            "open",
            actor=Actor.WORKER,
            by=worker.reference,
            at=at,
            facts={"document_checked": checked, "number_doubted": doubted},
            changed=[application],
        )
    return Opened(CounterApplicationId(application.pk), application.number)


def _person(iin: str, worker: Worker, at: datetime) -> Person:
    identifier = parse(iin)
    if identifier.kind is not Kind.INDIVIDUAL:
        raise CounterForIndividuals
    if identifier.number == worker.iin:
        raise OwnCounterApplication
    return identity.person_in_force(iin=identifier.number, at=at, asked_by=Asker.OPERATOR, who=worker.name)


def _refuse_unless_complete(form: Form) -> None:
    try:
        validate_email(form.email.strip())
    except ValidationError:
        raise FormFieldMissing from None
    if form.document not in DOCUMENTS:
        raise FormFieldMissing
    if not form.agrees_to_connection:
        raise ConnectionNotAgreed
    if not form.agrees_to_secrets:
        raise SecretsNotAgreed


def _document_checked(person: Person, document: str, worker: Worker, at: datetime) -> tuple[bool, bytes]:
    """Whether the register has the document in force, and the digest of what registries answered.

    Raises what ``identity.evidence_of`` refuses. A register that is away leaves the document unchecked.
    """
    unchecked = hashlib.sha256(person.evidence).digest()
    if document != IDENTITY_CARD:
        return False, unchecked
    try:
        return True, identity.evidence_of(person, at=at, asked_by=Asker.OPERATOR, who=worker.name)
    except (RegistryUnavailable, RegistryAnswerInvalid):
        return False, unchecked


def _account(person: Person, email: str, language: str, at: datetime) -> Account:
    """Theirs, or a new one. An address said at the counter never replaces the one warnings go to."""
    said = {**_names(person), "email": email.strip(), "language": language, "created_at": at}
    account, new = Account.objects.get_or_create(iin=person.iin, defaults=said)
    if new:
        account.set_unusable_password()  # Django's own column
        account.save()
        tell_of_change(account_id=AccountId(account.pk), what="opened_at_counter", phones={}, at=at)
        journal.record(
            verb="accounts.counter.open_account",
            clause=CounterNotOffered.clause,
            subject=f"account:{account.pk}",
            at=at,
            changed=[account],
        )
    return account


def _names(person: Person) -> dict[str, str]:
    return {
        "surname": person.surname,
        "given_name": person.given_name,
        "patronymic": person.patronymic,
    }
