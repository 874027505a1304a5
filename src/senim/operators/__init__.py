"""Operators: who may act for the registration authority, from the letter that names them to their leaving.

For the provider's responsible staff: ``applications`` and ``issuing`` (letters that ask for certificates on a
protected carrier), ``correspondence`` (to read them), ``absence`` (``suspend``, ``take_back``), ``leaving``
(``give_notice``, ``dismiss``), ``violations``, ``entrusting`` and ``extract``. For every operator: ``loss``
(a key lost or given away: one step stops its owner) and ``register``. For the desk and for enrolment:
``standing`` (may this operator act now?), ``issuing.enter`` and ``four_eyes`` (nobody confirms for a relative
alone). The processes are tables in ``process``; ``advance`` is the only place that writes a state.
Clauses: CA-5.15, CA-15.1a–g, CA-15.2b, CA-15.2c, CA-19.5b–e.
"""
