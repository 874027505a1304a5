"""Enrolment: how an applicant becomes the holder of a certificate.

For applicants: ``applications`` (``examine``, ``submit``), ``status``, ``installation`` (``collect``,
``installed``) and ``withdrawal``. For operators of the registration authority: ``desk`` (``present``,
``accept``, ``refuse``, ``give_receipt``, ``document_to_sign``, ``confirm``), ``work`` (the work list and the
case file) and ``operators`` (who is one). The process is the table in ``process``; ``advance`` is the only
place that writes a state. What happens after the order is placed is told by the task
``enrolment.order_settled``. Clauses: CA-6.P1–P11, CA-6.C1–C3, CA-A2.1, CA-A2.2, CA-19.4a,
CA-19.5a–e, CA-20.3.
"""
