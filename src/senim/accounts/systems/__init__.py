"""Users' information systems: who admitted them, to what, and with which keys they speak.

For the partners' door, the authorised body's official at the desk and the organisation's representative at
the portal. ``applications`` (asked for, signed for the organisation), ``deciding`` (admitted, other keys,
resumed: each signed by an official), ``suspending`` (at once), ``officials`` (who may decide), ``register``
(to read). For the door: ``tokens`` (an access token for an assertion, a system for a token), over ``proofs``
and ``keys``; ``standing`` is the one place that says who may do what now. The processes are tables in
``process``; ``advance`` is the only place that writes a state.
Clauses: DD-4a, DD-4b, DD-6.
"""
