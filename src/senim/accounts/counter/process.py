"""How a number is connected at the counter: order 58 of 25.01.2016 as amended by order 3 of 09.01.2019.

Its paragraphs 4 and 9 and the form of its annex; the table is theirs, row by row. What the order does not
print is marked ``own``. One worker connects a number whose holder typed the code; without the code, or where
one worker is not enough (``confirming.grounds_of``), a second one signs first.
"""

from senim.accounts.states import Actor, Proof, RequestState
from senim.process import ProcessTable, Row
from senim.settings import settings

OWN_OVERRIDE = "own: two people (decision 68)"
"""What one worker may not do alone."""
OWN_REFUSAL = "own: refused at counter (decision 68)"
OWN_STARTING_OVER = "own: replaced (decision 68)"
OWN_EXPIRY = "own: expired (decision 68)"

_S = RequestState
_CITIZEN, _PORTAL, _WORKER, _SECOND = Actor.SUBSCRIBER, Actor.PORTAL, Actor.WORKER, Actor.SECOND_WORKER
WITH_A_CODE = (_S.CODE_SENT, _S.ENTRY_REFUSED)
OPEN = (_S.OPENED, _S.FORM_SIGNED, *WITH_A_CODE, _S.NUMBER_CONFIRMED, _S.CODE_SET_ASIDE, _S.COUNTERSIGNED)
ENDS = (_S.CONNECTED, _S.REFUSED, _S.EXPIRED, _S.REPLACED)


def worker_may_correct(_: object) -> bool:
    """Order 58 names the worker, too, as one who corrects the entry; here a switch, off (decision 67)."""
    return settings.counter_worker_enters_code


NUMBER_AT_COUNTER = ProcessTable(
    name="subscriber number, State Corporation",
    start=_S.AUTHORISED,
    final=ENDS,
    rows=[
        Row("P19-F1", _S.AUTHORISED, "open", _WORKER, _S.OPENED),
        Row("P19-F4", _S.OPENED, "take_signed_form", _WORKER, _S.FORM_SIGNED),
        Row("P19-9a", _S.FORM_SIGNED, "get_code", _CITIZEN, _S.CODE_SENT),
        *(Row("P19-9a", state, "get_code_again", _CITIZEN, _S.CODE_SENT) for state in WITH_A_CODE),
        Row("P19-9a", _S.CODE_SENT, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED, proves=Proof.PHONE),
        *(Row("P19-9a", state, "refuse_entry", _PORTAL, _S.ENTRY_REFUSED) for state in WITH_A_CODE),
        Row("P19-9b", _S.ENTRY_REFUSED, "confirm_code", _CITIZEN, _S.NUMBER_CONFIRMED, proves=Proof.PHONE),
        Row(
            "P19-9b",
            _S.ENTRY_REFUSED,
            "confirm_code",
            _WORKER,
            _S.NUMBER_CONFIRMED,
            only_if=worker_may_correct,
            proves=Proof.PHONE,
        ),
        *(Row("P19-9a", state, "refuse_code", _PORTAL, _S.REFUSED) for state in WITH_A_CODE),
        Row("P19-4", _S.NUMBER_CONFIRMED, "connect", _WORKER, _S.CONNECTED, proves=Proof.IN_PERSON),
        *(Row(OWN_OVERRIDE, state, "set_code_aside", _WORKER, _S.CODE_SET_ASIDE) for state in WITH_A_CODE),
        *(
            Row(OWN_OVERRIDE, state, "countersign", _SECOND, _S.COUNTERSIGNED)
            for state in (_S.NUMBER_CONFIRMED, _S.CODE_SET_ASIDE)
        ),
        Row(OWN_OVERRIDE, _S.COUNTERSIGNED, "connect", _WORKER, _S.CONNECTED, proves=Proof.TWO_PEOPLE),
        *(Row(OWN_REFUSAL, state, "refuse", _WORKER, _S.REFUSED) for state in OPEN),
        *(Row(OWN_STARTING_OVER, state, "start_over", _CITIZEN, _S.REPLACED) for state in OPEN),
        *(Row(OWN_EXPIRY, state, "expire", _PORTAL, _S.EXPIRED) for state in OPEN),
    ],
)
