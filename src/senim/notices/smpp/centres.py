"""The SMS centres messages go through, as the settings name them: one provider's, or two."""

from dataclasses import dataclass

from senim.settings import MissingSecret, settings

FIRST, SECOND = "first", "second"
SECRETS = {FIRST: "smsc", SECOND: "smsc-second"}
SANDBOX = "127.0.0.1"


@dataclass(frozen=True)
class Centre:
    """A provider's centre (SMSC). ``share`` is its part of the messages while all are well."""

    name: str
    host: str
    port: int
    system_id: str
    share: int

    @property
    def password(self) -> str:
        """Raises MissingSecret, but in a sandbox."""
        try:
            return settings.secret(SECRETS[self.name])
        except MissingSecret:
            if settings.is_sandbox:
                return ""
            raise


def centres() -> tuple[Centre, ...]:
    """Every provider's centre, the first one first."""
    own = settings
    first = Centre(FIRST, own.smsc_host, own.smsc_port, own.smsc_system_id, own.smsc_share)
    host = own.smsc_second_host or (SANDBOX if own.is_sandbox else "")
    second = Centre(SECOND, host, own.smsc_second_port, own.smsc_second_system_id, own.smsc_second_share)
    return (first, second) if host else (first,)
