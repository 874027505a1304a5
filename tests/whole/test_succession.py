"""Another key for the issuing authority of a running platform that is asked all the while (``make soak``)."""

import re
import threading

import pytest
from cryptography import x509

from tests.whole.platform import Platform
from tests.whole.test_demo import demo, doors_of
from tests.whole.test_revocation_shows import certificate_of, revoke, status


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.clause("CA-6.P11", "CA-8.P3b")
def test_the_authority_changes_its_key_between_two_answers(new_platform, tmp_path):
    platform = new_platform()
    platform.start()
    platform.wait_until_ready()
    asked, other = (certificate_of(platform, "marat", purpose) for purpose in ("auth", "sign"))
    said, stop = [], threading.Event()

    def ask():
        while not stop.wait(0.05):
            said.append(status(platform, asked))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        change_the_key(platform, tmp_path)
        done = demo(tmp_path, **doors_of(platform))
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        stop.set()
        asking.join()
    assert set(said) == {"GOOD"}, f"of {len(said)} answers"
    [issuing] = x509.load_pem_x509_certificates((tmp_path / "demo" / "issuing.pem").read_bytes())
    assert "Issuing Certification Authority 2" in issuing.subject.rfc4514_string()
    revoke(platform, other)
    assert platform.restarts_of("responders") == 0


def change_the_key(platform: Platform, folder) -> None:
    """With the passphrase that was printed to the custodians of the sandbox."""
    [passphrase] = set(re.findall(r"\b[0-9a-f]{64}\b", platform.output))
    file = folder / "passphrase"
    file.write_text(passphrase)
    renewed = platform.senim("ca", "renew", "issuing", "--passphrase-file", str(file))
    assert renewed.returncode == 0, renewed.stdout + renewed.stderr
