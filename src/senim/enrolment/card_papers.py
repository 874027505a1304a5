"""What is printed at the desk for an issue onto an identity card: the application, the receipt."""

from senim.countries.kz import names, times
from senim.countries.kz.roles import HIMSELF, PROFILES
from senim.enrolment import addresses, numbers
from senim.enrolment.advance import ApplicationId
from senim.enrolment.card import certificates_of
from senim.enrolment.installation import spelled
from senim.enrolment.kinds import Kind
from senim.enrolment.models import Application, Passage
from senim.enrolment.process import Stage, Step
from senim.enrolment.receipts import NoReceipt, office_of
from senim.operators.standing import operator_by_id
from senim.papers import card_papers
from senim.texts import speaking

GROUP = 4


def application(*, application_id: ApplicationId) -> bytes:
    """CA-9.P7: to be signed, with its number and the fingerprints of both keys. Raises NoReceipt."""
    case, registered = _step(application_id, Step.REGISTER)
    with speaking(case.language):
        return card_papers.application(
            **_people(case),
            language=case.language,
            number=numbers.shown(case.number or ""),
            iin=case.iin,
            email=addresses.readable(case.email),
            fingerprints=(_grouped(case.sign_key_digest or b""), _grouped(case.auth_key_digest or b"")),
            at=registered.left_at,
        )


def receipt(*, application_id: ApplicationId) -> bytes:
    """CA-9.P10: which certificates are on the card. Raises NoReceipt before they are."""
    case, written = _step(application_id, Step.WRITE)
    by_profile = {facts.profile: facts for facts in certificates_of(application_id=application_id)}
    issued = {purpose: by_profile[profile] for purpose, profile in PROFILES[HIMSELF].items()}
    with speaking(case.language):
        return card_papers.receipt(
            **_people(case),
            language=case.language,
            number=numbers.shown(case.number or ""),
            certificates=[spelled(issued[purpose].serial_number) for purpose in ("sign", "auth")],
            until=times.day(issued["sign"].not_after),
            at=written.left_at,
        )


def _step(application_id: ApplicationId, action: Step) -> tuple[Application, Passage]:
    case = Application.objects.filter(id=application_id, kind=Kind.CARD).first()
    taken = case.passages.filter(action=action).first() if case else None
    if case is None or taken is None:
        raise NoReceipt
    return case, taken


def _people(case: Application) -> dict[str, str]:
    identified = case.passages.get(to_state=Stage.ACCEPTED)
    operator = operator_by_id(identified.operator_id) if identified.operator_id else None
    return {
        "applicant": names.in_full(case),
        "operator": operator.name if operator else "",
        "office": str(office_of(case, operator.office if operator else "")),
    }


def _grouped(digest: bytes | memoryview) -> str:
    """In groups of four, as the program's window has them."""
    digits = bytes(digest).hex()
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))
