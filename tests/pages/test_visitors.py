"""Limits on a network hold against a visitor who says to come from elsewhere."""

from dataclasses import replace

import pytest
from django.test import Client, RequestFactory

from senim.enrolment import attempts, numbers, status
from senim.pages import visitors
from senim.settings import settings
from senim.texts import speaking


def request(address: str, told: str = ""):
    more = {"HTTP_X_FORWARDED_FOR": told} if told else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **more)


@pytest.fixture
def behind_proxies(monkeypatch):
    believed = frozenset({"198.51.100.0/24", "2001:db8:aaaa::/48"})
    monkeypatch.setattr(visitors, "settings", replace(settings, trusted_proxies=believed))


def test_nobody_is_believed_by_default():
    assert settings.trusted_networks == ()
    assert visitors.network_of(request("203.0.113.7", "192.0.2.1")) == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("address", "told", "network"),
    [
        ("198.51.100.1", "192.0.2.1", "192.0.2.0/24"),
        ("198.51.100.1", "10.0.0.1, 192.0.2.1", "192.0.2.0/24"),
        ("198.51.100.1", "10.0.0.1, 192.0.2.1, 198.51.100.9", "192.0.2.0/24"),
        ("::ffff:198.51.100.1", "192.0.2.1", "192.0.2.0/24"),
        ("2001:db8:aaaa::1", "2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("198.51.100.1", "", "198.51.100.0/24"),
        ("198.51.100.1", "192.0.2.1, nonsense", "unknown"),
        ("203.0.113.7", "192.0.2.1", "203.0.113.0/24"),
    ],
)
def test_what_a_proxy_of_ours_says_is_believed_as_far_as_it_wrote_it(behind_proxies, address, told, network):
    assert visitors.network_of(request(address, told)) == network


def test_a_proxy_that_is_no_network_is_an_error_at_start():
    with pytest.raises(ValueError, match="198"):
        replace(settings, trusted_proxies=frozenset({"198.51.100.1/24"})).trusted_networks  # noqa: B018


@pytest.mark.django_db
def test_another_header_each_time_does_not_get_a_visitor_past_the_limit(monkeypatch):
    monkeypatch.setattr(status, "settings", replace(settings, status_checks_per_network_per_hour=3))
    browser, number = Client(), numbers.new()
    answers = [
        browser.post("/en/order/status/", {"number": number}, HTTP_X_FORWARDED_FOR=f"192.0.2.{one}")
        for one in range(5)
    ]
    with speaking("en"):
        too_many = str(attempts.TooManyTries().reason)
    assert [too_many in answer.content.decode() for answer in answers] == [False] * 3 + [True] * 2
