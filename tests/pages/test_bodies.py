"""Large bodies are refused before anything is read, and links' secrets do not reach the log."""

import pytest
from django.test import Client

from senim.runtime.log import redact


@pytest.mark.parametrize("path", ["/kk/order/form/", "/kk/sign-in/", "/kk/no-such-page/"])
def test_a_body_no_page_of_ours_needs_is_refused_unread(db, path):
    answer = Client(enforce_csrf_checks=True).post(path, {"file": "x" * 300_000})
    assert answer.status_code == 413
    assert answer.headers["Content-Security-Policy"]
    assert "Жіберілген дерек тым үлкен" in answer.content.decode()


def test_a_length_that_is_no_number_is_refused(db):
    assert Client().post("/kk/order/form/", {}, CONTENT_LENGTH="many").status_code == 413


@pytest.mark.parametrize("place", ["order/mine", "order/result", "order/withdraw", "d", "D"])
def test_the_secret_of_a_link_is_not_logged(place):
    secret = "Zk3-q_7RWm1vYbN0xLcT"
    assert secret not in redact(f"Forbidden: /kk/{place}/{secret}/")
