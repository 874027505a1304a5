"""What keeps the doctor from looking at all; asked before there is a database or Django."""

from senim.runtime import production, terminal
from senim.settings import Settings
from senim.texts import Text


def in_the_way(settings: Settings) -> str | None:
    """Where no instance ever ran it makes none; and without their secrets processes cannot even begin."""
    if settings.is_sandbox and not (settings.home / "secrets").exists():
        return Text("runtime.doctor.no_instance", home=settings.home).in_language(terminal.language())
    found = production.refusals(settings)
    if any(refusal.id == "secret_missing" for refusal in found):
        return production.as_text(found)
    return None
