"""Who holds a certificate, and what it is for."""

from cryptography import x509

from senim.certification import profiles
from senim.countries.kz import subjects
from senim.pki import certificates
from senim.validation.report import Signer

# encipher_only and decipher_only are left out: they mean something beside key_agreement only.
_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def signer_of(certificate: bytes) -> Signer:
    """The facts of a certificate whose path has been checked."""
    loaded = x509.load_der_x509_certificate(certificate)
    subject = subjects.read(certificates.subject_of(certificate))
    key_usage, extended_key_usage = _key_usage(loaded.extensions), _extended_key_usage(loaded.extensions)
    return Signer(
        iin=subject.iin,
        bin=subject.bin,
        common_name=subject.common_name,
        surname=subject.surname,
        given_name=subject.given_name,
        patronymic=subject.patronymic,
        organisation=subject.organisation,
        profile=profiles.of_usages(extended_key_usage, key_usage),
        key_usage=key_usage,
        extended_key_usage=extended_key_usage,
        serial_number=loaded.serial_number,
        issuer_key_id=_issuer_key_id(loaded.extensions),
        not_before=loaded.not_valid_before_utc,
        not_after=loaded.not_valid_after_utc,
        certificate_der=certificate,
    )


def _key_usage(extensions: x509.Extensions) -> frozenset[str]:
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(name for name in _KEY_USAGES if getattr(usage, name))


def _extended_key_usage(extensions: x509.Extensions) -> frozenset[str]:
    try:
        usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(usage.dotted_string for usage in usages)


def _issuer_key_id(extensions: x509.Extensions) -> bytes | None:
    try:
        return extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return None
