"""Write docs/page-weights.md from what the page walk measured: ``python -m tools.page_weights``.

The walk (``make test PYTEST=tests/pages``) visits every page with an empty cache and counts the bytes that
came over the wire; it fails above the budget. This makes the table people read.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEASURED = ROOT / "screenshots" / "weights"
PAGE = ROOT / "docs" / "page-weights.md"
HEAD = """# Weight of pages

Bytes over the wire at a first visit with an empty cache, compressed, in Kazakh, by Chromium at a phone's
width (360 px). The budget is 100 kB, at 256 kbit/s three seconds (CA-20.2); pages that use keys may weigh
135 kB, for their library comes while the person reads ([decision 20](decisions/0020-weight-of-pages.md)).
Written by `python -m tools.page_weights` after `make test PYTEST=tests/pages`, which fails above the budget.

| door | page | kB | allowed | seconds at 256 kbit/s |
|---|---|--:|--:|--:|
"""


def main() -> int:
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(MEASURED.glob("*.json"))]
    if not found:
        print("Nothing was measured yet: run make test PYTEST=tests/pages first", file=sys.stderr)
        return 1
    lines = [_line(one) for one in sorted(found, key=lambda one: (-one["received"], one["route"]))]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _line(one: dict[str, int]) -> str:
    weight, limit, seconds = one["received"] / 1000, one["limit"] // 1000, one["received"] * 8 / 256_000
    return f"| {one['door']} | {one['route']} | {weight:.1f} | {limit} | {seconds:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
