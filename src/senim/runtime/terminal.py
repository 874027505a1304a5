"""Whoever sits at the terminal: their language, and whether they still read."""

import os
import signal
import sys
from collections.abc import Callable

from senim.texts import LANGUAGES

NOBODY_READS = 128 + signal.SIGPIPE


def while_somebody_reads(command: Callable[[], int]) -> int:
    """A command's exit code; no complaint where whoever reads it, ``head`` perhaps, has read enough."""
    try:
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more
        return NOBODY_READS
    return code


def language() -> str:
    """The locale's by POSIX' order (LC_ALL, LC_MESSAGES, LANG), English where it is none of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := os.environ.get(name):
            code = said.split("_")[0].split(".")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"
