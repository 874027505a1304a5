"""Digital documents: shown live from state registries, opened to others for a moment, every view marked.

Who: the subject sees a document and opens it; a third party scans the QR or types the six-digit code and
views; both cabinets show the mark. A users' information system does the same for a purpose of its decision
(``systems``). A document is signed by the state body that owns its data and is never kept here.
Clauses: DD-3b, DD-4b, DD-5a, DD-5b, DD-10 to DD-19b.
What may go wrong: a stranger guesses a code (it is only a rendezvous), two people claim one QR (one wins),
the registry is down (said so, nothing stale is shown).
"""
