"""``python -m tools.demo``: a line a step; leaves files in ``demo/``; exit 0: all held, 2: nothing runs."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tools.demo.instance import NoInstance, instance
from tools.demo.journey import Journey
from tools.demo.pictures import take
from tools.demo.steps import STEPS
from tools.demo.visitor import Unexpected

OUTPUT = Path("demo")


def main() -> int:
    OUTPUT.mkdir(exist_ok=True)
    try:
        return _demonstrate()
    except NoInstance as reason:
        print(reason, file=sys.stderr)
        return 2


def _demonstrate() -> int:
    with instance() as running:
        journey = Journey(running, OUTPUT)
        steps = _walk(journey)
        pictures = take(journey) if all(step["ok"] for step in steps) else []
    made = {name: value for name, value in journey.made.items() if not name.startswith("_")}
    ok = len(steps) == len(STEPS) and all(step["ok"] for step in steps)
    report = json.dumps(
        {"ok": ok, "steps": steps, **made, "pictures": pictures}, ensure_ascii=False, indent=1
    )
    (OUTPUT / "demo.json").write_text(report + "\n", encoding="utf-8")
    print(f"{'the main job is done' if ok else 'STOPPED'}; see {OUTPUT}/demo.json")
    return 0 if ok else 1


def _walk(journey: Journey) -> list[dict[str, Any]]:
    """Every step until one fails: later ones stand on it."""
    steps: list[dict[str, Any]] = []
    for step in STEPS:
        started, name, problem = time.monotonic(), step.__name__.replace("_", " "), ""
        try:
            step(journey)
        except (Unexpected, httpx.HTTPError, LookupError, ValueError) as failed:
            problem = f"{type(failed).__name__}: {failed}"
        spent = round((time.monotonic() - started) * 1000)
        steps.append(
            {"name": name, "ok": not problem, "ms": spent, **({"problem": problem} if problem else {})}
        )
        print(
            f"{'✓' if not problem else '✗'} {name} ({spent} ms){'  ' + problem if problem else ''}",
            flush=True,
        )
        if problem:
            break
    return steps


if __name__ == "__main__":
    sys.exit(main())
