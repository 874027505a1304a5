"""Public key infrastructure: DER in, DER out.

For every room above that makes or reads keys, requests, certificates, revocation lists, status answers,
time-stamps and signatures. Plain Python: no Django, no database, no clock; the moment is passed in as ``at``.
The standards are RFC 5280, 2986, 6960, 3161 with 5816, 5652 and ETSI EN 319 122-1; what of them is refused,
each module's docstring says. Bytes from outside are read by ``der`` (strict, bounded) and by `cryptography`.
"""
