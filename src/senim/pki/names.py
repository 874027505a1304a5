"""X.509 names: built in the order they are encoded, read without believing they are well-formed."""

import warnings
from collections.abc import Iterable

from cryptography import x509

from senim.pki import der

COMMON_NAME, SURNAME, SERIAL_NUMBER, COUNTRY = "2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6"
LOCALITY, STATE, ORGANISATION, ORGANISATIONAL_UNIT = "2.5.4.7", "2.5.4.8", "2.5.4.10", "2.5.4.11"
GIVEN_NAME, ORGANISATION_IDENTIFIER = "2.5.4.42", "2.5.4.97"
_AT_MOST_CHARACTERS = {
    COMMON_NAME: 64,
    SERIAL_NUMBER: 64,
    COUNTRY: 2,
    LOCALITY: 128,
    STATE: 128,
    ORGANISATION: 64,
    ORGANISATIONAL_UNIT: 64,
}
_CHARACTER_SETS = {
    12: "utf-8",
    18: "ascii",
    19: "ascii",
    20: "latin-1",
    22: "ascii",
    26: "ascii",
    30: "utf-16-be",
    28: "utf-32-be",
}

Attributes = tuple[tuple[str, str], ...]


def build(attributes: Iterable[tuple[str, str]]) -> x509.Name:
    """A name of single-valued RDNs, (dotted OID, value), in encoded order.

    serialNumber and countryName are PrintableString, the rest UTF8String (RFC 5280 §4.1.2.4).
    Raises ValueError for an empty or overlong value.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x509.Name([_attribute(oid, value) for oid, value in attributes])


def _attribute(oid: str, value: str) -> x509.NameAttribute[str]:
    """The bounds of RFC 5280 appendix A count characters; `cryptography` counts bytes, two a letter."""
    if not 0 < len(value) <= _AT_MOST_CHARACTERS.get(oid, 32_768):
        raise ValueError(f"a value of {len(value)} characters for {oid}")
    return x509.NameAttribute(x509.ObjectIdentifier(oid), value, _validate=False)


def read(name: bytes) -> Attributes:
    """(dotted OID, value) pairs of a DER name in encoded order, even of one the builders would refuse.

    Characters that cannot be decoded become U+FFFD. Raises NotDer.
    """
    found: list[tuple[str, str]] = []
    for relative_name in der.elements(der.read(name, der.SEQUENCE).content):
        for attribute in der.elements(relative_name.content):
            fields = der.Fields(attribute)
            found.append((der.to_oid(fields.take()), _text(fields.take())))
    return tuple(found)


def _text(element: der.Element) -> str:
    return element.content.decode(_CHARACTER_SETS.get(element.tag, "latin-1"), "replace")


def value_of(attributes: Attributes, oid: str) -> str:
    """The first value of this type, or empty."""
    return next((value for kind, value in attributes if kind == oid), "")
