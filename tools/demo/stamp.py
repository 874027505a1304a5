"""A time-stamp over something, asked for as RFC 3161 says."""

import hashlib
import secrets
from urllib.parse import urlsplit

from cryptography import x509

from senim.pki import timestamps
from tools.demo.visitor import Unexpected, Visitor

HEADERS = {"Content-Type": "application/timestamp-query"}


def ask(url: str, data: bytes) -> tuple[bytes, x509.Certificate]:
    """The whole answer (``TimeStampResp``), once its token is seen to be over this and no other data; and the
    certificate of who signed it."""
    imprint, nonce = hashlib.sha256(data).digest(), secrets.randbits(64)
    request = timestamps.TimeStampRequest("sha256", imprint, nonce=nonce, certificate_wanted=True)
    authority = Visitor(url)
    answer = authority.client.post(
        urlsplit(url).path, content=timestamps.build_request(request), headers=HEADERS
    )
    stamped = timestamps.verify(timestamps.token_of(answer.content), data=data)
    if stamped.nonce != nonce:
        raise Unexpected("the stamp answers another request")
    return answer.content, x509.load_der_x509_certificate(stamped.certificate)
