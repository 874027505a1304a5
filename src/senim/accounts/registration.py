"""Registration on the portal: an account is opened for whoever proves to be its holder, with a certificate.

That is signing in for the first time, and for the identifier that was typed. Nobody is registered by what
others know or hold: no mail, no number, no password opens an account (decision 69).
"""

from collections.abc import Callable
from typing import ClassVar

from senim.errors import Refused
from senim.identifiers import Kind, parse
from senim.validation import Signer


class CertificateOfAnother(Refused):
    """The certificate is good, and not of the person or organisation whose identifier was typed."""

    clause: ClassVar[str] = "PT-2.1-1"


class NoCertificateForOrganisation(CertificateOfAnother):
    """Typed was a BIN, and the certificate lets nobody act for it."""


def only_of(identifier: str) -> Callable[[Signer], None]:
    """A door's say about the signer: an IIN wants this very person, a BIN somebody in a role for it."""
    organisation = parse(identifier).kind is Kind.LEGAL_ENTITY

    def admit(signer: Signer) -> None:
        if organisation and signer.bin != identifier:
            raise NoCertificateForOrganisation
        if not organisation and (signer.iin != identifier or signer.bin):
            raise CertificateOfAnother

    return admit
