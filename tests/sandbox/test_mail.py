"""The mail server keeps what it is given, once, and can be slow or down."""

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import RunningWorld

from senim_sandbox.mail import read_mail


def a_mail(message_id: str = "<1@senim>", to: str = "aigerim@mail.test") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "senim@localhost", to, "Өтінішіңіз тіркелді"
    mail["Message-ID"] = message_id
    mail.set_content("Сілтеме: http://localhost:8000/kk/orders/7. Сау болыңыз")
    return mail


def send(world: RunningWorld, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", world.configuration.smtp_port, timeout=5) as server:
        server.send_message(mail)


def test_a_mail_is_read_as_it_was_written(world: RunningWorld) -> None:
    send(world, a_mail(to="Aigerim@Mail.test"))
    mail = world.wait_for_mail("aigerim@mail.test")
    assert (mail.subject, mail.sender) == ("Өтінішіңіз тіркелді", "senim@localhost")
    assert mail.links == ["http://localhost:8000/kk/orders/7"]


def test_a_mail_sent_twice_is_kept_once(world: RunningWorld) -> None:
    send(world, a_mail())
    send(world, a_mail())
    send(world, a_mail("<2@senim>"))
    assert [mail.id for mail in world.mail("aigerim@mail.test")] == ["<2@senim>", "<1@senim>"]


def test_a_server_that_is_down_takes_no_mail(world: RunningWorld) -> None:
    world.fault("mail", "down")
    with pytest.raises(smtplib.SMTPException):
        send(world, a_mail())
    assert world.mail("aigerim@mail.test") == []


def test_a_slow_server_takes_its_time(world: RunningWorld) -> None:
    world.fault("mail", "slow", seconds=0.4)
    asked = datetime.now(UTC)
    send(world, a_mail())
    assert (datetime.now(UTC) - asked).total_seconds() >= 0.4
    assert len(world.mail("aigerim@mail.test")) == 1


def test_an_address_that_is_none_is_refused(world: RunningWorld) -> None:
    with smtplib.SMTP("127.0.0.1", world.configuration.smtp_port, timeout=5) as server:
        server.ehlo()
        server.mail("senim@localhost")
        assert server.rcpt("../../etc")[0] in {501, 550, 553}


@given(st.binary(max_size=2000))
def test_no_octets_surprise_the_reader_of_mail(octets: bytes) -> None:
    mail = read_mail(octets, to="a@b", at=datetime.now(UTC))
    assert mail.id
    assert isinstance(mail.text, str)
