"""Biometric authentication: a remote identification service looks at the person, we judge what it asserts.

``begin`` opens a session at the service and says where the person's device goes; ``collect`` fetches the
service's signed assertion once the device is back; ``judge`` believes it or
refuses. What counts is the person's own unchanging feature: a device that somebody unlocked proves nothing
about who they are (decision 62). No picture and no template comes here, only scores. The protocol is in
docs/remote-identification.md. Clauses: PH-2.3, PH-9; for channels of PH-6.2 and PH-7b.
"""

from senim.accounts.biometrics.asking import Begun, Purpose, begin, collect, open_session
from senim.accounts.biometrics.judging import Proof, authentication_of, judge
from senim.accounts.biometrics.refusals import (
    SOMEBODY_ELSE,
    AssertionForged,
    AssertionForSomethingElse,
    AssertionOfSomebodyElse,
    AssertionReplayed,
    AssertionStale,
    BiometricRefused,
    NotBiometric,
    NotFinished,
    NotRecognised,
    ServiceAway,
    ServiceNotAgreed,
    TooManyChecks,
    WayBackNotAgreed,
)

__all__ = [
    "SOMEBODY_ELSE",
    "AssertionForSomethingElse",
    "AssertionForged",
    "AssertionOfSomebodyElse",
    "AssertionReplayed",
    "AssertionStale",
    "Begun",
    "BiometricRefused",
    "NotBiometric",
    "NotFinished",
    "NotRecognised",
    "Proof",
    "Purpose",
    "ServiceAway",
    "ServiceNotAgreed",
    "TooManyChecks",
    "WayBackNotAgreed",
    "authentication_of",
    "begin",
    "collect",
    "judge",
    "open_session",
]
