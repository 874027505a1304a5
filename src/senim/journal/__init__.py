"""The journal: an append-only record of every verb, sequenced into a Merkle log with signed checkpoints.

Verbs call ``record`` in their own transaction, so a record exists exactly when what it records exists. The
sequencer (a process of its own) gives records that have no leaf yet their place in the tree (RFC 9162
hashing) and signs a checkpoint each second there is something new. ``verify`` notices any record changed,
removed, added or cut off. A leaf commits to personal facts by a salted digest only, so that they can be
deleted without breaking the log. Clauses: PT-3.1, CA-19.2.
"""

from senim.journal.record import RecordId, Said, record, record_each

__all__ = ["RecordId", "Said", "record", "record_each"]
