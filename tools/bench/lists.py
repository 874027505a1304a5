"""Revocation lists: one of a hundred thousand beside the bare builder's, a million in shards."""

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from tools.bench.beside import run_beside
from tools.bench.measure import Figure
from tools.demo.instance import Instance

ROUNDS, LONG, MANY, SHARDS = 3, 100_000, 1_000_000, 128
AT_LEAST = round(1 / 1.5, 3)
TOUCHED_FILES = {
    "issuing-delta.crl",
    *(f"issuing-{shard}{end}.crl" for shard in (3, 7) for end in ("", "-delta")),
}


def measure(here: Instance, _: Path) -> Iterator[Figure]:
    """Raises CannotMeasure."""
    said = json.loads(
        run_beside(
            here, "tools.bench.long_lists", *map(str, (ROUNDS, LONG, MANY)), SENIM_CRL_SHARDS=str(SHARDS)
        )
    )
    ours, bare = (statistics.median(column) for column in zip(*said["rounds"], strict=True))
    ratio = round(bare / ours, 3)
    yield Figure(
        name=f"a revocation list of {LONG:,}, read from the database, built and signed",
        ours=round(ours, 3),
        unit="s",
        peer="bare CertificateRevocationListBuilder, without a database",
        peers=round(bare, 3),
        ratio=ratio,
        at_least=AT_LEAST,
        holds=ratio >= AT_LEAST,
    )
    again, count = said["again"], said["lists"]
    yield Figure(
        name=f"{MANY:,} revoked in {SHARDS} shards: lists signed anew after revocations in two of them",
        ours=float(len(again)),
        unit=f"lists of {count}, in {said['touched_seconds']:.2f} s ({', '.join(again)})",
        peer=f"all lists, {said['all_seconds']:.1f} s",
        peers=float(count),
        ratio=round(count / len(again), 3),
        at_least=None,
        holds=set(again) == TOUCHED_FILES,
    )
