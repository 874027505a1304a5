"""Check a signature or a certificate against a trust set, at a moment.

The order is ETSI EN 319 102-1 §5.3: format, cryptography, the certificate's path, then revocation from the
leaf up. What was found first is what is said.
"""

from datetime import datetime

from senim.countries.kz import times
from senim.pki import certificates, paths
from senim.pki import cms as signed_messages
from senim.pki.cms import CmsProblem
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.pki.paths import PathProblem
from senim.texts import Text
from senim.validation.report import FAILED, Indication, Report, Signer, SubIndication
from senim.validation.signers import signer_of
from senim.validation.trust import OURS, TrustSet

_SIGNING = {"digital_signature", "content_commitment"}
_OF_CMS = {
    CmsProblem.TOO_LARGE: SubIndication.FORMAT_FAILURE,
    CmsProblem.NOT_CMS: SubIndication.FORMAT_FAILURE,
    CmsProblem.NOT_ONE_SIGNER: SubIndication.FORMAT_FAILURE,
    CmsProblem.SIGNED_ATTRIBUTES_MISSING: SubIndication.FORMAT_FAILURE,
    CmsProblem.CONTENT_TYPE_DIFFERS: SubIndication.FORMAT_FAILURE,
    CmsProblem.SIGNER_CERTIFICATE_MISSING: SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    CmsProblem.CERTIFICATE_NOT_BOUND: SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    CmsProblem.UNSUPPORTED_ALGORITHM: SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    CmsProblem.CONTENT_MISSING: SubIndication.SIGNED_DATA_NOT_FOUND,
    CmsProblem.CONTENT_DIFFERS: SubIndication.HASH_FAILURE,
    CmsProblem.DIGEST_DIFFERS: SubIndication.HASH_FAILURE,
    CmsProblem.SIGNATURE_WRONG: SubIndication.SIG_CRYPTO_FAILURE,
}
_OF_PATH = {
    PathProblem.NOT_A_CERTIFICATE: SubIndication.FORMAT_FAILURE,
    PathProblem.NO_ISSUER: SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    PathProblem.SIGNATURE_WRONG: SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    PathProblem.UNSUPPORTED_ALGORITHM: SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    PathProblem.EXPIRED: SubIndication.EXPIRED,
    PathProblem.NOT_YET_VALID: SubIndication.NOT_YET_VALID,
    PathProblem.ISSUER_EXPIRED: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    PathProblem.ISSUER_NOT_YET_VALID: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    PathProblem.NOT_AN_AUTHORITY: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    PathProblem.MAY_NOT_SIGN_CERTIFICATES: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    PathProblem.PATH_TOO_LONG: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    PathProblem.UNKNOWN_CRITICAL_EXTENSION: SubIndication.CHAIN_CONSTRAINTS_FAILURE,
}


def check(*, cms: bytes, content: bytes | None, at: datetime, trust: TrustSet = OURS) -> Report:
    """Is this CMS a valid signature over ``content`` (None: attached) by somebody ``trust`` knows at ``at``?

    ``at`` is when the signature was received: a moment we know, not the one the signer claims.
    """
    try:
        message = signed_messages.read(cms)
        message.verify(content)
    except signed_messages.CmsInvalid as invalid:
        return _report(_OF_CMS[invalid.problem])
    leaf, others = message.signer_certificate, message.certificates
    report = _check(leaf, others=others, at=at, trust=trust, signing_time=message.signing_time)
    if report.passed and report.signer and not report.signer.key_usage & _SIGNING:
        return _report(SubIndication.SIG_CONSTRAINTS_FAILURE, report.signer, message.signing_time)
    return report


def check_certificate(der: bytes, *, at: datetime, trust: TrustSet = OURS) -> Report:
    """Is this certificate of ``trust`` and in force at ``at``?"""
    return _check(der, others=(), at=at, trust=trust, signing_time=None)


def _check(
    leaf: bytes, *, others: tuple[bytes, ...], at: datetime, trust: TrustSet, signing_time: datetime | None
) -> Report:
    trusted = trust.certificates()
    intermediates = (*trusted.intermediates, *others)
    try:
        path = paths.build(leaf, intermediates=intermediates, anchors=trusted.anchors, at=at)
    except paths.PathInvalid as invalid:
        return _path_report(invalid, leaf, signing_time)
    signer = signer_of(leaf)
    for height in range(len(path.certificates) - 1):
        sub_indication, facts = _revocation_problem(path, height, at=at, trust=trust)
        if sub_indication:
            return _report(sub_indication, signer, signing_time, **facts)
    return Report(Indication.TOTAL_PASSED, None, signer, signing_time, None)


def _path_report(invalid: paths.PathInvalid, leaf: bytes, signing_time: datetime | None) -> Report:
    """A certificate out of its time is still known to be its holder's: its path of signatures was right."""
    if invalid.problem is PathProblem.EXPIRED:
        signer = signer_of(leaf)
        return _report(SubIndication.EXPIRED, signer, signing_time, day=times.day(signer.not_after))
    if invalid.problem is PathProblem.NOT_YET_VALID:
        signer = signer_of(leaf)
        return _report(SubIndication.NOT_YET_VALID, signer, signing_time, day=times.day(signer.not_before))
    return _report(_OF_PATH[invalid.problem], None, signing_time)


def _revocation_problem(
    path: paths.Path, height: int, *, at: datetime, trust: TrustSet
) -> tuple[SubIndication | None, dict[str, str]]:
    certificate, issuer = path.certificates[height], path.certificates[height + 1]
    serial_number = certificates.parts_of(certificate).serial_number
    issuer_key_id = certificates.subject_key_id(issuer)
    status = trust.status_of(issuer_key_id=issuer_key_id, serial_number=serial_number, at=at)
    if status.status is CertStatus.GOOD:
        return None, {}
    if status.status is CertStatus.UNKNOWN:
        return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, {}
    if height:
        return SubIndication.REVOKED_CA_NO_POE, {}
    if status.reason is RevocationReason.CERTIFICATE_HOLD:
        return SubIndication.TRY_LATER, {}
    return SubIndication.REVOKED, {"day": times.day(status.revoked_at or at)}


def _report(
    sub_indication: SubIndication,
    signer: Signer | None = None,
    signing_time: datetime | None = None,
    **facts: str,
) -> Report:
    indication = Indication.TOTAL_FAILED if sub_indication in FAILED else Indication.INDETERMINATE
    problem = Text(f"validation.problem.{sub_indication.value.lower()}", **facts)
    return Report(indication, sub_indication, signer, signing_time, problem)
