"""The address in a QR, opened by a phone's own scanner and not by our page."""

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/D/7K3M92QFXW5TB4ZC6DJH8GN3RA", "/d/7K3M92QFXW5TB4ZC6DJH8GN3RA"])
def test_capitals_and_small_letters_lead_to_the_same_page_in_the_readers_language(path: str) -> None:
    answer = Client().get(path, headers={"accept-language": "ru"})
    assert answer.status_code == 302
    assert answer["Location"] == "/ru/d/7K3M92QFXW5TB4ZC6DJH8GN3RA"
