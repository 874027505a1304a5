"""Which interpreter `make` builds the environment with: prints its real path, or says what is missing.

The real path and not `python3`: version managers put a script in its place that works only in their shell.
Runs on any Python, to be able to say that it is too old.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Senim needs Python 3.11 or newer, and python3 here is older. "
        "Name another one: make run PYTHON=/path/to/python3.12"
    )
try:
    import pip  # noqa: F401
except ImportError:
    sys.exit("Senim fetches its parts with pip, which this Python lacks: sudo apt-get install python3-pip")
print(sys.executable)
