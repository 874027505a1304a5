"""What becomes of the rates when a million certificates are stored instead of ten thousand."""

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

import httpx

from senim.pki.ocsp import build_request
from tools.bench import answering, issuing
from tools.bench.beside import run_beside
from tools.bench.measure import ROUNDS, Figure, requests_per_second
from tools.demo.instance import Instance

FEW, MANY = 10_000, 1_000_000
AT_LEAST = 0.8
UNITS = {"certificates issued": "certificates/s", "OCSP answers": "answers/s"}


def measure(here: Instance, folder: Path) -> Iterator[Figure]:
    """Each rate with few stored, then with many. Raises CannotMeasure."""
    few, many = (_rates(here, folder, count) for count in (FEW, MANY))
    for name, unit in UNITS.items():
        ratio = round(many[name] / few[name], 3)
        yield Figure(
            name=f"{name} with {MANY:,} certificates stored",
            ours=round(many[name], 1),
            unit=unit,
            peer=f"with {FEW:,} stored",
            peers=round(few[name], 1),
            ratio=ratio,
            at_least=AT_LEAST,
            holds=ratio >= AT_LEAST,
        )


def _rates(here: Instance, folder: Path, count: int) -> dict[str, float]:
    home = here.people.parent.parent
    numbers = json.loads(run_beside(here, "tools.bench.stored", str(count), str(home)))
    bodies, url = _requests(here, numbers), answering.loopback(here.responders) + "/ocsp"

    def answers() -> float:
        return requests_per_second(url, headers=answering.HEADERS, bodies=bodies, folder=folder)

    answers()  # each is signed once
    rounds = [(issuing.rate(here, issuing.ORDERS), answers()) for _ in range(ROUNDS)]
    return dict(zip(UNITS, map(statistics.median, zip(*rounds, strict=True)), strict=True))


def _requests(here: Instance, numbers: list[str]) -> list[bytes]:
    issuing_authority = httpx.get(answering.loopback(here.responders) + "/ca/issuing.cer").content
    return [build_request([int(number, 16)], issuer=issuing_authority) for number in numbers]
