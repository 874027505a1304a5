"""The doctor over an instance whose parts tests break one by one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

Examined = Callable[..., list[tuple[str, str, dict[str, Any]]]]


@pytest.fixture
def look(authority: object) -> Examined:
    """``look("disk")``: what this check finds wrong, as (level, id, facts). Settings may be changed."""
    from senim.runtime.doctor.checks import CHECKS
    from senim.runtime.doctor.findings import Case, Level
    from senim.settings import settings

    checks = {check.name: check.look for check in CHECKS}

    def examined(name: str, *, at: datetime | None = None, **changed: Any) -> list[tuple[str, str, Any]]:
        case = Case(replace(settings, **changed), at or datetime.now(UTC))
        found = [finding for finding in checks[name](case) if finding.level is not Level.OK]
        for finding in found:
            for code in ("kk", "ru", "en"):
                assert finding.what.in_language(code) != finding.mend.in_language(code)
        return [(finding.level.name, finding.id, finding.facts) for finding in found]

    return examined
