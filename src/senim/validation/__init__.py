"""Is this signature or certificate valid, said in the words of ETSI EN 319 102-1.

For the verbs of the rooms above (sign-in, operators' and citizens' confirmations, the registries' answers).
Trust sets, paths, revocation, the facts of the signer. "Indeterminate" is an answer of its own, never a no.
Clauses: PT-4.2, CA-6.P9, DD-5a.
"""

from senim.validation.checks import check, check_certificate
from senim.validation.report import Indication, Report, Signer, SubIndication
from senim.validation.trust import OURS, TrustSet

__all__ = [
    "OURS",
    "Indication",
    "Report",
    "Signer",
    "SubIndication",
    "TrustSet",
    "check",
    "check_certificate",
]
