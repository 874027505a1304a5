"""What an applicant says about themselves, and whether the state database of individuals says the same."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from senim import rulebook
from senim.accounts.registry_reads import Asker, Ground, note
from senim.countries.kz import names, subjects
from senim.enrolment import addresses, entity
from senim.enrolment.lists import centres, regions
from senim.errors import Refused
from senim.identifiers import Kind, parse
from senim.registries import people
from senim.texts import Text

RULE = "certificates_by_order_839"
NAME_FIELDS = ("surname", "given_name", "patronymic")
STORAGES = ("token", "file", "browser")
"""The recommended one first (CA-19.4b)."""


class NotForm(Refused):
    """A field of the form is not in its form; the page names each one before it gets here."""

    clause: ClassVar[str] = "CA-6.P1"


class OrderNotInForce(Refused):
    """The order this process follows is not in force, and this instance does not demonstrate it."""

    clause: ClassVar[str] = "CA-6"


class OnlyForIndividuals(Refused):
    """A business identifier in the form for individuals."""

    clause: ClassVar[str] = "CA-5.3"


class ApplicantAbsent(Refused):
    """The state database has nobody of this identifier."""

    clause: ClassVar[str] = "CA-6.P3"


class NamesDiffer(Refused):
    """The registry knows this identifier under another name. Which field differs is said, the name is not."""

    clause: ClassVar[str] = "CA-6.P3"

    def __init__(self, *, fields: tuple[str, ...]) -> None:
        super().__init__(fields=FieldNames(fields))
        self.fields = fields


class IinAnnulled(Refused):
    """The registry says that this identifier is no longer anybody's."""

    clause: ClassVar[str] = "CA-6.P3"


class NameTooLong(Refused):
    """Surname and name together are longer than a certificate can hold."""

    clause: ClassVar[str] = "CA-6.P1"
    fields = ("surname", "given_name")

    def __init__(self) -> None:
        super().__init__(most=subjects.LONGEST_NAME)


class EmailNotUsable(Refused):
    """An address a certificate cannot hold, or nobody can write to."""

    clause: ClassVar[str] = "CA-6.P1"
    fields = ("email",)


class FieldNames:
    """Names of fields, said in the reader's language."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields

    def __str__(self) -> str:
        return ", ".join(str(Text(f"enrolment.field.{field}")) for field in self.fields)


@dataclass(frozen=True)
class OrderForm:
    """The online order form (CA-A2.1), as filled in. For a legal entity with its BIN and a role (CA-5.3).

    ``organisation`` is nobody's to type: the registry's spelling.
    """

    iin: str
    surname: str
    given_name: str
    patronymic: str
    email: str
    region: str
    settlement: str
    centre: str
    storage: str
    bin: str = ""
    role: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Applicant:
    """The form with the registries' spelling of the names, and their signed answers."""

    form: OrderForm
    evidence: bytes
    entity_evidence: bytes | None = None


def check_in_force(*, at: datetime) -> None:
    """Raises OrderNotInForce."""
    if not rulebook.followed(RULE, at=at):
        raise OrderNotInForce


def checked(form: OrderForm) -> OrderForm:
    """Structure and format (CA-6.P1), once more behind the page; the address as certificates write it.

    Raises WrongIdentifier and the above: what could not be issued in the end is refused at the start.
    """
    if parse(form.iin).kind is not Kind.INDIVIDUAL:
        raise OnlyForIndividuals
    centre = centres().get(form.centre)
    complete = form.surname and form.given_name and "@" in form.email and form.settlement
    if not complete or form.region not in regions() or form.storage not in STORAGES:
        raise NotForm
    if centre is None or centre.region != form.region or not entity.well_formed(bin=form.bin, role=form.role):
        raise NotForm
    _check_length(form)
    try:
        return replace(form, email=addresses.ascii_form(form.email))
    except addresses.WrongAddress:
        raise EmailNotUsable from None


def _check_length(form: OrderForm) -> None:
    if len(subjects.common_name(form.surname, form.given_name)) > subjects.LONGEST_NAME:
        raise NameTooLong


def ask_registry(form: OrderForm, at: datetime) -> Applicant:
    """CA-6.P2 and CA-6.C1. Raises Unavailable, ApplicantAbsent, IinAnnulled, NamesDiffer, NameTooLong, and
    what ``entity`` raises.
    """
    person = _known(form.iin, at=at)
    known = {field: getattr(person, field) for field in NAME_FIELDS}
    differing = tuple(field for field in NAME_FIELDS if not names.same(known[field], getattr(form, field)))
    if differing:
        raise NamesDiffer(fields=differing)
    return _with_entity(_spelled(form, person), at=at)


def ask_registry_for_holder(form: OrderForm, at: datetime) -> Applicant:
    """CA-7.P2 and CA-7.C1, for somebody whose signature proves who they are: names are the registry's by now.

    Raises Unavailable, ApplicantAbsent, IinAnnulled, NameTooLong, and what ``entity`` raises.
    """
    return _with_entity(_spelled(form, _known(form.iin, at=at)), at=at)


def _known(iin: str, *, at: datetime) -> people.Person:
    note(iin=iin, registry="gbdfl", asked_by=Asker.HOLDER, ground=Ground.APPLICATION, at=at)
    try:
        person = people.person(iin=iin, at=at)
    except people.PersonUnknown as absent:
        raise ApplicantAbsent from absent
    if person.status != "active":
        raise IinAnnulled
    return person


def _spelled(form: OrderForm, person: people.Person) -> Applicant:
    spelled = replace(form, **{field: getattr(person, field) for field in NAME_FIELDS})
    _check_length(spelled)
    return Applicant(spelled, person.evidence)


def _with_entity(applicant: Applicant, *, at: datetime) -> Applicant:
    """CA-5.3: a legal entity is checked by its BIN, beside the person who acts for it."""
    form = applicant.form
    if not form.bin:
        return applicant
    found = entity.ask(bin=form.bin, role=form.role, iin=form.iin, at=at)
    return replace(applicant, form=replace(form, organisation=found.name), entity_evidence=found.evidence)


def folded_name(form: OrderForm) -> str:
    """What the desk's search looks in: each name folded, with spaces between."""
    return " ".join(filter(None, (names.fold(getattr(form, field)) for field in NAME_FIELDS)))
