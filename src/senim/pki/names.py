"""X.509 names: built in the order they are encoded, read without believing they are well-formed."""

from collections.abc import Iterable

from cryptography import x509


def build(attributes: Iterable[tuple[str, str]]) -> x509.Name:
    """A name of single-valued RDNs, (dotted OID, value), in encoded order.

    serialNumber and countryName are PrintableString, the rest UTF8String (RFC 5280 §4.1.2.4).
    """
    raise NotImplementedError


def read(name: x509.Name | bytes) -> tuple[tuple[str, str], ...]:
    """(dotted OID, value) pairs in encoded order, of any name, even one the builders would refuse."""
    raise NotImplementedError


def subject_of(certificate: bytes) -> tuple[tuple[str, str], ...]:
    raise NotImplementedError
