"""Room on the disk of an instance: said once when it is nearly gone, and when it is back."""

import logging
import shutil
from pathlib import Path

LOG = logging.getLogger("senim.runtime")
LOW = 100_000_000
ENOUGH = 200_000_000
"""Bytes. PostgreSQL wants room for a few segments of its log of 16 MB each."""


class Disk:
    """The disk that holds ``home``. ``trouble`` says in a person's words what is wrong, if anything is."""

    def __init__(self, home: Path) -> None:
        self._home = home.absolute()
        self.trouble = ""

    def look(self) -> bool:
        """Whether room has come back since the last look."""
        free = shutil.disk_usage(self._home).free
        if not self.trouble and free < LOW:
            left = free // 1_000_000
            self.trouble = f"The disk of {self._home} is full: {left} MB are left. Make room there."
            LOG.error("%s Nothing that must be kept is accepted until then.", self.trouble)
        elif self.trouble and free > ENOUGH:
            self.trouble = ""
            LOG.warning("there is room on the disk again; everything goes on")
            return True
        return False
