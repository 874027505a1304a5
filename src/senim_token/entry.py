"""The ``senim-token`` command: says what is missing where it was installed without its extra, else runs.

Nothing that needs the extra is imported before that is known.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

NEEDED = ("asn1crypto", "pkcs11", "websockets")
MISSING = """senim-token: its libraries are not installed.
Install them with: pip install "senim[token]"     (missing here: {missing})"""


def main() -> int:
    """Exit code 2 where the extra is not installed, as for whatever else keeps it from starting."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        print(MISSING.format(missing=", ".join(missing)), file=sys.stderr)
        return 2
    code: int = import_module("senim_token.program").main()
    return code
