"""``senim status``: which processes run, whether their doors answer, how much memory they take."""

import argparse
import json
from typing import Any

from senim.runtime import instance, lan
from senim.runtime.supervision import memory
from senim.runtime.supervision.children import health
from senim.runtime.supervision.processes import PROCESSES
from senim.settings import settings


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    status = commands.add_parser("status", help="say what runs and how it is")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Exit code 0 when everything is ready, 1 when not."""
    found = observe()
    print(json.dumps(found, indent=2) if options.json else _as_text(found))
    return 0 if found["ready"] else 1


def observe() -> dict[str, Any]:
    """The supervisor's own account, and what each door answers now."""
    running = instance.is_running(settings.home)
    written = instance.state(settings.home) if running else {}
    processes: dict[str, dict[str, Any]] = written.get("processes", {})
    for process in PROCESSES:
        if process.port and process.name in processes:
            processes[process.name]["healthz"] = health(process, lan.as_running(settings))
    for facts in processes.values():
        if facts["pid"]:
            facts["pss_kilobytes"] = memory.pss_kilobytes(memory.descendants(facts["pid"]))
    return {
        "running": running,
        "ready": bool(running and written.get("ready")),
        "troubles": written.get("troubles", []),
        "home": str(settings.home.absolute()),
        "pss_kilobytes": memory.pss_kilobytes(memory.descendants(written["supervisor"])) if written else 0,
        "processes": processes,
    }


def _as_text(found: dict[str, Any]) -> str:
    if not found["running"]:
        return f"Senim does not run in {found['home']}."
    lines = [
        f"{name:<11} {facts['state']:<10} pid {facts['pid'] or '–':<8} restarts {facts['restarts']:<4} "
        f"{facts.get('pss_kilobytes', 0) // 1024:>5} MB  {facts.get('healthz', '')}"
        for name, facts in found["processes"].items()
    ]
    lines = [*found["troubles"], *lines]
    return "\n".join([*lines, f"{'all':<11} {found['pss_kilobytes'] // 1024} MB"])
