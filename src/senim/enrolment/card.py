"""Issue onto an identity card at the desk (CA-9.P1–P10): the operator starts it and takes it to its end.

Nothing here reaches the card. The page does, through ``senim-token`` on the desk's computer: the applicant
types the PIN there, keys are made on the chip, and only requests and certificates pass through here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction

from senim.certification import orders
from senim.certification.facts import CertificateFacts, OrderId
from senim.enrolment import addresses, letters, numbers
from senim.enrolment.advance import ApplicationId, _advance, new_link
from senim.enrolment.applicant import (
    ApplicantAbsent,
    EmailNotUsable,
    IinAnnulled,
    NotForm,
    OnlyForIndividuals,
    OrderForm,
    ask_registry_for_holder,
    check_in_force,
    folded_name,
)
from senim.enrolment.desk import (
    ApplicationUnknown,
    Handled,
    OwnApplication,
    _handled,
    _in_hand,
    _record,
    _to_handle,
    refuse_if_held,
)
from senim.enrolment.kinds import Kind
from senim.enrolment.lists import Centre, centres, regions
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.registration import KeyAlreadyOffered, _constraint, with_keys
from senim.enrolment.requests import Requests, check_keys, read
from senim.errors import Refused
from senim.identifiers import Kind as IdentifierKind
from senim.identifiers import parse
from senim.operators.standing import Operator, refuse_unless_in_office

STORAGE = "card"
IDENTIFIED_BY = "identity_card"
_NUMBER_TRIES = 5


class NotInRegistry(Refused):
    """The state database of individuals has no such person, or not any more; ``why`` says which."""

    clause: ClassVar[str] = "CA-9.P5"


@dataclass(frozen=True)
class Contact:
    """What the operator asks the applicant for (CA-9.P3); everything else the registry knows."""

    email: str
    region: str
    settlement: str


def begin(*, iin: str, key: UUID, operator: Operator, language: str, at: datetime) -> Handled:
    """The applicant hands the card over (CA-9.P1). The same ``key`` twice is one application.

    Raises WrongIdentifier, OnlyForIndividuals, OwnApplication, OrderNotInForce, NotInOffice.
    """
    check_in_force(at=at)
    number = parse(iin)
    if number.kind is not IdentifierKind.INDIVIDUAL:
        raise OnlyForIndividuals
    if number.number == operator.iin:
        raise OwnApplication
    if earlier := Application.objects.filter(idempotency_key=key).first():
        return _handled(_to_handle(earlier, operator))
    centre = operator.centre or _first_centre()
    case = Application(
        kind=Kind.CARD,
        iin=number.number,
        idempotency_key=key,
        language=language,
        state=Stage.ARRIVED,
        state_since_at=at,
        applied_at=at,
        centre=centre.id,
        region=centre.region,
        storage=STORAGE,
    )
    try:
        return _begun(case, operator, at=at)
    except IntegrityError:
        earlier = Application.objects.filter(idempotency_key=key).first()
        if earlier is None:
            raise
        return _handled(_to_handle(earlier, operator))  # the first of two clicks was quicker


def _begun(case: Application, operator: Operator, *, at: datetime) -> Handled:
    with transaction.atomic():
        refuse_unless_in_office(operator.id)
        case.save(force_insert=True)
        action, actor = Step.HAND_CARD, Actor.APPLICANT
        row = _advance(case, action=action, actor=actor, at=at, operator_id=operator.id)
        _record(case, "enrolment.card_begin", row.clause, operator, at)
    return _handled(case)


def identify(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """The card is the applicant's own (CA-9.C1). A refusal is ``desk.refuse`` (CA-9.P2)."""
    with transaction.atomic():
        case = _locked_case(application_id, operator)
        case.identification = IDENTIFIED_BY
        row = _advance(case, action=Step.ACCEPT, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.card_identify", row.clause, operator, at, identification=IDENTIFIED_BY)
    return _handled(case)


def fill_in(*, application_id: ApplicationId, contact: Contact, operator: Operator, at: datetime) -> Handled:
    """The form, and whether the registry knows the applicant (CA-9.P3, CA-9.P4, CA-9.C2).

    Names are the registry's: the operator has just compared them with the card. A registry that does not
    answer changes nothing.

    Raises Unavailable, NotForm, EmailNotUsable, NameTooLong, NotInRegistry, NotAllowed.
    """
    case = _card(_to_handle(Application.objects.filter(id=application_id).first(), operator))
    refuse_if_held(case, operator)  # before a registry is asked
    case.process.row_for(state=case.state, action=Step.FILL_IN, actor=Actor.OPERATOR)
    form = _form(case, contact)
    try:
        applicant = ask_registry_for_holder(form, at)
    except (ApplicantAbsent, IinAnnulled) as absent:
        _refuse_absent(application_id, form, absent, operator, at=at)
        raise NotInRegistry(why=absent.reason) from absent
    with transaction.atomic():
        case = _filled(_locked_case(application_id, operator), applicant.form, at=at, operator=operator)
        case.registry_evidence, case.folded_name = applicant.evidence, folded_name(applicant.form)
        _advance(case, action=Step.FIND, actor=Actor.REGISTRY, at=at)
        _record(case, "enrolment.card_fill_in", "CA-9.P3", operator, at)
    return _handled(case)


def keys_made(
    *,
    application_id: ApplicationId,
    sign_request: bytes,
    auth_request: bytes,
    operator: Operator,
    at: datetime,
) -> Handled:
    """The PIN was right and the chip has two new keys (CA-9.P6): the application gets its number (CA-9.P7).

    A wrong PIN never gets here: the application stays where it is. The same keys twice are one application.
    Raises RequestNotUsable, KeyAlreadyOffered, NotAllowed.
    """
    requests = read(sign=sign_request, auth=auth_request)
    for _ in range(_NUMBER_TRIES):
        try:
            return _register(application_id, requests, operator, at=at)
        except IntegrityError as clash:
            constraint = _constraint(clash)
            if "per_signing_key" in constraint or "per_authentication_key" in constraint:
                raise KeyAlreadyOffered from clash
            if "number" not in constraint:
                raise
    raise RuntimeError("no free application number found")


def signed_on_paper(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """The applicant has signed the printed application with its number (CA-9.P7)."""
    with transaction.atomic():
        case = _locked_case(application_id, operator)
        row = _advance(case, action=Step.SIGN_PAPER, actor=Actor.APPLICANT, at=at)
        _record(case, "enrolment.card_signed_on_paper", row.clause, operator, at)
    return _handled(case)


def written(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """The certificates are on the chip beside their keys (CA-9.P10); twice is once."""
    with transaction.atomic():
        case = _locked_case(application_id, operator)
        if case.state == Stage.INSTALLED:
            return _handled(case)
        row = _advance(case, action=Step.WRITE, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.card_written", row.clause, operator, at)
    return _handled(case)


def certificates_of(*, application_id: ApplicationId) -> tuple[CertificateFacts, ...]:
    """What goes onto the chip; nothing before the authority has issued."""
    case = Application.objects.filter(id=application_id, kind=Kind.CARD).first()
    if case is None or case.order_id is None or case.state not in {Stage.ISSUED, Stage.INSTALLED}:
        return ()
    return orders.outcome(OrderId(case.order_id)).certificates


def _locked_case(application_id: ApplicationId, operator: Operator) -> Application:
    return _card(_in_hand(application_id, operator))


def _card(case: Application) -> Application:
    """Other kinds have more to check at the same steps: they are not taken for one of these."""
    if case.kind != Kind.CARD:
        raise ApplicationUnknown
    return case


def _register(
    application_id: ApplicationId, requests: Requests, operator: Operator, *, at: datetime
) -> Handled:
    link, digest = new_link()
    with transaction.atomic():
        case = _locked_case(application_id, operator)
        if case.number and bytes(case.sign_key_digest or b"") == requests.sign_key_digest:
            return _handled(case)
        check_keys(requests, iin=case.iin)
        _advance(with_keys(case, requests), action=Step.ENTER_PIN, actor=Actor.APPLICANT, at=at)
        case.number, case.own_link_digest = numbers.new(), digest
        row = _advance(case, action=Step.REGISTER, actor=Actor.AUTHORITY, at=at)
        letters.send_card_number(case, own_link=link, at=at)
        _record(case, "enrolment.card_register", row.clause, operator, at)
    return _handled(case)


def _refuse_absent(
    application_id: ApplicationId, form: OrderForm, absent: Refused, operator: Operator, *, at: datetime
) -> None:
    """CA-9.P5: the reasoned refusal stays on record, committed before it is said."""
    with transaction.atomic():
        case = _filled(_locked_case(application_id, operator), form, at=at, operator=operator)
        _advance(case, action=Step.MISS, actor=Actor.REGISTRY, at=at)
        case.refusal = {"clause": NotInRegistry.clause, "text": absent.reason.id}
        row = _advance(case, action=Step.REFUSE_UNKNOWN, actor=Actor.REGISTRY, at=at)
        said = type(absent).__name__
        _record(case, "enrolment.card_refuse_unknown", row.clause, operator, at, refusal=said)


def _filled(case: Application, form: OrderForm, *, operator: Operator, at: datetime) -> Application:
    for name, value in vars(form).items():
        setattr(case, name, value)
    _advance(case, action=Step.FILL_IN, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
    _advance(case, action=Step.ASK_REGISTRY, actor=Actor.AUTHORITY, at=at)
    return case


def _form(case: Application, contact: Contact) -> OrderForm:
    """The form but for the names. Raises NotForm, EmailNotUsable."""
    if contact.region not in regions() or not contact.settlement.strip():
        raise NotForm
    try:
        email = addresses.ascii_form(contact.email)
    except addresses.WrongAddress:
        raise EmailNotUsable from None
    return OrderForm(case.iin, "", "", "", email, contact.region, contact.settlement, case.centre, STORAGE)


def _first_centre() -> Centre:
    """For an operator without an office of their own."""
    return next(iter(centres().values()))
