"""A whole instance with its keys in tokens: it starts, answers, and tries a refused PIN once."""

import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.x509 import ocsp as library

from senim.pki import ocsp
from tests.whole.platform import Platform, waited

PINS = ("passphrase-authority", "passphrase-responders")


@pytest.fixture(scope="module")
def in_tokens(new_platform: Callable[..., Platform]) -> Platform:
    platform = new_platform(SENIM_KEYS="pkcs11")
    platform.start()
    platform.wait_until_ready()
    return platform


@pytest.mark.soak
def test_its_keys_are_in_tokens_that_answer_and_a_refused_pin_is_tried_once(in_tokens: Platform) -> None:
    platform, tokens = in_tokens, in_tokens.home / "tokens"
    assert [file.name for file in (platform.home / "keys").iterdir()] == ["journal.key"]
    if os.geteuid() == 0:
        owners = {
            name: (tokens / name / "token.object").stat().st_uid for name in ("authority", "responders")
        }
        assert {name: os.stat(f"/proc/{platform.pid_of(name)}").st_uid for name in owners} == owners
        assert len(set(owners.values())) == 2
    assert status(platform, "ocsp") == "GOOD"
    pins = [(platform.home / "secrets" / name).read_text().strip() for name in PINS]
    seen = b"".join(file.read_bytes() for file in (platform.home / "log").glob("*.jsonl"))
    seen += b"".join(
        Path(f"/proc/{platform.pid_of(name)}/environ").read_bytes() for name in ("authority", "jobs")
    )
    assert not [pin for pin in pins if pin.encode() in seen + platform.output.encode()]

    (platform.home / "secrets" / PINS[0]).write_text("0000")
    platform.kill("authority")
    waited(lambda: platform.state()["processes"]["authority"]["state"] == "given up", "the end of trying")
    said = platform.senim("status").stdout
    assert "authority cannot run as it is set up" in said
    refused = [event for event in platform.log("authority") if "does not take this PIN" in event["event"]]
    assert len(refused) == 1
    assert status(platform, "tsa") == "GOOD", "nobody else is troubled"


def status(platform: Platform, label: str) -> str:
    """What the responders say of one of the authority's own certificates."""
    issuing, asked = (
        (platform.home / "certificates" / f"{name}.cer").read_bytes() for name in ("issuing", label)
    )
    number = x509.load_der_x509_certificate(asked).serial_number
    question = ocsp.build_request([number], issuer=issuing)
    answer = httpx.post(f"{platform.responders}/ocsp", content=question, timeout=30).content
    return library.load_der_ocsp_response(answer).certificate_status.name
