"""Where the keys of the authority and of its responders live: files of this instance, or PKCS#11 tokens.

Each process that signs has a token of its own under a PIN of its own: who takes over the responders cannot
log in where the issuing key is. The root key is the custodians', and no process's (``ceremony.root_key``).
No Django here: responders import this module.
"""

from senim.certification import issuers
from senim.pki.keys import FileKeyStore, KeyStore
from senim.pki.tokens import TokenKeyStore
from senim.settings import KeyPlace, Settings

HOLDERS = {"issuing": "authority", "ocsp": "responders", "tsa": "responders"}
"""Of each key the process that signs with it; those of all issuing authorities are the authority's."""


def store_of(label: str, settings: Settings) -> KeyStore:
    """Where the key of this label is, or is to be made."""
    if settings.keys is KeyPlace.FILES:
        return FileKeyStore(settings.home / "keys")
    return TokenKeyStore(settings.pkcs11_module, token_of(HOLDERS[issuers.role_of(label)], settings))


def token_of(holder: str, settings: Settings) -> str:
    """The label of a process's token."""
    return {"authority": settings.authority_token, "responders": settings.responders_token}[holder]


def place_of(label: str, settings: Settings) -> str:
    """The same in words, for people."""
    holder = HOLDERS.get(issuers.role_of(label))
    if holder is None:
        return f"file {settings.root / label}.key, of the custodians"
    if settings.keys is KeyPlace.FILES:
        return f"file {settings.home / 'keys' / label}.key"
    return f"PKCS#11 token {token_of(holder, settings)}, key {label}"
