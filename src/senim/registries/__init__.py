"""The gateway to state information systems: asks a registry, and believes only what its owner has signed.

For enrolment (is this person, this legal entity known?), phone numbers (is the identity document good? who
holds the number?) and digital documents. Nothing is kept: every question is asked anew. An answer counts when
the body that owns the registry signed it, it answers what was asked, it is fresh and well formed; otherwise
there is no answer.
The verbs that ask journal their own deeds; reading leaves no record here.
Clauses: CA-5.3, CA-6.P2, CA-6.C1, DD-5a, DD-5b, DD-13, DD-14a, PH-A8b.
"""
