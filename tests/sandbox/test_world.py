"""The sandbox as a program: it starts, answers, and dies with its parent."""

import httpx
from tests.world import RunningWorld


def test_says_that_it_is_well(world: RunningWorld) -> None:
    assert httpx.get(f"{world.url}/healthz").status_code == 200


def test_a_mail_reaches_its_mailbox(world: RunningWorld) -> None:
    import smtplib
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "senim@localhost", "aigerim@mail.test", "Өтініш"
    mail["Message-ID"] = "<1@senim>"
    mail.set_content("Сілтеме: http://localhost:8000/kk/orders/7 сәлем")
    for _ in range(2):
        with smtplib.SMTP("127.0.0.1", world.configuration.smtp_port, timeout=5) as server:
            server.send_message(mail)
    (kept,) = world.mail("aigerim@mail.test")
    assert kept.subject == "Өтініш"
    assert kept.links == ["http://localhost:8000/kk/orders/7"]
