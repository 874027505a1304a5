"""What a server costs its machine: the processor time of every process behind an address."""

from urllib.parse import urlsplit

import psutil

from tools.bench.measure import CannotMeasure


def seconds_behind(url: str) -> float:
    """User and system time, until now, of whoever listens there and of its workers. Raises CannotMeasure."""
    port = urlsplit(url).port
    listening = psutil.net_connections(kind="tcp")
    owners = {one.pid for one in listening if one.status == psutil.CONN_LISTEN and one.laddr.port == port}
    processes = {each for pid in owners if pid for each in _with_workers(psutil.Process(pid))}
    if not processes:
        raise CannotMeasure(f"nobody listens behind {url}")
    return sum(used.user + used.system for used in (each.cpu_times() for each in processes))


def _with_workers(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]
