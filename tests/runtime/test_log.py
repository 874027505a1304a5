import io
import json
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

from senim.runtime import log


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a person would see."""
    terminal = io.StringIO()
    monkeypatch.setattr(log, "sys", SimpleNamespace(stderr=terminal))
    return terminal


@pytest.fixture
def logger(tmp_path: Path, terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """A process's log in a folder of its own."""
    monkeypatch.setattr(log, "settings", SimpleNamespace(home=tmp_path))
    return log.logger_of(f"test-{tmp_path.name}")


def lines(tmp_path: Path) -> list[str]:
    return next((tmp_path / "log").glob("*.jsonl")).read_text().splitlines()


def test_an_event_is_one_json_line(logger: logging.Logger, tmp_path: Path) -> None:
    logger.warning("document %s", "shown", extra={"kind": "identity_card", "count": 3})
    (line,) = lines(tmp_path)
    event = json.loads(line)
    assert (event["event"], event["level"], event["kind"], event["count"]) == (
        "document shown",
        "warning",
        "identity_card",
        3,
    )
    assert event["at"].endswith("+00:00")


@pytest.mark.parametrize(
    "hostile", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\u2028b", 'a", "level": "critical', "a\x85b", "a\u202eb"]
)
def test_what_came_from_outside_cannot_forge_an_event(
    logger: logging.Logger, terminal: io.StringIO, tmp_path: Path, hostile: str
) -> None:
    logger.info("said %s", hostile, extra={"where": hostile})
    (line,) = lines(tmp_path)
    assert json.loads(line)["level"] == "info"
    assert json.loads(line)["where"] == hostile
    assert terminal.getvalue().count("\n") == 1
    assert not log.CONTROL.search(terminal.getvalue().rstrip("\n"))


@pytest.mark.parametrize(
    "personal",
    [
        "850712300019",
        "iin=850712300019,",
        "+7 701 123-45-67",
        "+77011234567",
        "8 (701) 123 45 67",
        "77011234567",
    ],
)
def test_identifiers_and_phone_numbers_do_not_reach_the_log(
    logger: logging.Logger, terminal: io.StringIO, tmp_path: Path, personal: str
) -> None:
    try:
        int(f"bad: {personal}")
    except ValueError:
        logger.exception("failed for %s", personal, extra={"who": personal})
    written = "".join(lines(tmp_path)) + terminal.getvalue()
    assert "85071230" not in written
    assert "1234567" not in written.replace("-", "").replace(" ", "")


@pytest.mark.parametrize(
    "harmless", ["20261121233849", "1234567890", "2026-11-21 23:38:49", "port 18000", "0.123456"]
)
def test_numbers_that_are_nobodys_are_written_as_they_are(harmless: str) -> None:
    assert log.redact(harmless) == harmless


def test_a_request_attached_to_a_record_is_not_written(logger: logging.Logger, tmp_path: Path) -> None:
    logger.error("Bad Request", extra={"request": "POST with everything typed", "status_code": 400})
    assert "typed" not in lines(tmp_path)[0]


def test_grown_files_are_set_aside_and_one_generation_is_kept(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    for generation in ("first", "second"):
        (tmp_path / "log" / "portal.jsonl").write_text(generation * 10)
        log.set_aside(tmp_path, larger_than=20)
    assert [file.read_text()[:6] for file in (tmp_path / "log").iterdir()] == ["second"]
