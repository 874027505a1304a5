"""Enrolment: how an applicant becomes the holder of a certificate, and how a holder ceases to be one.

For applicants: ``applications`` (``examine``, ``submit``), ``status``, ``installation`` (``collect``,
``installed``) and ``withdrawal``. For holders: ``revocation`` (``request_text``, ``submit``) and
``revocation_outcome``. For operators of the registration authority: ``desk`` (``present``, ``accept``,
``refuse``, ``give_receipt``, ``document_to_sign``, ``confirm``), ``work`` (the work list, the case file) and
``revocation_in_person`` (``begin``, ``form_request``, ``confirm``) with its outcome. The processes are the
tables in ``process`` and the ``…_process`` modules;
``advance`` is the only place that writes a state. What happens after the order is placed is told by the tasks
``enrolment.orders_settled`` and ``enrolment.order_settled``, what after a revocation is published by
``enrolment.revocations_published``.
Clauses: CA-6.P1–P11, CA-6.C1–C3, CA-8.P1–P3b, CA-10.P1–T9, CA-A2.1, CA-A2.2, CA-19.4a, CA-19.5a–e, CA-20.3.
"""
