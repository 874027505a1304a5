"""A child dies with its parent, whatever kills the parent.

Run as a script it becomes another program that does: ``lifeline.py PARENT SIGNAL [as what] -- program …``.
The kernel forgets the death signal when credentials change, so it is asked for last, just before exec; and it
watches the *thread* that made the child, so children are made from the main thread only.

Stands alone (imports nothing of Senim): it also runs where this program's own folders cannot be read.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000


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
    _call("unshare", CLONE_NEWUSER)
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside_user} {outside_user} 1"),
        ("gid_map", f"{inside_user} {outside_group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def become(user: int, group: int) -> None:
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def _call(name: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def main(arguments: list[str]) -> None:
    parent, death, *identity = arguments[: arguments.index("--")]
    program = arguments[arguments.index("--") + 1 :]
    if identity and identity[0] == "namespace":
        enter_user_namespace(int(identity[1]))
    elif identity and identity[0] == "user":
        become(int(identity[1]), int(identity[2]))
    die_with(int(parent), signal.Signals[death])
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
