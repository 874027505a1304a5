"""The authority with its keys open: the one that issues now, and those before it for what they issued."""

from senim.certification import issuers, own_keys
from senim.certification.issuance import Authority
from senim.settings import Settings


def opened(settings: Settings, *, passphrase: str) -> Authority:
    """Raises keys.UNUSABLE, OSError."""
    store = own_keys.store_of(issuers.FIRST, settings)
    before: tuple[Authority, ...] = ()
    for label, certificate in issuers.certificates_of(settings.home / "certificates").items():
        key = store.open(label, passphrase=passphrase)
        authority = Authority.of(label, certificate=certificate, key=key, before=before)
        before = (*before, authority)
    return authority


def labels_of(authority: Authority) -> tuple[str, ...]:
    return tuple(each.issuer.label for each in (*authority.before, authority))
