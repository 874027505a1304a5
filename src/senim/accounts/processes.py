"""Every table by which a number is connected or changed, and that of "this was not me", with their words."""

from senim.accounts.counter import RULE
from senim.accounts.freezing.process import CASE
from senim.accounts.process import TABLES
from senim.accounts.states import Channel, RequestState
from senim.process import Explained

RULE_OF_2024 = "subscriber_number_2024"
SLUGS = {
    Channel.PORTAL: "number-portal",
    Channel.MOBILE: "number-app",
    Channel.BANK: "number-bank",
    Channel.COUNTER: "number-counter",
    Channel.CHANGE: "number-change",
}


def _explained(channel: Channel) -> Explained:
    return Explained(
        SLUGS[channel],
        TABLES[channel],
        "accounts",
        rule=RULE if channel is Channel.COUNTER else RULE_OF_2024,
        aside=frozenset({RequestState.EXPIRED, RequestState.REPLACED}),
    )


PROCESSES = (*map(_explained, SLUGS), Explained("not-me", CASE, "accounts"))
