"""Can a service open the root key? Answered from owners and modes, for whichever users services run as."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from senim.runtime import terminal
from senim.runtime.isolation.user_ids import UserIds
from senim.runtime.supervision.processes import POSTGRES, processes_of
from senim.settings import Settings
from senim.texts import Text


@dataclass(frozen=True)
class User:
    """Who a process runs as."""

    uid: int
    gids: frozenset[int]


class RootOpen(RuntimeError):
    """A service could open the root key; nothing is started."""


def who_can_open_root(settings: Settings, users: Mapping[str, User] | None = None) -> list[str]:
    """The services that can read both the root key and its passphrase; ``users`` names their users.

    The key alone opens nothing: it is encrypted, and after its ceremony the passphrase is on no disk here.
    """
    key, passphrase = settings.root / "root.key", settings.root / "passphrase"
    running = users if users is not None else as_this_user(_services(settings))
    return [name for name, user in running.items() if can_read(key, user) and can_read(passphrase, user)]


def refuse_open_root(settings: Settings, users: Mapping[str, User] | None = None) -> None:
    """Raises RootOpen. A ceremony that was cut off goes on first: it still needs its passphrase here."""
    if not (settings.home / "run" / "ceremony.done").exists():
        return
    if services := who_can_open_root(settings, users):
        facts = {"services": ", ".join(services), "folder": settings.root}
        raise RootOpen(Text("runtime.root_open", **facts).in_language(terminal.language()))


def _services(settings: Settings) -> list[str]:
    return [process.name for process in processes_of(settings) if not process.once]


def users_of(settings: Settings, ids: UserIds) -> dict[str, User]:
    """The user of every service of this instance, PostgreSQL among them."""
    names = [POSTGRES, *_services(settings)]
    if not ids.apart:
        return as_this_user(names)
    return {name: User(ids.of(name), frozenset({ids.of(name), ids.group})) for name in names}


def as_this_user(names: Iterable[str]) -> dict[str, User]:
    """Every service under the user id of whoever starts it."""
    own = User(os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))
    return dict.fromkeys(names, own)


def can_read(file: Path, user: User) -> bool:
    """By the modes of the file and of every folder on the way; nobody is asked to try."""
    whole = file.absolute()
    try:
        return _has(whole, user, 0o4) and all(_has(folder, user, 0o1) for folder in whole.parents)
    except OSError:
        return False


def _has(path: Path, user: User, wanted: int) -> bool:
    found = path.stat()
    if user.uid == 0:
        return True
    if found.st_uid == user.uid:
        return bool(found.st_mode >> 6 & wanted)
    return bool(found.st_mode >> (3 if found.st_gid in user.gids else 0) & wanted)
