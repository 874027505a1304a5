"""A key store this version cannot open is said, not guessed around."""

from dataclasses import replace

import pytest

from senim.runtime import authority_worker
from senim.settings import settings


def test_a_pkcs11_token_is_not_answered_with_a_key_file(authority, monkeypatch):
    passphrase = settings.secret("passphrase-authority")
    assert authority_worker.opened(passphrase).issuer.label == "issuing"
    token = replace(settings, key_store="pkcs11:token=authority;object=issuing")
    monkeypatch.setattr(authority_worker, "settings", token)
    with pytest.raises(authority_worker.KeyStoreUnknown, match="PKCS#11"):
        authority_worker.opened(passphrase)
