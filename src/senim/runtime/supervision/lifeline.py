"""A child dies with its parent, whatever kills the parent.

Run as a script it becomes another program that does: ``lifeline.py PARENT SIGNAL step , step -- program``.
The steps say what it becomes on the way, in order: ``view BLOCKED NEEDED …``, ``user UID GID [GROUP …]``,
``namespace UID``. The kernel forgets the death signal when credentials change, so it is asked for last, just
before exec; and it watches the *thread* that made the child, so children are made from the main thread only.

Stands alone (imports nothing of Senim): it also runs where this program's own folders cannot be read.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000


def die_with(parent: int, death: signal.Signals = signal.SIGKILL) -> None:
    """Receive ``death`` when the process that made this one ends. Ends now if ``parent`` has gone already."""
    if sys.platform != "linux":
        return
    _call("prctl", PR_SET_PDEATHSIG, int(death), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def enter_user_namespace(inside_user: int) -> None:
    """Be ``inside_user`` inside a namespace of its own, while files still see who really started this."""
    outside_user, outside_group = os.geteuid(), os.getegid()
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # after a change of user our own /proc files are root's
    _call("unshare", CLONE_NEWUSER)
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside_user} {outside_user} 1"),
        ("gid_map", f"{inside_user} {outside_group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def become(user: int, group: int, *groups: int) -> None:
    """Another user for good: no program this process starts can win rights back."""
    os.setgroups(groups)
    os.setgid(group)
    os.setuid(user)
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def see_only(blocked: str, needed: list[str]) -> None:
    """In this process's own view a folder others may not enter holds what is needed and nothing else.

    The folder itself is left as it is: what we do not own we do not open.
    """
    _call("unshare", CLONE_NEWNS)
    _mount("none", "/", "", MS_REC | MS_PRIVATE)
    kept = [(path, os.open(path, os.O_PATH)) for path in needed]
    _mount("tmpfs", blocked, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0711,size=1m")
    for path, descriptor in kept:
        os.makedirs(path, mode=0o711, exist_ok=True)
        _mount(f"/proc/self/fd/{descriptor}", path, "", MS_BIND | MS_REC)
        os.close(descriptor)


def _mount(what: str, where: str, kind: str, flags: int, options: str = "") -> None:
    words = [part.encode() or None for part in (what, where, kind)]
    _call("mount", *words, ctypes.c_ulong(flags), options.encode() or None)


def _call(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def take(step: list[str]) -> None:
    what, *words = step
    if what == "view":
        see_only(words[0], words[1:])
    elif what == "user":
        become(*(int(word) for word in words))
    elif what == "namespace":
        enter_user_namespace(int(words[0]))


def main(arguments: list[str]) -> None:
    end = arguments.index("--")
    parent, death, *words = arguments[:end]
    while words:
        cut = words.index(",") if "," in words else len(words)
        take(words[:cut])
        words = words[cut + 1 :]
    die_with(int(parent), signal.Signals[death])
    os.execv(arguments[end + 1], arguments[end + 1 :])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
