"""Room on the disks that hold data, log and published statuses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from senim.runtime.doctor.findings import Case, Finding, broken, ok, warning

MEGABYTE = 1024 * 1024
FOLDERS = (".", "pg", "log", "status", "run")


def disk(case: Case) -> Iterator[Finding]:
    """Each disk once, by the first of our folders on it."""
    places = dict[int, Path]()
    for name in FOLDERS:
        folder = case.settings.home / name
        if folder.exists():
            places.setdefault(folder.stat().st_dev, folder)
    for folder in places.values():
        yield _judged(folder, shutil.disk_usage(folder).free // MEGABYTE, case)


def _judged(folder: Path, megabytes: int, case: Case) -> Finding:
    facts = {"folder": folder, "megabytes": megabytes}
    if megabytes < case.settings.disk_broken_megabytes:
        return broken("disk.full", **facts)
    if megabytes < case.settings.disk_warning_megabytes:
        return warning("disk.low", **facts)
    return ok("disk", **facts)
