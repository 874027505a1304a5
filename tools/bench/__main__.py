"""``python -m tools.bench``: start an instance, measure, write ``bench.json``, print a line a figure."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tools.bench import answering, growth, issuing, lists, load, signing_in, starts
from tools.bench.answering import loopback
from tools.bench.beside import run_beside
from tools.bench.measure import (
    ROUNDS,
    CannotMeasure,
    Figure,
    Peer,
    requests_per_second,
    side_by_side,
    within,
)
from tools.bench.raw import serving_raw
from tools.demo.instance import Instance, instance

WRITERS, WRITING_SECONDS = 50, 4
OUTPUT = Path("bench.json")


def main() -> int:
    """Exit 1 only where something could not be measured; a shortfall is a figure like any other."""
    only, figures, silent = os.environ.get("ONLY", ""), [], []
    for measured in _measured(only):
        if isinstance(measured, Figure):
            figures.append(measured)
            print(_line(measured), flush=True)
        else:
            silent.append(measured)
            print(f"not measured: {measured}", file=sys.stderr, flush=True)
    OUTPUT.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n", encoding="utf-8")
    return 1 if silent else 0


def _measured(only: str) -> Iterator[Figure | CannotMeasure]:
    if only in {"", "start"}:
        try:
            yield from starts.measure()
        except CannotMeasure as reason:
            yield reason
    wanted = {name: measure for name, measure in MEASURED.items() if only in {"", name}}
    if not wanted:
        return
    with instance() as here, TemporaryDirectory(prefix="senim-bench-") as folder:
        for measure in wanted.values():
            try:
                yield from measure(here, Path(folder))
            except CannotMeasure as reason:
                yield reason


def _line(figure: Figure) -> str:
    verdict = "" if figure.at_least is None else ("; holds" if figure.holds else "; FALLS SHORT")
    beside = f"{figure.ours} {figure.unit}; {figure.peer}: {figure.peers}; ratio {figure.ratio}"
    return f"{figure.name}: {beside}{verdict}"


def revoke_to_visible(here: Instance, folder: Path) -> Iterator[Figure]:
    """Seconds from the commit of a revocation to the first answer and the first list that say so, while
    orders are carried out and answers given as fast as they can be."""
    with load.on(here, folder):
        rounds = json.loads(
            run_beside(
                here, "tools.bench.revocations", str(here.people), str(ROUNDS), loopback(here.responders)
            )
        )
    for place, (where, bound) in enumerate({"OCSP": 5.0, "CRL": 60.0}.items()):
        yield within(
            name=f"revoke to visible in {where}, under load",
            unit="s",
            measured=[one[place] for one in rounds],
            promise="promised at most",
            at_most=bound,
        )


def records(here: Instance, _: Path) -> Iterator[Figure]:
    """Many writers at once, each transaction a row; with a record that vouches for the row, and without."""
    rounds = []

    def ours() -> float:
        arguments = ("tools.bench.records", str(WRITERS), str(WRITING_SECONDS))
        rounds.append(json.loads(run_beside(here, *arguments)))
        return float(rounds[-1][0])

    yield from side_by_side(
        name=f"transactions of {WRITERS} writers, each with a journal record of its row",
        unit="transactions/s",
        ours=ours,
        peers=[Peer("the same without a record", lambda: float(rounds[-1][1]))],
    )


def sign_in_page(here: Instance, folder: Path) -> Iterator[Figure]:
    """The portal's sign-in page: a fresh challenge, a session, three languages' worth of template."""
    url = loopback(here.portal) + "/kk/sign-in/"
    headers = {"Host": here.portal.split("//")[1]}
    size = len(httpx.get(url, headers=headers).content)
    with serving_raw("wsgi", size) as raw:
        yield from side_by_side(
            name="sign-in page",
            unit="pages/s",
            ours=lambda: requests_per_second(url, headers=headers, folder=folder),
            peers=[
                Peer(
                    f"granian WSGI replying a constant of {size} B",
                    lambda: requests_per_second(raw, folder=folder),
                )
            ],
        )


MEASURED: dict[str, Callable[[Instance, Path], Iterator[Figure | CannotMeasure]]] = {
    "issue": issuing.measure,
    "revoke": revoke_to_visible,
    "ocsp": answering.measure,
    "portal": sign_in_page,
    "signing-in": signing_in.measure,
    "journal": records,
    "growth": growth.measure,
    "crl": lists.measure,
}

if __name__ == "__main__":
    sys.exit(main())
