"""The forms of an order: what is asked (CA-A2.1), format control (CA-6.P1), and the draft between pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.utils.functional import lazy

from senim.countries.kz.roles import ROLES
from senim.enrolment.applicant import STORAGES, OrderForm
from senim.enrolment.lists import centres, centres_by_region, regions_by_name
from senim.errors import Refused
from senim.identifiers import Identifier, Kind, WrongIdentifier, parse
from senim.pages.choices import offer, unchosen
from senim.pages.words import later
from senim.portal import challenge
from senim.texts import Text, say

DRAFT_SALT = "senim.portal.order"
DRAFT_SECONDS = 24 * 3600
NAME_AT_MOST = 100
MYSELF, ENTITY = HOLDERS = ("myself", "entity")
OF_AN_ENTITY, AGAINST_PROGRAMS = ("bin", "role"), ("answer", "challenge")


def _starred(text_id: str) -> str:
    """A label with the star that annex 2 prints on required fields."""
    return f"{say(text_id)}\u00a0*"


starred = lazy(_starred, str)


def _text(name: str, *, required: bool = True, at_most: int = NAME_AT_MOST) -> forms.CharField:
    return forms.CharField(
        label=starred(f"portal.order.{name}") if required else later(f"portal.order.{name}"),
        required=required,
        max_length=at_most,
        error_messages={
            "required": later(f"portal.order.{name}.required"),
            "max_length": later("portal.order.too_long", most=at_most),
        },
    )


class Holder(forms.Form):
    """For whom the certificate is; who says nothing orders for themselves."""

    holder = forms.ChoiceField(
        label=later("portal.order.holder"), widget=forms.RadioSelect, required=False, initial=MYSELF
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "holder", [(one, Text(f"portal.order.holder.{one}")) for one in HOLDERS])


class Order(forms.Form):
    """The online order form. ``human`` leaves the challenge out: it was answered already.

    ``for_entity`` asks for a legal entity and a role, too (CA-5.3).
    """

    bin = _text("bin", at_most=40)
    role = forms.ChoiceField(
        label=starred("portal.order.role"),
        widget=forms.RadioSelect,
        error_messages=unchosen("portal.order.role.required"),
    )
    iin = _text("iin", at_most=40)
    surname = _text("surname")
    given_name = _text("given_name")
    patronymic = _text("patronymic", required=False)
    email = forms.EmailField(
        label=starred("portal.order.email"),
        max_length=254,
        error_messages={
            "required": later("portal.order.email.required"),
            "invalid": later("portal.order.email.wrong"),
        },
    )
    region = forms.ChoiceField(
        label=starred("portal.order.region"),
        error_messages=unchosen("portal.order.region.required"),
    )
    settlement = _text("settlement")
    centre = forms.ChoiceField(
        label=starred("portal.order.centre"),
        error_messages=unchosen("portal.order.centre.required"),
    )
    storage = forms.ChoiceField(
        label=starred("portal.order.storage"),
        widget=forms.RadioSelect,
        error_messages=unchosen("portal.order.storage.required"),
    )
    answer = forms.CharField(
        label=starred("portal.challenge.label"),
        max_length=20,
        error_messages={
            "required": later("portal.challenge.required"),
            "max_length": later("portal.challenge.wrong"),
        },
    )
    challenge = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)

    def __init__(
        self, *given: Any, at: datetime, human: bool = False, for_entity: bool = False, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.at, self.human, self.for_entity = at, human, for_entity
        for name in (*(AGAINST_PROGRAMS if human else ()), *(() if for_entity else OF_AN_ENTITY)):
            self.fields.pop(name, None)
        self._fill_choices()

    def _fill_choices(self) -> None:
        nothing = ("", Text("portal.order.choose"))
        choices: dict[str, list[Any]] = {
            "region": [nothing, *((region.id, region.name) for region in regions_by_name())],
            "centre": [
                nothing,
                *(
                    (region.name, [(one.id, one.name) for one in here])
                    for region, here in centres_by_region()
                ),
            ],
            "storage": [(storage, Text(f"portal.order.storage.{storage}")) for storage in STORAGES],
            "role": [(role, Text(f"enrolment.role.{role}")) for role in ROLES],
        }
        for name in choices.keys() & self.fields.keys():
            offer(self, name, choices[name])

    def clean_iin(self) -> str:
        identifier = self._identifier("iin")
        if identifier.kind is not Kind.INDIVIDUAL:
            raise forms.ValidationError(later("portal.order.iin.business"))
        return identifier.number

    def clean_bin(self) -> str:
        identifier = self._identifier("bin")
        if identifier.kind is not Kind.LEGAL_ENTITY:
            raise forms.ValidationError(later("portal.order.bin.individual"))
        return identifier.number

    def _identifier(self, field: str) -> Identifier:
        typed = self.cleaned_data[field]
        try:
            return parse(typed)
        except WrongIdentifier as wrong:
            count = len("".join(character for character in typed if character.isdigit()))
            problem = later(f"portal.order.{field}.{wrong.problem}", digits=count)
            raise forms.ValidationError(problem) from wrong

    def clean_surname(self) -> str:
        return self._name("surname")

    def clean_given_name(self) -> str:
        return self._name("given_name")

    def clean_patronymic(self) -> str:
        return self._name("patronymic")

    def _name(self, field: str) -> str:
        name = " ".join(str(self.cleaned_data[field]).split())
        if not all(character.isalpha() or character in " -'’." for character in name):
            raise forms.ValidationError(later("portal.order.name.letters"))
        return name

    def clean_answer(self) -> str:
        answer, token = self.cleaned_data["answer"], self.data.get("challenge", "")
        if not challenge.answered(token=token, answer=answer, at=self.at):
            raise forms.ValidationError(later("portal.challenge.wrong"))
        self.human = True
        return str(answer)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        centre = centres().get(data.get("centre", ""))
        if centre is not None and data.get("region") and centre.region != data["region"]:
            self.add_error("centre", later("portal.order.centre.elsewhere"))
        return data

    def filled_in(self) -> OrderForm:
        said = self.cleaned_data.items()
        return OrderForm(**{name: value for name, value in said if name in OrderForm.__dataclass_fields__})

    def show_refusal(self, refusal: Refused) -> None:
        """Beside the fields it is about, where it is about fields."""
        about = [name for name in getattr(refusal, "fields", ()) if name in self.fields]
        for name in about or [None]:
            said = later("portal.order.refused", why=refusal.reason, next_step=refusal.next_step)
            self.add_error(name, said)


@dataclass(frozen=True)
class Draft:
    """An order whose applicant the registry knows, on its way to the keys page and back.

    It travels signed inside the page, so that a person who took an hour over the keys loses nothing.
    """

    form: OrderForm
    key: UUID
    started_at: datetime
    policy_read_at: datetime | None
    policy_edition: str = ""

    @classmethod
    def begin(
        cls,
        form: OrderForm,
        *,
        started_at: datetime,
        policy_read_at: datetime | None = None,
        policy_edition: str = "",
    ) -> "Draft":
        return cls(form, uuid4(), started_at, policy_read_at, policy_edition)

    def kept_in(self, storage: str) -> "Draft":
        """The same order with its keys kept elsewhere; a storage that there is not changes nothing."""
        return replace(self, form=replace(self.form, storage=storage)) if storage in STORAGES else self

    def signed(self) -> str:
        return signing.dumps(self.as_json(), salt=DRAFT_SALT, compress=True)

    def as_json(self) -> dict[str, Any]:
        return {
            "form": asdict(self.form),
            "key": str(self.key),
            "started_at": self.started_at.isoformat(),
            "policy_read_at": self.policy_read_at.isoformat() if self.policy_read_at else "",
            "policy_edition": self.policy_edition,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Draft":
        read_at = facts["policy_read_at"]
        return cls(
            OrderForm(**facts["form"]),
            UUID(facts["key"]),
            datetime.fromisoformat(facts["started_at"]),
            datetime.fromisoformat(read_at) if read_at else None,
            facts.get("policy_edition", ""),
        )

    @classmethod
    def from_signed(cls, token: str) -> "Draft | None":
        try:
            return cls.from_json(signing.loads(token, salt=DRAFT_SALT, max_age=DRAFT_SECONDS))
        except signing.BadSignature:
            return None
