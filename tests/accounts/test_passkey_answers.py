"""Whatever a browser sends for an answer, it holds or it is wrong; nothing else comes of reading it."""

import json
import random

import pytest
from tests.accounts.authenticator import Authenticator, from_url64, url64

from senim.accounts.passkeys import relying_party
from senim.accounts.passkeys.relying_party import AnswerWrong

CREATION = json.loads(relying_party.creation_options(challenge_id="c", handle=b"h", name="n", known=[]))
REQUEST = json.loads(relying_party.request_options(challenge_id="c"))
GARBAGE = {
    "nothing": "",
    "a brace": "{",
    "a list": "[]",
    "null": "null",
    "an empty object": "{}",
    "a number for a name": '{"id": 1}',
    "a zero": "\x00",
    "no base64": '{"id": "a", "rawId": "=", "type": "public-key", "response": {"userHandle": "a"}}',
    "brackets without end": "[" * 10_000,
    "too long": "9" * (relying_party.LARGEST_ANSWER + 1),
}


def judged(answer, key=b"\xa0"):
    for read in (
        lambda: relying_party.registered(answer=answer, challenge_id="c"),
        lambda: relying_party.claimed(answer),
        lambda: relying_party.asserted(answer=answer, challenge_id="c", public_key=key),
    ):
        try:
            yield read()
        except AnswerWrong:
            yield None


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused_as_a_wrong_answer(answer):
    assert [*judged(answer)] == [None, None, None]


def test_a_good_answer_with_bytes_changed_is_wrong_or_still_says_the_same():
    device, chance = Authenticator(), random.Random(63)
    made = relying_party.registered(answer=device.create(CREATION), challenge_id="c")
    for good in (device.create(CREATION), device.get(REQUEST)) * 150:
        answer = json.loads(good)
        name = chance.choice(sorted(answer["response"]))
        changed = bytearray(from_url64(answer["response"][name]))
        if not changed:
            continue
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        answer["response"][name] = url64(bytes(changed))
        _, _, seen = judged(json.dumps(answer), made.public_key)
        assert (
            seen is None
            or name == "userHandle"
            or bytes(changed) == from_url64(json.loads(good)["response"][name])
        )


def test_keys_of_other_kinds_than_asked_for_are_not_taken():
    device = Authenticator(algorithm=-35)
    with pytest.raises(AnswerWrong):
        relying_party.registered(answer=device.create(CREATION), challenge_id="c")
