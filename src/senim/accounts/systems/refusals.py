"""Why a system is not admitted, not let in, or not let do what it asks."""

from typing import ClassVar

from senim.errors import NotFound, Refused


class AdmissionRefused(Refused):
    clause: ClassVar[str] = "DD-4a"


# Asked for and decided


class PrivateKeyGiven(AdmissionRefused):
    """The set of keys holds a private or a shared one: whoever sent it has given it away."""


class KeysUnusable(AdmissionRefused):
    """Not a JWK set of signing keys we take; ``why`` says what is wrong."""


class OrganisationLiquidated(AdmissionRefused):
    """The state database says that this legal entity is no more."""


class ApplicationNotSigned(AdmissionRefused):
    """No valid signature of this text; ``why`` is validation's."""


class NotTheRepresentative(AdmissionRefused):
    """Signed by somebody else, for another organisation, or in a role that may not."""


class SystemAppliedAlready(AdmissionRefused):
    """An application of this organisation for this system waits, or the system is admitted."""


class DecisionNotSigned(AdmissionRefused):
    """No valid signature of the decision by this official; ``why`` is validation's."""


class NotAnOfficial(AdmissionRefused):
    """Whoever decides is no official of the authorised body, or no longer."""


class BeyondTheApplication(AdmissionRefused):
    """More than was asked for, or nothing at all."""


class OnlyForBanks(AdmissionRefused):
    """Subscriber numbers are compared by second-tier banks."""

    clause: ClassVar[str] = "PH-7a"


class ExpiryInThePast(AdmissionRefused):
    pass


class ReasonUnclear(AdmissionRefused):
    """A refusal or a suspension without a reason is none."""


class SystemUnknown(NotFound):
    clause: ClassVar[str] = "DD-4a"


class SystemApplicationUnknown(NotFound):
    clause: ClassVar[str] = "DD-4a"


# At the partners' door


class ClientNotRecognised(AdmissionRefused):
    """No such system, or not its key: the answer is the same."""


class ClientAssertionForAnother(AdmissionRefused):
    """Made for another server (RFC 7523 §3, aud)."""


class ClientAssertionStale(AdmissionRefused):
    """Run out, not yet begun, or meant to live longer than an assertion may."""


class ClientAssertionReplayed(AdmissionRefused):
    """This ``jti`` was used before."""


class ProofInvalid(AdmissionRefused):
    """No DPoP proof, or not by the key it has to be by (RFC 9449 §4.3)."""


class ProofStale(AdmissionRefused):
    pass


class ProofReplayed(AdmissionRefused):
    pass


class ProofOfAnotherRequest(AdmissionRefused):
    """Made for another method, address, body or token."""


class TokenInvalid(AdmissionRefused):
    """Unknown, run out, or from before the system was suspended or its keys changed."""


class NotAdmitted(AdmissionRefused):
    """No decision of the authorised body lets this system in today."""


class SystemSuspended(NotAdmitted):
    pass


class PurposeNotAdmitted(AdmissionRefused):
    """The decision or the token does not name this purpose."""

    clause: ClassVar[str] = "DD-4b"


class KindNotAdmitted(PurposeNotAdmitted):
    """The decision does not name this kind of document."""


class TooManyRequests(AdmissionRefused):
    retry_after_seconds: ClassVar[int] = 60
