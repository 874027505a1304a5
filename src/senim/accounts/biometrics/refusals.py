"""Why somebody was not identified. What the person reads never tells a forger which check caught them."""

from typing import ClassVar

from senim.errors import Refused, Unavailable


class BiometricRefused(Refused):
    """The person was not identified by this assertion."""

    clause: ClassVar[str] = "PH-9"


class NotRecognised(BiometricRefused):
    """The service was not sure enough: nobody alive before the camera, or not the face of the registry."""


class NotBiometric(BiometricRefused):
    """Something else than the person was recognised: a device's lock, a pattern, a voice."""

    clause: ClassVar[str] = "PH-2.3"


class AssertionForged(BiometricRefused):
    """Not words of the service to us. ``problem`` is for the log, not for the page."""

    def __init__(self, problem: str = "") -> None:
        super().__init__()
        self.problem = problem


class AssertionStale(BiometricRefused):
    """Too old, from the future, or from outside the time of its session."""


class AssertionReplayed(BiometricRefused):
    """The session was judged before; an assertion is good once."""


class AssertionOfSomebodyElse(BiometricRefused):
    """The service recognised somebody, but not the person in question."""


class AssertionForSomethingElse(BiometricRefused):
    """For another purpose, operation or session."""


class NotFinished(BiometricRefused):
    """The person has not been looked at yet, or their device did not come back from the service itself."""


class TooManyChecks(BiometricRefused):
    """Too many sessions for one person within the hour: nobody may try faces until one fits."""


class WayBackNotAgreed(Refused):
    """The service sends nobody to this address: it is of no origin that was agreed with it."""

    clause: ClassVar[str] = "PH-2.3"


class ServiceAway(Unavailable):
    """The remote identification service does not answer, or not so that one could use it."""

    clause: ClassVar[str] = "PH-2.3"


class ServiceNotAgreed(Refused):
    """This instance has no agreement with a remote identification service."""

    clause: ClassVar[str] = "PH-2.3"


SOMEBODY_ELSE = (NotRecognised, AssertionOfSomebodyElse, NotBiometric)
"""Somebody was looked at and is not this person: that ends a request. What else is wrong with an assertion is
the fault of whoever brings it.
"""
