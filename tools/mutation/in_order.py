"""mutmut, trying changes in an order of chance: ``python -P in_order.py SECONDS run …`` in a workplace.

Left to itself mutmut tries first what few tests reach, and a run that is stopped has seen nothing else. Here
the order is that of a digest of each change's name, so whatever was tried when the time was over is a random
sample, and the same one on every machine. Of the tests that reach a change the quickest run first, and for
about SECONDS in all: what only the slow ones would notice counts as not noticed.
"""

import hashlib
import math
import os
import shutil
import sys
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

import mutmut.__main__ as mutmut
from mutmut.configuration import config
from mutmut.state import state
from mutmut.workers import isolation

SEED = "senim 1"


def place(change: str) -> str:
    """Where in the order of trial this change stands."""
    return hashlib.sha256(f"{SEED} {change}".encode()).hexdigest()


class Runner(isolation.ForkServerRunner):
    """Runs the quickest tests of a change, for at most so long, each time in the home as it was before."""

    enough_seconds = math.inf
    _all_passed = False

    def collect_stats(self, tests: Iterable[str] | None) -> int:
        self._all_passed = not tests
        return super().collect_stats(tests)

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        """Not once more, if every test has passed a moment ago."""
        return 0 if self._all_passed else super().run_clean_tests(tests)

    def startup(self) -> None:
        """The home of all runs is kept: what one change spoils in it must not be held against the next."""
        self._home = Path(os.environ["SENIM_TESTS"]) / "main"
        self._as_it_was = self._home.with_name("as it was")
        shutil.copytree(self._home, self._as_it_was, symlinks=True)
        super().startup()

    def submit(self, mutant_name: str, tests: list[str], *_: float) -> None:
        if self.max_workers == 1:
            shutil.rmtree(self._home, ignore_errors=True)
            shutil.copytree(self._as_it_was, self._home, symlinks=True, dirs_exist_ok=True)
        seconds = state().duration_by_test
        ordered = sorted(tests, key=lambda test: seconds[test])
        before = accumulate((seconds[test] for test in ordered), initial=0.0)
        chosen = [test for test, spent in zip(ordered, before, strict=False) if spent < self.enough_seconds]
        expected = sum(seconds[test] for test in chosen)
        patience = (expected + config().timeout_constant) * config().timeout_multiplier
        # What is handed over is in seconds of the processor; mutmut waits half as many of the clock.
        super().submit(mutant_name, chosen, math.ceil(2 * patience), expected)


def main() -> None:
    Runner.enough_seconds = float(sys.argv.pop(1))
    isolation.ForkServerRunner = Runner  # type: ignore[misc]
    mutmut.estimated_worst_case_time = place  # type: ignore[assignment]  # by which mutmut sorts
    mutmut.cli()


if __name__ == "__main__":
    main()
