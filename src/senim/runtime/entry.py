"""The ``senim`` program: says what is missing where only the library is installed, else runs its commands.

Nothing of the platform is imported before that is known.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

NEEDED = ("django", "psycopg", "granian", "procrastinate")
MISSING = """senim: only the library is installed (senim.pki and its like); the command needs the platform.
Install it with: pip install "senim[platform]"     (missing here: {missing})"""


def main() -> int:
    """Exit code 1 where the platform is not installed."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        print(MISSING.format(missing=", ".join(missing)), file=sys.stderr)
        return 1
    code: int = import_module("senim.runtime.console.command_line").main()
    return code
