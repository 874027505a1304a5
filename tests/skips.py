"""In CI nothing is skipped: a skip fails the run, unless the reason it gives stands here with ours."""

import os

import pytest

ALLOWED: dict[str, str] = {
    "needs an ordinary user": "CI runs as root; what only an ordinary user sees is run by developers",
}
"""What a skip says, and why CI cannot do without it. Keep it short."""
_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in ALLOWED):
            _skipped.append(f"{report.nodeid}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and os.environ.get("CI") == "true":
        print("\nskipped, and in CI nothing may be:", *_skipped, sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
