"""``senim journal …`` as an operator types it, in this process: exit code and what it printed."""

import contextlib
import io
import json

from senim.runtime.console import command_line, commands


def senim(*arguments: str) -> tuple[int, str]:
    """``journal check`` goes the way without a database, as the command line itself decides."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if arguments[:2] == ("journal", "check"):
            return command_line.main(arguments), printed.getvalue()
        options = commands.parser("senim.runtime.console.journal_commands").parse_args(arguments)
        return options.run(options), printed.getvalue()


def verdict(*arguments: str) -> dict:
    """What ``senim journal verify --json`` says; its exit code agrees with it."""
    code, printed = senim("journal", "verify", "--json", *arguments)
    said = json.loads(printed)
    assert code == (0 if said["ok"] else 1)
    return said


def kinds(*arguments: str) -> set[str]:
    return {finding["kind"] for finding in verdict(*arguments)["findings"]}
