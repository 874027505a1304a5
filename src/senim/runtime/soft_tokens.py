"""Where a sandbox finds SoftHSM2 tokens: in its own home, one for each process that signs.

They behave like a device and are none: files, encrypted under the PIN. Elsewhere ``SENIM_PKCS11_MODULE``
names the library of a device, whose custodians make its tokens with its maker's tool.
"""

from pathlib import Path

from senim.settings import KeyPlace, Settings

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
VARIABLE = "SOFTHSM2_CONF"
"""By which SoftHSM2 is told where its tokens are."""


class SoftHsmMissing(RuntimeError):
    """A sandbox should keep its keys in tokens, and there is nothing to make them with."""


def configuration(home: Path) -> Path:
    return home.absolute() / "tokens" / "softhsm2.conf"


def environment(settings: Settings) -> dict[str, str]:
    """What the processes of a sandbox are told so that they find its tokens. Raises SoftHsmMissing."""
    if settings.keys is KeyPlace.FILES or settings.pkcs11_module or not settings.is_sandbox:
        return {}
    return {"SENIM_PKCS11_MODULE": _installed(), VARIABLE: str(configuration(settings.home))}


def _installed() -> str:
    found = next((module for module in MODULES if Path(module).exists()), None)
    if found is None:
        raise SoftHsmMissing(
            "SENIM_KEYS=pkcs11: SoftHSM2 is not installed (on Debian: apt-get install softhsm2), and "
            "SENIM_PKCS11_MODULE names no other library."
        )
    return found
