"""E-mail addresses with a domain in Kazakh or Russian letters.

A certificate and a mail server both want ASCII (RFC 5280 §7.5): the domain travels as IDNA 2008 A-labels and
is shown in its own letters. Before the @ only ASCII is taken: what carries more there (RFC 9598, SMTPUTF8) is
read by few mail programs and fewer verifiers.
"""

import re

import idna

LONGEST = 254
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


class WrongAddress(ValueError):
    """No address that a certificate can hold."""


def ascii_form(address: str) -> str:
    """As it is stored, signed and sent to. Raises WrongAddress."""
    local, _, domain = address.strip().rpartition("@")
    try:
        found = f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as wrong:
        raise WrongAddress(address) from wrong
    if not _LOCAL.fullmatch(local) or len(found) > LONGEST:
        raise WrongAddress(address)
    return found


def readable(address: str) -> str:
    """As people read it, the domain in its own letters."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        return address
