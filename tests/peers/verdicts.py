"""What validators of other hands say of certificates in a folder of the demo's: one word each.

Each gets the certificate, its issuing authority, the root as the one anchor, and the published revocation
lists or the responder's answer; none asks the network.
"""

import re
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.peers.node import told_by

CASES = {
    "good": "ocsp.der",
    "revoked": "revoked-ocsp.der",
    "expired": "expired-ocsp.der",
    "forged": "ocsp.der",
}
"""The responder's answer beside each; to whoever forged a certificate, the one over the real one."""
JAVA = Path(__file__).parent / "PkixVerdicts.java"
PATIENCE_SECONDS = 60


def certificate_of(case: str) -> str:
    return "sign.pem" if case == "good" else f"{case}.pem"


def openssl(folder: Path, *, lists: tuple[str, ...]) -> dict[str, str]:
    words = {
        ": OK": "good",
        "certificate revoked": "revoked",
        "certificate has expired": "expired",
        "certificate signature failure": "forged",
    }
    trust = ("-CAfile", "root.pem", "-untrusted", "issuing.pem", "-crl_check_all", "-extended_crl")
    given = [part for name in lists for part in ("-CRLfile", name)]
    judged = {case: _run(folder, "openssl", "verify", *trust, *given, certificate_of(case)) for case in CASES}
    return {case: _word(said, words) for case, said in judged.items()}


def gnutls(folder: Path) -> dict[str, str]:
    """It asks for the chain up to the anchor, and for lists in PEM."""
    words = {
        "The certificate is trusted": "good",
        "chain is revoked": "revoked",
        "uses expired certificate": "expired",
        "signature in the certificate is invalid": "forged",
    }
    lists = [x509.load_der_x509_crl((folder / name).read_bytes()) for name in ("issuing.crl", "root.crl")]
    (folder / "lists.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in lists))
    said = {}
    for case in CASES:
        chain = [(folder / name).read_bytes() for name in (certificate_of(case), "issuing.pem")]
        (folder / "chain.pem").write_bytes(b"".join(chain))
        trust = ("--verify", "--load-ca-certificate", "root.pem", "--load-crl", "lists.pem")
        judged = _run(folder, "certtool", *trust, "--infile", "chain.pem")
        said[case] = _word(judged.partition("Chain verification output:")[2], words)
    return said


def gnutls_of_answers(folder: Path) -> dict[str, str]:
    """What its reader of OCSP takes from each answer, once it has verified it."""
    words = {"Certificate Status: good": "good", "Certificate Status: revoked": "revoked"}
    said = {}
    for case, answer in CASES.items():
        trusted = ("--load-trust", "tsa_chain.pem", "--load-response", answer)
        assert "Verifying OCSP Response: Success" in _run(folder, "ocsptool", "--verify-response", *trusted)
        read = _run(folder, "ocsptool", "--response-info", "--infile", answer)
        said[case] = _word(read, words)
    return said


def java(folder: Path) -> dict[str, dict[str, str]]:
    """By ``lists`` and by ``ocsp``."""
    words = {"VALID": "good", "REVOKED": "revoked", "EXPIRED": "expired", "INVALID_SIGNATURE": "forged"}
    cases = {certificate_of(case): case for case in CASES}
    arguments = [f"{name}:{CASES[case]}" for name, case in cases.items()]
    said = _run(folder, "java", "-XX:TieredStopAtLevel=1", str(JAVA), ".", *arguments)
    verdicts: dict[str, dict[str, str]] = {"lists": {}, "ocsp": {}}
    for name, way, verdict in re.findall(r"^(\S+) (lists|ocsp) (\S+)$", said, re.MULTILINE):
        verdicts[way][cases[name]] = words.get(verdict, verdict)
    assert all(verdicts.values()), said
    return verdicts


def node(folder: Path) -> dict[str, str]:
    words = {
        "had been revoked": "revoked",
        "not yet valid or expired": "expired",
        "No valid certificate paths found": "forged",
    }
    said = told_by("verdicts.mjs", str(folder), *(certificate_of(case) for case in CASES))
    return {
        case: _word(said[certificate_of(case)], words) if said[certificate_of(case)] else "good"
        for case in CASES
    }


def _word(said: str, words: dict[str, str]) -> str:
    """Our word for what was said; what was said itself where it is none that we know."""
    found = [word for telling, word in words.items() if telling in said]
    return found[0] if len(found) == 1 else said


def _run(folder: Path, *command: str) -> str:
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    return ended.stdout + ended.stderr
