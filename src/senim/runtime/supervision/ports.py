"""Who listens on a port that one of ours needs: named, so that a person can do something about it."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from senim.runtime.supervision.processes import Process, ports_of
from senim.settings import Settings

PROC = Path("/proc")
LISTENING = "0A"


@dataclass(frozen=True)
class Taken:
    """A port somebody else holds. ``holder`` is empty where we may not look."""

    variable: str
    port: int
    holder: str

    def said_for(self, name: str) -> str:
        other = self.port + 10000 if self.port < 50000 else self.port - 10000
        return (
            f"Port {self.port} is taken by {self.holder or 'another program'}, and {name} needs it. "
            f"Stop that program, or choose another port: {self.variable}={other}"
        )


def taken(process: Process, settings: Settings) -> Taken | None:
    """The first of the process's ports that is not free."""
    for variable, port in ports_of(process, settings).items():
        if not _is_free(settings.bind, port):
            return Taken(variable, port, holder_of(port))
    return None


def holder_of(port: int) -> str:
    """``program (process 4711)``, as far as this user may see."""
    sockets = {f"socket:[{inode}]" for inode in _listening_on(port)}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):
            if any(str(entry.readlink()) in sockets for entry in (folder / "fd").iterdir()):
                return f"{_program(folder)} (process {folder.name})"
    return ""


def _listening_on(port: int) -> Iterator[str]:
    """Inodes from the kernel's own table: address, state and inode are its 2nd, 4th and 10th column."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                part = line.split()
                if part[3] == LISTENING and int(part[1].rpartition(":")[2], 16) == port:
                    yield part[9]


def _program(folder: Path) -> str:
    """The command's first words; another's arguments may hold secrets, so no more of them."""
    words = (folder / "cmdline").read_bytes().split(b"\0")
    return Path(words[0].decode(errors="replace")).name or "a program"


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
            attempt.listen(1)
        except OSError:
            return False
    return True
