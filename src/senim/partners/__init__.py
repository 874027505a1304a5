"""The partners' door: JSON for information systems that the authorised body admitted. No pages, no cookies.

``token`` gives an access token for a system's signed assertion, ``access`` lets a request in that is signed
with the key of its token, ``metadata`` and ``openapi`` say how. Whether a system is admitted, and to what, is
asked in ``accounts.systems`` at each request. Clauses: DD-4a, DD-4b.
"""
