"""From the order to the installed certificate, each step through its door."""

import base64

import pytest
from cryptography import x509
from tests.ordering import applicant, desk_of, settle, text_of, value_of

from senim.enrolment.models import Application
from senim.enrolment.process import Stage

pytestmark = pytest.mark.django_db


def mail_links(mail) -> list[str]:
    return [link.split("localhost", 1)[-1].split("/", 1)[1] for link in mail.links]


@pytest.mark.clause("CA-6.P1", "CA-6.P2", "CA-6.C1", "CA-6.P4", "CA-6.P5", "CA-6.P6", "CA-6.C2", "CA-6.P8")
@pytest.mark.clause("CA-6.P9", "CA-6.C3", "CA-6.P11", "CA-A2.1", "CA-A2.2")
def test_a_citizen_orders_and_installs_a_certificate(world, authority, run_jobs):
    aigerim = applicant(world.person("aigerim"))
    operator = desk_of(world.person("dauren"), authority)
    number = aigerim.order()
    run_jobs()
    letter = world.wait_for_mail("aigerim@mail.test")
    assert number in letter.text.replace("\u00a0", "").replace(" ", "")

    operator.confirm(number)
    settle(authority)
    run_jobs()
    letter = world.wait_for_mail("aigerim@mail.test", 2)
    assert len(letter.links) == 1
    assert "BEGIN" not in letter.text
    assert "attachment" not in str(letter).lower()

    result = "/" + mail_links(letter)[0]
    page = aigerim.browser.get(result)
    assert page.status_code == 200, text_of(page)
    for name, key in (("data-sign", aigerim.sign_key), ("data-auth", aigerim.auth_key)):
        certificate = x509.load_der_x509_certificate(base64.b64decode(value_of(page, name)))
        assert certificate.public_key() == key.public_key()
    done = aigerim.browser.post(f"{result}installed/", {"installed": "file"})
    assert done.status_code == 302
    assert "Certificate installed successfully" in aigerim.status(number)
    assert Application.objects.get(number=number).state == Stage.INSTALLED
