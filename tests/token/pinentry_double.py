"""Stands in for pinentry: speaks Assuan, answers as it was told, and keeps what it was to show.

Beside it: ``answers.json``, for each window in turn ``"ok"``, ``"cancel"``, ``"timeout"``, ``"silence"`` or a
PIN; ``shown.json``, what the windows said.
"""

import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ERRORS = {"cancel": "83886179 Operation cancelled <Pinentry>", "timeout": "83886142 Timeout <Pinentry>"}


def say(line: str) -> None:
    print(line, flush=True)


def next_answer(asks_for_pin: bool) -> str:
    """A PIN is kept for the window that asks for one; those before it are confirmed."""
    answers = json.loads((HERE / "answers.json").read_text())
    if not asks_for_pin and answers[0] not in {"ok", "silence", *ERRORS}:
        return "ok"
    (HERE / "answers.json").write_text(json.dumps(answers[1:]))
    return answers[0]


def keep(window: dict[str, str]) -> None:
    kept = json.loads((HERE / "shown.json").read_text())
    (HERE / "shown.json").write_text(json.dumps([*kept, window]))


def answer(asks_for_pin: bool) -> None:
    told = next_answer(asks_for_pin)
    if told == "silence":
        time.sleep(600)
    if told in ERRORS:
        say(f"ERR {ERRORS[told]}")
    else:
        if asks_for_pin:
            say("D " + told.replace("%", "%25"))
        say("OK")


say("OK Pleased to meet you")
window: dict[str, str] = {}
for line in sys.stdin.buffer:
    assert len(line) <= 1000, "a line of Assuan is shorter"
    command, _, rest = line.decode().rstrip("\n").partition(" ")
    if command.startswith("SET"):
        window[command] = rest.replace("%0A", "\n").replace("%25", "%")
    if command in {"GETPIN", "CONFIRM"}:
        keep(window | {"asks": command})
        answer(command == "GETPIN")
    else:
        say("OK")
