"""What is sent to a witness, and what each of its answers is taken for (C2SP tlog-witness)."""

import base64
import dataclasses

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from senim.journal import note, witnesses
from senim.journal.witnesses import Witness, WitnessDenies, WitnessElsewhere, WitnessSilent
from senim.settings import Mode, settings

KEY, LOG_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
VERIFIER = note.Verifier("witness.example/w1", KEY.public_key(), note.COSIGNER)
OURS = Witness(VERIFIER, "https://witness.example/w1")
HEAD = note.TreeHead("log.example", 7, bytes(32))
SIGNED = note.sign(HEAD, LOG_KEY)
STEPS = [bytes([number]) * 32 for number in (1, 2)]


def cosigned(time=1_700_000_000, head=HEAD, key=KEY):
    signature = time.to_bytes(8) + key.sign(note.cosigned_text(head, time))
    return f"\u2014 {VERIFIER.name} {base64.b64encode(VERIFIER.id + signature).decode()}\n"


@pytest.fixture
def answers(monkeypatch):
    """Whoever asks gets this answer; how it was asked is remembered."""
    asked = []

    def give(answer):
        def post(url, **how):
            asked.append((url, how))
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr("senim.journal.witnesses.httpx.post", post)
        return asked

    return give


def ask(old=3):
    return witnesses.add_checkpoint(OURS, old=old, path=STEPS, signed=SIGNED)


def test_a_checkpoint_is_sent_with_the_size_before_and_the_proof_between(answers):
    asked = answers(httpx.Response(200, text=cosigned()))
    ask()
    ((url, how),) = asked
    assert url == "https://witness.example/w1/add-checkpoint"
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in STEPS)
    assert how["content"].decode() == f"old 3\n{steps}\n{SIGNED}"
    assert how["timeout"] == 5.0
    assert how["trust_env"] is False


def test_the_line_of_the_witness_is_kept_as_it_wrote_it(answers):
    strangers = "\u2014 other.example AAAA\n"
    answers(httpx.Response(200, text=strangers + cosigned()))
    assert ask() == note.Cosignature(cosigned().removesuffix("\n"), 1_700_000_000)


@pytest.mark.parametrize(
    "line",
    [
        cosigned(head=dataclasses.replace(HEAD, size=8)),
        cosigned(head=dataclasses.replace(HEAD, root=b"\x01" * 32)),
        cosigned(key=LOG_KEY),
        cosigned(time=1 << 63),
        cosigned().replace("\u2014", "-"),
        cosigned().replace("w1", "w2"),
        cosigned()[:-20] + "\n",
    ],
    ids=["size", "root", "key", "time", "dash", "name", "cut"],
)
def test_a_line_over_anything_else_is_no_signature(answers, line):
    answers(httpx.Response(200, text=line))
    with pytest.raises(WitnessSilent, match=r"no cosignature by witness\.example/w1"):
        ask()


def test_the_latest_time_a_signature_may_have_is_believed(answers):
    answers(httpx.Response(200, text=cosigned(time=(1 << 63) - 1)))
    assert ask().time == (1 << 63) - 1


@pytest.mark.parametrize(("text", "size"), [("5\n", 5), ("0\n", 0), ("1" * 19, int("1" * 19))])
def test_a_witness_elsewhere_says_where(answers, text, size):
    answers(httpx.Response(409, text=text))
    with pytest.raises(WitnessElsewhere, match=f"it has signed {size} records") as elsewhere:
        ask(old=3)
    assert elsewhere.value.size == size


@pytest.mark.parametrize("text", ["3\n", "", "five", "-5", "1" * 20, "٥"])
def test_a_conflict_that_says_no_other_size_is_a_denial(answers, text):
    answers(httpx.Response(409, text=text))
    with pytest.raises(WitnessDenies):
        ask(old=3)


def test_a_proof_that_does_not_hold_is_a_denial(answers):
    answers(httpx.Response(422))
    with pytest.raises(WitnessDenies):
        ask()


