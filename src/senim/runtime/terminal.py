"""The language of whoever sits at the terminal: the locale's, and English where it is none of ours."""

import os

from senim.texts import LANGUAGES


def language() -> str:
    """By POSIX' order of variables: LC_ALL, LC_MESSAGES, LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := os.environ.get(name):
            code = said.split("_")[0].split(".")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"
