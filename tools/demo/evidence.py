"""What validators are tried on, and what they judge by: a certificate that was taken back, one that has ended
and one that is forged; revocation lists complete, in parts and since the last complete one.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509 import ocsp

from senim.pki import certificates
from tools.demo import keys
from tools.demo.journey import (
    Journey,
    identify_and_confirm,
    install_the_certificates,
    list_addresses,
    order_a_certificate,
    status_answer,
    wait_for,
    write_pem,
)
from tools.demo.visitor import Unexpected, Visitor

LOSES = "askar"


def report_a_lost_key(journey: Journey) -> None:
    """Another citizen gets certificates, loses a key, and the key itself says so: nobody signs in for it."""
    lost = Journey(journey.at, journey.folder, who=LOSES)
    lost.operator = journey.operator
    for step in (order_a_certificate, identify_and_confirm, install_the_certificates):
        step(lost)
    statement = keys.statement(lost.sign_key)
    page = lost.citizen.get("/en/compromised-key/")
    lost.citizen.submit(page, page.form(having="statement"), statement=statement)
    revoked = journey.made["_revoked"] = lost.signers["sign"].certificate
    answer = status_answer(journey, revoked, ocsp.OCSPCertStatus.REVOKED)
    (journey.folder / "revoked-ocsp.der").write_bytes(answer)
    write_pem(journey, "revoked.pem", revoked)


def fetch_an_expired_certificate(journey: Journey) -> None:
    """From the cabinet of somebody to whom the sandbox's ceremony gave a certificate of one second."""
    page = journey.third.get("/en/certificates/")
    own = set(re.findall(r'href="(/en/certificates/[0-9a-f]+/)"', page.text))
    files = [journey.third.get(f"{one}certificate.cer").body for one in sorted(own)]
    read = [x509.load_der_x509_certificate(file) for file in files]
    ended = [one for one in read if one.not_valid_after_utc < datetime.now(UTC)]
    if not ended:
        raise Unexpected("nobody has an expired certificate")
    answer = status_answer(journey, ended[0], ocsp.OCSPCertStatus.GOOD)
    (journey.folder / "expired-ocsp.der").write_bytes(answer)
    write_pem(journey, "expired.pem", ended[0])


def forge_a_certificate(journey: Journey) -> None:
    """The good one word for word, signed by a key that is nobody's."""
    good = journey.signers["sign"].certificate
    forged = certificates.sign_tbs(good.tbs_certificate_bytes, key=keys.new_key())
    write_pem(journey, "forged.pem", x509.load_der_x509_certificate(forged))


def fetch_the_revocation_lists(journey: Journey) -> None:
    """The complete list, the parts that the certificates name, and what was added to each since."""
    revoked = journey.made["_revoked"]
    [part] = list_addresses(revoked)
    whole = re.sub(r"-\d+(?=\.crl$)", "", part)
    wait_for(lambda: _list(whole) if _names(_list(whole), revoked) else None, "the list to name it")
    parts = {*list_addresses(journey.signers["sign"].certificate), *list_addresses(revoked)}
    deltas = {address: _delta_of(_list(address)) for address in (whole, *parts)}
    for address in (whole, *parts, *deltas.values(), *list_addresses(journey.made["_issuing"])):
        (journey.folder / _name(address)).write_bytes(_list(address))
    journey.made["artefacts"] = {
        "good": {"certificate": "sign.pem", "ocsp": "ocsp.der"},
        "revoked": {"certificate": "revoked.pem", "ocsp": "revoked-ocsp.der"},
        "expired": {"certificate": "expired.pem", "ocsp": "expired-ocsp.der"},
        "forged": {"certificate": "forged.pem"},
        "chain": ["issuing.pem", "root.pem"],
        "crl": {"complete": _name(whole), "shards": sorted(map(_name, parts)), "root": "root.crl"},
        "delta_crl": {_name(base): _name(delta) for base, delta in sorted(deltas.items())},
        "time_stamp": {"over": "sign.pem", "reply": "ts.tsr", "chain": "tsa_chain.pem"},
    }


def _list(address: str) -> bytes:
    return Visitor(address).client.get(urlsplit(address).path).raise_for_status().content


def _names(revocation_list: bytes, certificate: x509.Certificate) -> bool:
    read = x509.load_der_x509_crl(revocation_list)
    return read.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def _delta_of(revocation_list: bytes) -> str:
    """Its address, once a delta is seen to be there."""
    complete = x509.load_der_x509_crl(revocation_list)
    [name] = complete.extensions.get_extension_for_class(x509.FreshestCRL).value[0].full_name or ()
    delta = x509.load_der_x509_crl(_list(name.value))
    delta.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    return str(name.value)


def _name(address: str) -> str:
    return urlsplit(address).path.rpartition("/")[2]
