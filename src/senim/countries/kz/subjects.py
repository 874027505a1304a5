"""Names in Kazakhstan's certificates.

An individual: ``CN=SURNAME NAME, SURNAME, serialNumber=IIN<12>, C=KZ, GIVENNAME=patronymic``. A legal entity's
adds ``O`` and ``OU=BIN<12>``. GIVENNAME holds the patronymic; CN has none.
"""

from dataclasses import dataclass

from cryptography import x509


@dataclass(frozen=True)
class Subject:
    """Facts of a certificate's subject. What is absent is empty; nothing is checked."""

    iin: str = ""
    bin: str = ""
    common_name: str = ""
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    organisation: str = ""
    country: str = ""


def build(
    *, iin: str, surname: str, given_name: str, patronymic: str = "", organisation: str = "", bin: str = ""
) -> x509.Name:
    """The subject of a person's certificate; with ``bin`` of a person who acts for a legal entity."""
    raise NotImplementedError


def build_service(common_name: str, *, organisation: str = "", bin: str = "") -> x509.Name:
    """The subject of an authority, a responder or an organisation's own certificate: no person."""
    raise NotImplementedError


def read(certificate_subject: tuple[tuple[str, str], ...]) -> Subject:
    """From ``pki.names.subject_of(certificate)``."""
    raise NotImplementedError
