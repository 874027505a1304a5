"""The tokens of the authority and its responders: there, and not about to lock. No PIN is tried."""

from collections.abc import Iterator

from pkcs11 import TokenFlag

from senim.certification.own_keys import HOLDERS, token_of
from senim.pki.keys import KeyAway
from senim.pki.tokens import flags_of
from senim.runtime.doctor.findings import Case, Finding, broken, warning
from senim.settings import KeyPlace

REFUSED_ONCE = TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY


def tokens(case: Case) -> Iterator[Finding]:
    if case.settings.keys is KeyPlace.FILES:
        return
    for holder in sorted(set(HOLDERS.values())):
        label = token_of(holder, case.settings)
        try:
            flags = flags_of(case.settings.pkcs11_module, label)
        except KeyAway as reason:
            yield broken("tokens.away", token=label, reason=reason)
            continue
        if flags & TokenFlag.USER_PIN_LOCKED:
            yield broken("tokens.locked", token=label)
        elif flags & REFUSED_ONCE:
            yield warning("tokens.pin_refused", token=label, holder=holder)
