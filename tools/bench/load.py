"""Work for an instance to do while something else is measured."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.bench import answering, issuing
from tools.bench.measure import CannotMeasure, requests_per_second
from tools.demo.instance import Instance

ORDERS = 200


@contextmanager
def on(here: Instance, folder: Path) -> Iterator[None]:
    """Orders placed one batch after the other, and one certificate asked about without a pause."""
    stop = threading.Event()
    body, url = answering.request_of(here), answering.loopback(here.responders) + "/ocsp"

    def order() -> None:
        while not stop.is_set():
            with suppress(CannotMeasure):
                issuing.rate(here, ORDERS)

    def ask() -> None:
        while not stop.is_set():
            with suppress(CannotMeasure):
                requests_per_second(url, headers=answering.HEADERS, bodies=[body], folder=folder)

    at_work = [threading.Thread(target=work) for work in (order, ask)]
    for thread in at_work:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in at_work:
            thread.join()
