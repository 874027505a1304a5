"""A key that never leaves its token: what a PKCS#11 key store will hand out is such an object."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from tests.pki.chain import AT, DAY, Holder, issue, issuing, person
from tests.pki.test_ocsp import ORIGINAL, answer

from senim.pki import certificates, cms, crl, ocsp, timestamps
from senim.pki.keys import KeyAlgorithm, PrivateKey, generate


class KeyOnToken(ec.EllipticCurvePrivateKey):
    """Signs and tells its public key; has no bytes of its own to give."""

    def __init__(self, inside: PrivateKey) -> None:
        assert isinstance(inside, ec.EllipticCurvePrivateKey)
        self.__inside = inside

    @property
    def curve(self) -> ec.EllipticCurve:
        return self.__inside.curve

    @property
    def key_size(self) -> int:
        return self.__inside.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.__inside.public_key()

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return self.__inside.sign(data, signature_algorithm)

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        raise AssertionError("the token is asked to sign only")

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        raise AssertionError("the key would leave its token")

    def private_bytes(self, *_: Any, **__: Any) -> bytes:
        raise AssertionError("the key would leave its token")

    def __copy__(self) -> "KeyOnToken":
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> "KeyOnToken":
        return self


@pytest.fixture
def token() -> Holder:
    holder = issue(subject=issuing().name, issuer=None, key=generate(KeyAlgorithm.P256))
    return Holder(KeyOnToken(holder.key), holder.der)


def test_a_key_in_a_token_signs_certificates(token: Holder) -> None:
    tbs = certificates.tbs_of(person().der)
    signed = certificates.sign_tbs(tbs, key=token.key)
    x509.load_der_x509_certificate(signed).verify_directly_issued_by(
        x509.load_der_x509_certificate(token.der)
    )


def test_a_key_in_a_token_signs_revocation_lists(token: Holder) -> None:
    built = crl.build([], issuer=token.der, key=token.key, number=1, this_update=AT, next_update=AT + DAY)
    assert crl.read(built, issuer=token.der).number == 1


def test_a_key_in_a_token_signs_status_answers(token: Holder) -> None:
    request = ocsp.read_request(ORIGINAL)
    response = ocsp.Responder(key=token.key, certificate=token.der).respond(
        [answer(request.cert_ids[0])], nonce=request.nonce, at=AT
    )
    read = x509.ocsp.load_der_ocsp_response(response)
    token.key.public_key().verify(  # type: ignore[call-arg, union-attr]
        read.signature, read.tbs_response_bytes, ec.ECDSA(read.signature_hash_algorithm)
    )


def test_a_key_in_a_token_signs_documents_and_time_stamps(token: Holder) -> None:
    cms.read(cms.sign(b"text", key=token.key, certificate=token.der, at=AT)).verify(b"text")
    authority = timestamps.TimeStampAuthority(
        key=token.key, certificate=token.der, policy="1.2.3", accuracy=timedelta(seconds=1)
    )
    imprint = timestamps.signatures.digest(b"text", "sha256")
    request = timestamps.TimeStampRequest("sha256", imprint, certificate_wanted=True)
    assert timestamps.verify(authority.token(request, serial_number=1, at=AT), data=b"text").gen_time == AT
