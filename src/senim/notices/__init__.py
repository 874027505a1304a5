"""Notices: the outbox. A verb leaves a message here in its own transaction; a job delivers it.

For every room that tells somebody something. Words and recipients are sealed at rest and wiped once they
are handed over or out of date. Mail goes out at least once, under one Message-ID; a message that expires
goes out at most once. One folder per provider. Clauses: PH-5.2b, CA-6.P5 (the means; the rooms say the
words).
"""
