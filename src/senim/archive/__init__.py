"""The archive of accepted papers: sealed, kept for their term, found by number, copied on request.

For enrolment: ``keeping.keep`` (a scan is examined and put away). For the desk: ``finding.papers_of`` and
``copies.issue`` (every look is a copy with a record of who asked and why; there is no other way to look). For
the console: ``retention.due`` and ``retention.destroy``, ``condition.unlike_their_digests``. The room knows a
case by its reference and number only. Sealed bodies are no part of a row of record, their digests are.
Clauses: CA-15.4, CA-15.2b.
"""
