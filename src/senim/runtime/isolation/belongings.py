"""Whose each file of an instance is, where every process has a user id of its own.

Read top to bottom: what is not listed stays with whoever runs the supervisor. Settled before every start of a
process, so that what a step or a command made since then reaches whom it is for.
"""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from senim.runtime.isolation.user_ids import ORDER, UserIds

EVERYBODY = "everybody"
"""The group that all processes of this instance share."""


@dataclass(frozen=True)
class Belonging:
    """A folder or file of the home; ``deep`` means everything in it too."""

    path: str
    mode: int
    owner: str = ""
    group: str = EVERYBODY
    deep: bool = False
    file: bool = False
    files: int = 0
    """The mode of the files in it, where that is not what whoever made them chose."""
    made: bool = True
    """A process's folder is made where it is missing; a token would be a broken one then."""


STARTERS = ("supervisor", "migrate", "static", "ceremony", "command")
"""What runs as whoever starts Senim, and logs."""

AUTHORITIES = ("issuing", *(f"issuing{number}" for number in range(2, 10)))
"""As many as may be at work together: the first that ends in ten years leaves before the tenth comes."""

TABLE = (
    Belonging("", 0o710),
    Belonging("secrets", 0o700),
    Belonging("root", 0o700),
    Belonging("run", 0o710),
    Belonging("log", 0o710),
    *(Belonging(f"log/{name}.jsonl", 0o600, file=True) for name in STARTERS),
    *(Belonging(f"log/{name}.jsonl", 0o600, owner=name, file=True) for name in ORDER),
    Belonging("certificates", 0o750, deep=True),
    Belonging("static", 0o750, deep=True),
    Belonging("lan", 0o750, deep=True, files=0o640),
    Belonging("keys", 0o710),
    *(Belonging(f"keys/{label}.key", 0o400, owner="authority", file=True) for label in AUTHORITIES),
    Belonging("keys/ocsp.key", 0o400, owner="responders", file=True),
    Belonging("keys/tsa.key", 0o400, owner="responders", file=True),
    Belonging("keys/journal.key", 0o400, owner="sequencer", file=True),
    Belonging("tokens", 0o750),
    Belonging("tokens/softhsm2.conf", 0o640, file=True),
    Belonging("tokens/authority", 0o700, owner="authority", deep=True, made=False),
    Belonging("tokens/responders", 0o700, owner="responders", deep=True, made=False),
    Belonging("status", 0o750, owner="authority", deep=True),
    Belonging("time_stamps", 0o770, owner="responders", group="authority", deep=True),
    Belonging("journal", 0o750, owner="sequencer", deep=True),
    Belonging("sandbox", 0o700, owner="sandbox", deep=True),
)


def settle(home: Path, ids: UserIds) -> None:
    """Give everything in the table to whom it belongs; nothing to do where all share one id.

    In folders that a process writes only what we made ourselves is given away: a link planted there must not
    make us give it somebody else's file. All of it is given where the ids are new, and no process runs yet.
    """
    if not ids.apart:
        return
    ours = None if home.stat().st_gid != ids.group else os.geteuid()
    for each in TABLE:
        place, user, group = home / each.path, ids.of(each.owner), _group(each, ids)
        _make(place, each)
        if each.deep and place.is_dir():
            _give_content(place, user, group, ours)
        if each.files:
            _open_files(place, each.files)
        with suppress(FileNotFoundError):
            os.chown(place, user, group, follow_symlinks=False)
            place.chmod(each.mode)


def _group(each: Belonging, ids: UserIds) -> int:
    return ids.group if each.group == EVERYBODY else ids.of(each.group)


def _make(place: Path, each: Belonging) -> None:
    """What a process cannot make for itself: its folder, its log. Keys are made by the ceremony."""
    if each.owner and each.made and not each.file:
        place.mkdir(mode=0o700, exist_ok=True)
    elif place.suffix == ".jsonl" and place.parent.exists():
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))


def _give_content(folder: Path, user: int, group: int, ours: int | None) -> None:
    for _, folders, files, here in os.fwalk(folder):
        for name in (*folders, *files):
            with suppress(FileNotFoundError):
                now = os.stat(name, dir_fd=here, follow_symlinks=False)
                if _may_be_given(now, ours) and (now.st_uid, now.st_gid) != (user, group):
                    os.chown(name, user, group, dir_fd=here, follow_symlinks=False)


def _open_files(folder: Path, mode: int) -> None:
    """Of a folder in which nobody but us makes files."""
    for file in folder.glob("*"):
        file.chmod(mode)


def _may_be_given(now: os.stat_result, ours: int | None) -> bool:
    return ours is None or (now.st_uid == ours and (stat.S_ISDIR(now.st_mode) or now.st_nlink == 1))
