"""The copy of the tree that mutmut works in, one for each group, and mutmut's own settings in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.mutation.groups import NOT_HERE, Group

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "tools", "ceremony", "docs")
LEFT = shutil.ignore_patterns("__pycache__", "*.wasm", "*.woff2", "vendor", "images")


def prepare(name: str, group: Group) -> Path:
    """Bring the copy up to date; what mutmut found out about unchanged functions stays."""
    folder = ROOT / ".mutation" / name
    for part in COPIED:
        shutil.copytree(ROOT / part, folder / part, dirs_exist_ok=True, ignore=LEFT)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(text + _settings(group), encoding="utf-8")
    return folder


def _settings(group: Group) -> str:
    rows = {
        "source_paths": ["src"],
        "only_mutate": list(group.files),
        "do_not_mutate": ["*/migrations/*", "*/models.py"],
        "also_copy": [part for part in COPIED if part not in {"src", "tests"}],
        "pytest_add_cli_args_test_selection": list(group.tests),
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-n", "0", "-k", NOT_HERE],
        "process_isolation": "forkserver",
        "timeout_constant": 8.0,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items())


def run(folder: Path, group: Group, *, seconds: float, only: tuple[str, ...] = ()) -> None:
    """One run of mutmut, stopped after that long; it keeps what it has found out."""
    children = (os.cpu_count() or 1) if not group.database else 1
    mutmut = [str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", str(children), *only]
    with TemporaryDirectory(prefix="senim-mutation-") as session:
        for part in ("cluster", "main"):
            (Path(session) / part).mkdir()
        # The tests' database server is then kept by this process, and not by each of thousands.
        told = {**os.environ, "SENIM_TESTS": session, "SENIM_TESTS_PID": str(os.getpid())}
        running = subprocess.Popen(mutmut, cwd=folder, env=told, start_new_session=True)
        try:
            running.wait(seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            running.send_signal(signal.SIGINT)
            running.wait(120)
