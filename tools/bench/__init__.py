"""Benchmarks: each beside the raw limit of the same machine, in the same run, interleaved.

``make bench`` writes ``bench.json``: a list of ``{name, ours, unit, peer, peers, ratio, at_least, holds}``,
each figure the median of five rounds. ``ONLY=ocsp`` runs a part. A shortfall is reported; it fails nothing.
"""
