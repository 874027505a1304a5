"""Names in Kazakhstan's certificates.

An individual: ``CN=SURNAME NAME, SURNAME, serialNumber=IIN<12>, C=KZ, GIVENNAME=patronymic``. A legal
entity's adds ``O`` and ``OU=BIN<12>``. GIVENNAME holds the patronymic; CN has none.
"""

from dataclasses import dataclass

from cryptography import x509

from senim.pki import names

COUNTRY = "KZ"
LONGEST_NAME = 64
"""Characters of CN (RFC 5280 appendix A, ub-common-name)."""


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
    *,
    iin: str,
    surname: str,
    given_name: str,
    patronymic: str = "",
    organisation: str = "",
    bin: str = "",  # noqa: A002  the country's own word
) -> x509.Name:
    """The subject of a person's certificate; with ``bin`` of a person who acts for a legal entity."""
    return _name(
        (names.COMMON_NAME, common_name(surname, given_name)),
        (names.SURNAME, surname.upper()),
        (names.SERIAL_NUMBER, f"IIN{iin}"),
        (names.COUNTRY, COUNTRY),
        (names.ORGANISATION, organisation),
        (names.ORGANISATIONAL_UNIT, bin and f"BIN{bin}"),
        (names.GIVEN_NAME, patronymic.upper()),
    )


def common_name(surname: str, given_name: str) -> str:
    """CN of a person, as certificates write it."""
    return " ".join(filter(None, (surname.upper(), given_name.upper())))


def build_service(common_name: str, *, organisation: str = "", bin: str = "") -> x509.Name:  # noqa: A002
    """The subject of an authority, a responder or an organisation's own certificate: no person."""
    return _name(
        (names.COMMON_NAME, common_name),
        (names.COUNTRY, COUNTRY),
        (names.ORGANISATION, organisation),
        (names.ORGANISATIONAL_UNIT, bin and f"BIN{bin}"),
    )


def _name(*attributes: tuple[str, str]) -> x509.Name:
    """Many foreigners have no patronymic, and some people one name only: what is empty is left out."""
    return names.build((oid, value) for oid, value in attributes if value)


def read(attributes: names.Attributes) -> Subject:
    """From ``certificates.subject_of(certificate)``. Of the name in CN what follows the surname is given."""
    common_name = names.value_of(attributes, names.COMMON_NAME)
    surname = names.value_of(attributes, names.SURNAME)
    return Subject(
        iin=_numbered(attributes, names.SERIAL_NUMBER, "IIN"),
        bin=_numbered(attributes, names.ORGANISATIONAL_UNIT, "BIN"),
        common_name=common_name,
        surname=surname,
        given_name=_after(surname, common_name),
        patronymic=names.value_of(attributes, names.GIVEN_NAME),
        organisation=names.value_of(attributes, names.ORGANISATION),
        country=names.value_of(attributes, names.COUNTRY),
    )


def _numbered(attributes: names.Attributes, kind: str, prefix: str) -> str:
    """The first value of this type with this prefix: an organisation's OU may also be a department."""
    found = (value for oid, value in attributes if oid == kind and value.startswith(prefix))
    return next(found, "").removeprefix(prefix)


def _after(surname: str, common_name: str) -> str:
    if surname and common_name.startswith(f"{surname} "):
        return common_name.removeprefix(surname).strip()
    return ""
