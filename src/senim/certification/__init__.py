"""The certification authority: who is certified, what was revoked, and the proof of both.

For enrolment, which places orders that an operator has signed; for validation and sign-in, which ask for
status; for the responders, which read the published status files. The **authority worker** alone opens the
issuing key: it examines each order itself, then builds, lints, records and only then signs. Clauses:
CA-6.C3, CA-6.P10, CA-6.P11, CA-5.15, CA-8.P3b.
"""
