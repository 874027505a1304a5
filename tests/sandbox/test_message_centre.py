"""The message centre, spoken to by an SMPP library that others wrote."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosmpplib
import pytest
from aiosmpplib import ESME, NPI, TON, BindMode, DeliverSm, PhoneNumber, SubmitSm, SubmitSmResp
from aiosmpplib.hook import AbstractHook
from tests.loops import run
from tests.world import RunningWorld

NUMBER = "+77015550101"
KAZAKH = "Сенім: растау коды 482913. Ешкімге айтпаңыз, әңгүұқөһі"


class Heard(AbstractHook):
    """Keeps what the library received."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.errors: list[Exception] = []

    async def sending(self, smpp_message: Any, pdu: bytes, client_id: str) -> None:
        pass

    async def received(self, smpp_message: Any, pdu: bytes, client_id: str) -> None:
        self.messages.append(smpp_message)

    async def send_error(self, smpp_message: Any, error: Exception, client_id: str) -> None:
        self.errors.append(error)

    def answers(self) -> list[SubmitSmResp]:
        return [one for one in self.messages if isinstance(one, SubmitSmResp)]

    def delivered(self) -> list[DeliverSm]:
        return [one for one in self.messages if isinstance(one, DeliverSm)]


def a_message(text: str = KAZAKH, to: str = NUMBER, **facts: Any) -> SubmitSm:
    return SubmitSm(
        short_message=text,
        source=PhoneNumber("1414", TON.NETWORK_SPECIFIC, NPI.ISDN),
        destination=PhoneNumber(to.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN),
        log_id="one",
        **{"encoding": "ucs2", **facts},
    )


def talk(
    world: RunningWorld,
    *messages: SubmitSm,
    until: Callable[[Heard], bool] = lambda heard: bool(heard.answers()),
    mode: BindMode = BindMode.TRANSCEIVER,
) -> Heard:
    """Bind, hand over the messages, listen until the condition holds, unbind."""
    return run(_talk(world, messages, until, mode))


def _address(world: RunningWorld) -> tuple[str, int, str, str]:
    return "127.0.0.1", world.configuration.smsc_port, "senim", world.configuration.secret("smsc")


async def _talk(
    world: RunningWorld, messages: tuple[SubmitSm, ...], until: Callable[[Heard], bool], mode: BindMode
) -> Heard:
    heard = Heard()
    esme = ESME(
        "127.0.0.1",
        world.configuration.smsc_port,
        "senim",
        world.configuration.secret("smsc"),
        bind_mode=mode,
        hook=heard,
    )
    for message in messages:
        await esme.broker.enqueue(message)
    running = asyncio.create_task(esme.start())
    try:
        async with asyncio.timeout(10):
            while not until(heard):  # noqa: ASYNC110 - the library calls back, it sets no event
                await asyncio.sleep(0.02)
    finally:
        await esme.stop()
        await running
    return heard


def test_a_kazakh_message_reaches_its_phone_letter_by_letter(world: RunningWorld) -> None:
    (answer,) = talk(world, a_message()).answers()
    message = world.wait_for_message(NUMBER)
    assert (message.text, message.peer, message.id) == (KAZAKH, "1414", answer.message_id)


@pytest.mark.parametrize("text", ["Code 4829 {50 €} [x|y] ~^\\", "Ñandù Ä@Ω£"])
def test_the_default_alphabet_arrives_with_its_extension(world: RunningWorld, text: str) -> None:
    talk(world, a_message(text, encoding="gsm0338"))
    assert world.wait_for_message(NUMBER).text == text


LONG = KAZAKH * 9


@pytest.mark.parametrize(
    "facts",
    [
        {"auto_message_payload": True},
        {"auto_message_payload": False, "esm_class": 0x40},
    ],
    ids=["message_payload", "user data header"],
)
def test_a_long_message_arrives_whole_whichever_way_it_is_cut(
    world: RunningWorld, facts: dict[str, Any]
) -> None:
    talk(world, a_message(LONG, **facts))
    assert world.wait_for_message(NUMBER).text == LONG
    assert len(world.messages(NUMBER)) == 1


def test_a_receipt_tells_that_the_message_was_delivered(world: RunningWorld) -> None:
    heard = talk(world, a_message(registered_delivery=1), until=lambda heard: bool(heard.delivered()))
    (receipt,) = heard.delivered()
    told = receipt.parse_receipt()
    assert receipt.is_receipt()
    assert (told["stat"], told["id"]) == ("DELIVRD", heard.answers()[0].message_id)


def test_no_receipt_comes_unasked(world: RunningWorld) -> None:
    heard = talk(
        world,
        a_message(registered_delivery=0),
        a_message(registered_delivery=1),
        until=lambda heard: len(heard.answers()) == 2 and bool(heard.delivered()),
    )
    (receipt,) = heard.delivered()
    assert receipt.parse_receipt()["id"] == heard.answers()[1].message_id


def test_a_message_waits_for_a_phone_that_is_off(world: RunningWorld) -> None:
    world.switch(NUMBER, on=False)
    talk(world, a_message())
    assert world.messages(NUMBER) == []
    world.switch(NUMBER, on=True)
    assert world.wait_for_message(NUMBER).text == KAZAKH


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_a_message_past_its_validity_is_dropped_and_the_sender_told(
    world: RunningWorld, absolute: bool
) -> None:
    validity = datetime.now(UTC) + timedelta(seconds=2) if absolute else timedelta(seconds=1)
    world.switch(NUMBER, on=False)
    heard = talk(
        world,
        a_message(validity_period=validity, registered_delivery=1),
        until=lambda heard: bool(heard.delivered()),
    )
    assert heard.delivered()[0].parse_receipt()["stat"] == "EXPIRED"
    world.switch(NUMBER, on=True)
    assert world.messages(NUMBER) == []


def test_a_number_that_cannot_exist_here_is_refused(world: RunningWorld) -> None:
    (answer,) = talk(world, a_message(to="+4420794600")).answers()
    assert answer.command_status is aiosmpplib.SmppCommandStatus.ESME_RINVDSTADR


def test_a_throttled_centre_says_so_and_delivers_nothing(world: RunningWorld) -> None:
    world.fault("sms", "throttled")
    (answer,) = talk(world, a_message()).answers()
    assert answer.command_status is aiosmpplib.SmppCommandStatus.ESME_RTHROTTLED
    assert world.messages(NUMBER) == []


def test_a_centre_that_is_down_takes_no_connection(world: RunningWorld) -> None:
    world.fault("sms", "down")
    esme = ESME(*_address(world))
    with pytest.raises((OSError, EOFError, aiosmpplib.SmppError)):
        run(asyncio.wait_for(esme.connect(), 5))


def test_a_slow_centre_answers_later(world: RunningWorld) -> None:
    world.fault("sms", "slow", seconds=0.5)
    asked = datetime.now(UTC)
    talk(world, a_message())
    assert datetime.now(UTC) - asked >= timedelta(seconds=0.5)


@pytest.mark.parametrize("text", ["Balance?", "Шотым қанша?"])
def test_what_a_person_writes_reaches_the_bound_receiver(world: RunningWorld, text: str) -> None:
    world.write(NUMBER, to="1414", text=text)
    heard = talk(world, until=lambda heard: bool(heard.delivered()), mode=BindMode.RECEIVER)
    (message,) = heard.delivered()
    assert (message.short_message, message.source.number) == (text, NUMBER.removeprefix("+"))
    assert message.destination.number == "1414"
    assert world.messages(NUMBER)[0].direction == "out"
