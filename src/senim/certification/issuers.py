"""The issuing authorities of this instance by label, oldest first. The last one issues; those before it go on
answering, with their own keys, for what they issued (decision 54).

The first is ``issuing``, the next ``issuing2``; each has a certificate for the status responder's key under
the same number (``ocsp``, ``ocsp2``). An authority is there once its certificate's file is. No Django here:
responders import this module.
"""

from pathlib import Path

from senim.settings import settings

FIRST, DELEGATE = "issuing", "ocsp"


def ours() -> tuple[str, ...]:
    return labels(settings.home / "certificates")


def complete_lists() -> tuple[str, ...]:
    """Addresses of the lists that say everything, the newest authority's first."""
    return tuple(f"{settings.responders_origin}/crl/{label}.crl" for label in reversed(ours()))


def labels(certificates: Path) -> tuple[str, ...]:
    """The first one is named before its ceremony, too."""
    found = [FIRST]
    while (certificates / f"{next_after(found[-1])}.cer").exists():
        found.append(next_after(found[-1]))
    return tuple(found)


def certificates_of(certificates: Path) -> dict[str, bytes]:
    """Of every issuing authority, DER. Raises OSError."""
    return {label: (certificates / f"{label}.cer").read_bytes() for label in labels(certificates)}


def number_of(label: str) -> int:
    """1 for the first."""
    return int(label.removeprefix(FIRST) or 1)


def next_after(label: str) -> str:
    return f"{FIRST}{number_of(label) + 1}"


def role_of(label: str) -> str:
    """What profiles and holders of keys call it: ``issuing`` for each of them."""
    return FIRST if label.startswith(FIRST) else label


def delegate_of(label: str) -> str:
    """The label of the status responder's certificate that this authority signed."""
    return f"{DELEGATE}{label.removeprefix(FIRST)}"
