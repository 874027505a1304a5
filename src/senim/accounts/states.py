"""The words of the tables by which a number is connected: channels, states, actors, and what a step proves.

Apart from the tables, so that each channel's table can be written in them beside its own verbs.
"""

from enum import StrEnum


class Channel(StrEnum):
    """The way a request goes: by which table. A change of number is one of its own (PH-8)."""

    PORTAL = "portal"
    MOBILE = "mobile"
    CHANGE = "change"
    BANK = "bank"
    COUNTER = "counter"


OWN = frozenset({Channel.PORTAL, Channel.MOBILE, Channel.CHANGE})
"""Where the citizen is signed in with us and asks for themselves: of these requests one is open at a time.

A request in any other channel leaves them alone: nobody at a bank or a counter ends what a citizen began.
"""


class RequestState(StrEnum):
    """Where a request to connect a number stands."""

    AUTHORISED = "authorised"
    CODE_SENT = "code sent"
    NUMBER_CONFIRMED = "number confirmed"
    RECOGNISED = "person recognised"
    CONNECTED = "connected"
    REFUSED = "refused"
    EXPIRED = "expired"
    REPLACED = "replaced"
    # At the counter only:
    OPENED = "opened"
    FORM_SIGNED = "form signed"
    ENTRY_REFUSED = "entry refused"
    CODE_SET_ASIDE = "code set aside"
    COUNTERSIGNED = "countersigned"


class Actor(StrEnum):
    SUBSCRIBER = "subscriber"
    PORTAL = "portal"
    WORKER = "worker"
    SECOND_WORKER = "second worker"


class Proof(StrEnum):
    """What a step shows that no word of the citizen's, or of a thief's, could."""

    PHONE = "phone"
    """The one-time password that was sent to the number, typed in."""
    CERTIFICATE = "certificate"
    """The citizen's electronic signature over the text of the request."""
    BIOMETRICS = "biometrics"
    """The citizen was recognised by unchanging features (PH-2.3)."""
    IN_PERSON = "in person"
    """An official has the citizen and their document before them, and signs with the official's own key."""
    TWO_PEOPLE = "two people"
    """Two officials answer for it, each with their own signature."""
