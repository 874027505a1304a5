"""The mark of a sandbox in certificates: an extension that an authority made for trying out passes on.

It is not critical, so nobody's software stumbles over it, and it lasts as long as the certificate does: files
may be renamed and folders moved, but a sandbox's root stays one. The arc is the one for examples (RFC 5612).
"""

from typing import Any

from cryptography import x509

from senim.pki.certificates import Extension

MARK = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.398.1"), b"\x05\x00")


def stands_in(certificate: x509.Certificate) -> bool:
    return any(extension.oid == MARK.oid for extension in certificate.extensions)


def marked(der: bytes) -> bool:
    """Raises ValueError for what is no certificate."""
    return stands_in(x509.load_der_x509_certificate(der))


def holders_recorded(cursor: Any) -> int:
    """How many certificates of a ceremony in this database carry the mark; asked without our tables' classes,
    by processes that have not set Django up."""
    cursor.execute(
        "SELECT count(*) FROM certification_certificate WHERE label IS NOT NULL AND position(%s in der) > 0",
        [Extension(MARK).encoded],
    )
    return int(cursor.fetchone()[0])
