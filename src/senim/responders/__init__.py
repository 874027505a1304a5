"""The door for programs that ask whether a certificate holds: OCSP, revocation lists, time-stamps.

A process of its own, without Django: it reads the status files that the authority publishes, so answers
outlive the database, which is asked one thing only: whether it is ahead of the files. Its keys (OCSP
delegate, time-stamp authority) are its own; it never sees the issuing key. Clauses: CA-8.P3b, CA-10.T9.
"""
