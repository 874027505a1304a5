"""What the program signs, as bytes: certificate requests (PKCS#10), detached signatures (CMS, CAdES-BES)."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, csr, tsp, x509

Sign = Callable[[bytes], tuple[str, bytes]]
"""Signs bytes: the algorithm's name, and the signature as X.509 writes it."""


def certificate_request(*, name: str, iin: str, public: bytes, sign: Sign) -> bytes:
    """RFC 2986. The subject is what the window showed; whom a certificate names is decided elsewhere."""
    information = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": x509.Name.build({"common_name": name, "serial_number": f"IIN{iin}"}),
            "subject_pk_info": csr.PublicKeyInfo.load(public),
            "attributes": [],
        }
    )
    algorithm, signature = sign(information.dump())
    request = csr.CertificationRequest(
        {
            "certification_request_info": information,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": signature,
        }
    )
    return bytes(request.dump())


def detached_signature(content: bytes, *, certificate: bytes, at: datetime, sign: Sign) -> bytes:
    """RFC 5652 with the signed attributes of CAdES-BES (ETSI EN 319 122-1), as browsers make it for Senim."""
    signer = x509.Certificate.load(certificate)
    attributes = _signed_attributes(content, signer, at)
    algorithm, signature = sign(attributes.dump())
    information = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": _issuer_and_serial(signer)},
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices("certificate", signer)],
            "signer_infos": [information],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def owner(certificate: bytes) -> tuple[str, str]:
    """Common name and identification number of a certificate; empty where it has none."""
    said = x509.Certificate.load(certificate).subject.native
    number = str(said.get("serial_number", ""))
    return str(said.get("common_name", "")), number.removeprefix("IIN")


def public_key_info(certificate: bytes) -> bytes:
    return bytes(x509.Certificate.load(certificate).public_key.dump())


def _signed_attributes(content: bytes, signer: Any, at: datetime) -> Any:
    binding = tsp.ESSCertIDv2(
        {
            "cert_hash": hashlib.sha256(signer.dump()).digest(),
            "issuer_serial": {
                "issuer": [x509.GeneralName("directory_name", signer.issuer)],
                "serial_number": signer.serial_number,
            },
        }
    )
    values = {
        "content_type": "data",
        "signing_time": cms.Time({"utc_time": core.UTCTime(at.astimezone(UTC))}),
        "message_digest": hashlib.sha256(content).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [binding]}),
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": name, "values": [one]}) for name, one in values.items()]
    )


def _issuer_and_serial(signer: Any) -> Any:
    return cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number})