@pytest.mark.parametrize("status", [201, 400, 403, 404, 500, 503])
def test_any_other_answer_is_silence_with_its_number(answers, status):
    answers(httpx.Response(status, text=cosigned()))
    with pytest.raises(WitnessSilent, match=f"it answered {status}"):
        ask()


def test_an_answer_longer_than_any_honest_one_is_not_read(answers):
    line = cosigned()
    filler = "\u2014 x AAAA\n"
    room = 16 * 1024 - len(line.encode())
    padded = line + filler * (room // len(filler.encode()))
    answers(httpx.Response(200, text=padded + "\n" * (16 * 1024 - len(padded.encode()))))
    assert ask().time == 1_700_000_000
    answers(httpx.Response(200, text=line + "\n" * (room + 1)))
    with pytest.raises(WitnessSilent, match="too long"):
        ask()


def test_a_witness_that_cannot_be_reached_is_silent_in_few_words(answers):
    answers(httpx.ConnectError("refused " * 100))
    with pytest.raises(WitnessSilent, match=r"^ConnectError: refused") as silent:
        ask()
    assert len(str(silent.value)) == 200


def test_a_witness_with_another_key_is_another_witness():
    other = note.Verifier(VERIFIER.name, LOG_KEY.public_key(), note.COSIGNER)
    assert OURS.name == f"witness.example/w1+{VERIFIER.id.hex()}"
    assert Witness(other, OURS.address).name != OURS.name


def test_witnesses_are_read_from_the_file_that_names_them(tmp_path, settings_of_the_journal):
    other = note.Verifier("other.example", LOG_KEY.public_key(), note.COSIGNER)
    file = tmp_path / "witnesses"
    lines = ["# a comment", "", f"{VERIFIER.spell()}  https://witness.example/w1//", "   "]
    file.write_text("\n".join([*lines, f"{other.spell()} https://other.example"]), encoding="utf-8")
    settings_of_the_journal(journal_witnesses=str(file))
    assert witnesses.configured() == (OURS, Witness(other, "https://other.example"))


@pytest.mark.parametrize(
    "line",
    ["https://witness.example", f"{VERIFIER.spell()} a b", "rubbish https://x"],
    ids=["no key", "too many words", "no key of ours"],
)
def test_a_file_with_a_slip_is_refused(tmp_path, settings_of_the_journal, line):
    (tmp_path / "witnesses").write_text(line, encoding="utf-8")
    settings_of_the_journal(journal_witnesses=str(tmp_path / "witnesses"))
    with pytest.raises(ValueError):
        witnesses.configured()


def test_a_real_instance_asks_no_sandbox(settings_of_the_journal):
    settings_of_the_journal(mode=Mode.PRODUCTION)
    assert witnesses.configured() == ()


def test_a_sandbox_asks_its_own_witness_by_the_key_it_tells(witness):
    (one,) = witnesses.configured()
    assert one.address == f"http://127.0.0.1:{settings.sandbox_port}/witness"
    assert one.verifier.name == "sandbox.senim/witness"


def test_the_key_is_asked_for_without_a_proxy_and_not_for_ever(monkeypatch):
    asked = []

    def get(url, **how):
        asked.append((url, how))
        return httpx.Response(200, text=VERIFIER.spell(), request=httpx.Request("GET", url))

    monkeypatch.setattr("senim.journal.witnesses.httpx.get", get)
    assert [one.verifier for one in witnesses.configured()] == [VERIFIER]
    url = f"http://127.0.0.1:{settings.sandbox_port}/witness/verifier-key"
    assert asked == [(url, {"timeout": 5.0, "trust_env": False})]


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, text="rubbish")])
def test_a_sandboxs_witness_without_a_key_is_silent(monkeypatch, answer):
    answer.request = httpx.Request("GET", "http://127.0.0.1/")
    monkeypatch.setattr("senim.journal.witnesses.httpx.get", lambda *_, **__: answer)
    with pytest.raises(WitnessSilent):
        witnesses.configured()
