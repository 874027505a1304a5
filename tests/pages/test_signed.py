"""What one reads before signing: every member of the very bytes that are signed, in words."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from tests.guards.sources import own_files
from tests.signing_pages import leaves, shown_on

import senim
import senim_token
from senim.accounts.counter import confirming, second
from senim.accounts.systems import papers
from senim.accounts.systems.process import OrganisationKind, Purpose, Step
from senim.accounts.systems.wishes import Wanted, Wish
from senim.certification import orders
from senim.certification.facts import SubjectFacts
from senim.certification.revocation_orders import RevocationDocument
from senim.countries.kz import roles
from senim.countries.kz.documents import DOCUMENT_TYPES
from senim.operators import four_eyes
from senim.pages import signed
from senim.pages.signature import Sheet
from senim.pki.crl import RevocationReason
from senim.texts import LANGUAGES, Text, language, say_in, speaking
from senim_token import signed as window

AT = datetime(2031, 8, 14, 9, 52, 7, tzinfo=UTC)
KEYS = {"keys": [{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"}]}
KEYS["keys"][0]["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
PERSON = {"iin": "920311450011", "surname": "Сәрсенова", "given_name": "Айгерім", "email": "a@mail.test"}
FIRST = SimpleNamespace(iin="850101300017")
SYSTEM = SimpleNamespace(
    pk=UUID(int=7),
    bin="050740001236",
    organisation="«Алтын» банкі",
    kind="bank",
    name="Ұялы банк",
    purposes=["view", "subscriber_number"],
    document_types=["identity_card"],
    keys=KEYS,
    expires_on=date(2032, 1, 31),
    state_since_at=AT,
)
COUNTER = SimpleNamespace(
    **{**PERSON, "patronymic": "Нұрланқызы", "office": "almaty-7", "number": "000000012345"},
    request=SimpleNamespace(pk=UUID(int=9), number="+77011234567", confirmed_at=AT),
    form_signed_at=AT,
    code_aside_at=AT,
    said="Телефон сөніп қалды.\nЕкінші жол",
)


def samples() -> Iterator[bytes]:
    """One of every document the desk and organisations sign, by the code that makes it."""
    requests = {"sign": b"1", "auth": b"2"}
    for more in ({}, {"organisation": "ЖШС", "bin": "050740001236", "role": "first_head"}):
        subject = SubjectFacts(**PERSON, **more)
        facts = {"subject": subject, "requests": requests, "operator_iin": FIRST.iin, "at": AT}
        yield orders.document(application_number="000000012345", **facts)
    yield RevocationDocument(
        "000000012345", PERSON["iin"], ("0a" * 20, "0b" * 20), "keyCompromise", FIRST.iin, AT.isoformat()
    ).spell()
    people: dict[str, Any] = {"confirmed_by": FIRST, "operator": SimpleNamespace(iin="900101300018")}
    yield four_eyes.text_to_countersign(case="application:1", order=b"order", **people)
    wish = Wish(SYSTEM.bin, SYSTEM.name, (Purpose.VIEW,), ("identity_card",), KEYS, "Марат", "m@bank.test")
    yield papers.application_text(wish, organisation=SYSTEM.organisation)
    wanted = Wanted(OrganisationKind.BANK, (Purpose.PRESENT,), (), date(2032, 1, 31))
    system: Any = SYSTEM
    yield papers.admission_text(system, wanted)
    yield papers.other_keys_text(system, system)
    yield papers.resumption_text(system)
    counter: Any = COUNTER
    yield confirming.document_of(counter, people["operator"])
    yield second._text(counter, people["confirmed_by"], people["operator"], (confirming.Ground.ALWAYS,))


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    two = SimpleNamespace(grounds=["relative", "always"], worker=FIRST)
    monkeypatch.setattr(confirming, "second_of", lambda _: two)
    return list(samples())


def page_of(content: bytes) -> str:
    sheet = Sheet(content.decode(), "sign", now=AT)
    request = RequestFactory().get("/")
    return render_to_string("senim/signature.html", {"sheet": sheet, "submit": "portal.x"}, request)


def read(content: str) -> list[tuple[str, list[str]]]:
    return [(str(one.name), [value.written for value in one.values]) for one in signed.read(content)]


def test_every_kind_of_document_is_among_the_samples(documents: list[bytes]) -> None:
    """What is written ``senim … 1`` in the code is a kind of document."""
    kind = re.compile(r'^[A-Z_]+ = "(senim [a-z ]+ \d+)"$', re.MULTILINE)
    written = {found for file in own_files() for found in kind.findall(file.read_text(encoding="utf-8"))}
    assert written == {json.loads(each)["kind"] for each in documents}
    assert len(written) >= 7


def test_every_member_of_every_kind_has_a_name_and_what_it_is_has_words(documents: list[bytes]) -> None:
    for each in documents:
        members = signed.read(each.decode())
        assert [one.name for one in members if not one.known] == []
        assert members[0].values[0].words, "the kind comes first, in words"
        said = set()
        for code in LANGUAGES:
            with speaking(code):
                names = tuple(str(one.name) for one in members)
            assert len(set(names)) == len(names), "two members under one name"
            said.add(names)
        assert len(said) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("member", "values"),
    [
        ("purposes", Purpose),
        ("organisation_kind", OrganisationKind),
        ("document_types", DOCUMENT_TYPES),
        ("grounds", confirming.Ground),
        ("asks", [Step.ADMIT, Step.CHANGE_KEYS]),
        ("decides", [Step.ADMIT, Step.CHANGE_KEYS, Step.RESUME]),
        ("reason", [reason.value for reason in RevocationReason]),
        ("subject.role", [role for role in roles.TO_ORDER if role]),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_word_of_the_machine_has_words_for_people(member: str, values: Any) -> None:
    for value in values:
        for code in LANGUAGES:
            assert say_in(code, f"pages.signed.word.{member}.{value}")


def test_the_page_shows_every_value_of_exactly_what_is_signed(documents: list[bytes]) -> None:
    for each in documents:
        shown = shown_on(page_of(each))
        assert shown.content == each
        assert shown.raw.encode() == each
        assert sorted(shown.values) == sorted(filter(None, leaves(json.loads(each))))


def test_whatever_is_changed_in_a_document_is_seen_by_its_signer(documents: list[bytes]) -> None:
    for each in documents:
        before = read(each.decode())
        for place in places(json.loads(each)):
            said = json.loads(each)
            change(said, place)
            assert read(json.dumps(said)) != before, place


def places(said: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, one in inner:
        yield (*above, name)
        yield from places(one, (*above, name))


def change(said: Any, place: tuple[Any, ...]) -> None:
    *above, last = place
    for name in above:
        said = said[name]
    said[last] = f"{said[last]} " if isinstance(said[last], str) else ["other"]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ('{"kind": "x", "shoe": "43"}', [("Document", ["x"]), ("Unknown field: shoe", ["43"])]),
        ('{"subject": {"pets": ["cat"]}}', [("Unknown field: subject.pets", ["cat"])]),
        ('{"iin": "1", "iin": "2"}', [("IIN of the holder", ["1"]), ("IIN of the holder", ["2"])]),
        ('{"subject.iin": "1"}', [("Unknown field: subject.iin", ["1"])]),
        (
            '{"more": {"a": 1.50, "b": null, "c": true, "d": {}}}',
            [
                (f"Unknown field: more.{name}", values)
                for name, values in (("a", ["1.50"]), ("b", ["null"]), ("c", ["true"]), ("d", []))
            ],
        ),
        (
            '{"m": [{"a": "1"}, ["2", "3"]]}',
            [("Unknown field: m.1.a", ["1"]), ("Unknown field: m.2", ["2", "3"])],
        ),
        ('{"reason": "pay\\u202e001"}', [("Reason of the revocation", ["pay[U+202E]001"])]),
        ('{"sh\\u200boe": ""}', [("Unknown field: sh[U+200B]oe", [""])]),
    ],
    ids=["unknown", "within", "twice", "a point in a name", "no text", "in lists", "turned round", "unseen"],
)
def test_nothing_is_dropped_or_hidden(content: str, shown: list[tuple[str, list[str]]]) -> None:
    with speaking("en"):
        assert read(content) == shown


def test_a_document_that_is_named_by_its_digest_is_shown_and_no_other(documents: list[bytes]) -> None:
    order, *others = documents
    text = json.dumps({"kind": "x", "order": hashlib.sha256(order).hexdigest()})
    sheet = Sheet(text, "sign", now=AT, names=order.decode())
    assert sheet.named == signed.read(order.decode())
    for other in (others[0].decode(), ""):
        assert Sheet(text, "sign", now=AT, names=other).named == ()


@pytest.mark.parametrize("content", ["Өтініш: № 1234.", "[1]", '"text"', "{", "{} {}", "[" * 10_000])
def test_a_text_for_people_is_shown_as_it_is(content: str) -> None:
    assert signed.read(content) == ()
    shown = shown_on(page_of(content.encode()))
    assert (shown.raw, shown.values) == (content, [])


def test_the_window_of_senim_token_has_the_same_names() -> None:
    own, theirs = Path(senim.__path__[0]), Path(senim_token.__path__[0])
    assert (theirs / "signed.toml").read_bytes() == (own / "pages/texts/signed.toml").read_bytes()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_window_says_what_the_page_says(documents: list[bytes], code: str) -> None:
    with speaking(code):
        for each in documents:
            lines = [line(str(one.name), value) for one in signed.read(each.decode()) for value in one.values]
            said = window.in_words(each.decode(), code)
            assert [one for one in lines if one not in said] == []
            assert said.count("\n") >= len(lines) - 1


def line(name: str, value: signed.Value) -> str:
    """Times are not put in words there."""
    written = value.written.replace("\n", "\n    ") or say_in(language(), "pages.signed.empty")
    return f"{name}: {value.words} ({written})" if isinstance(value.words, Text) else f"{name}: {written}"
