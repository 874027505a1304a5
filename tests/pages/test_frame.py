"""What every page of the portal carries, seen through its door."""

import re

import pytest
from django.test import Client

from senim.settings import settings
from senim.texts import LANGUAGES

pytestmark = pytest.mark.django_db

PAGES = ("", "help/", "accessibility/", "privacy/", "open-source/", "offline/")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_in_each_language(client: Client, code: str, path: str) -> None:
    page = client.get(f"/{code}/{path}")
    assert page.status_code == 200
    assert f'lang="{code}"' in page.content.decode()
    assert page.headers["Content-Language"] == code


def test_the_language_switch_keeps_the_page_and_the_question(client: Client) -> None:
    page = client.get("/kk/help/?from=mail&x=1").content.decode()
    assert 'href="/ru/help/?from=mail&amp;x=1" hreflang="ru"' in page
    assert 'href="/en/help/?from=mail&amp;x=1" hreflang="en"' in page


@pytest.mark.parametrize(
    ("headers", "cookie", "home"),
    [
        ({}, "", "/kk/"),
        ({"Accept-Language": "ru-KZ,ru;q=0.9"}, "", "/ru/"),
        ({"Accept-Language": "fr"}, "", "/kk/"),
        ({"Accept-Language": "ru"}, "en", "/en/"),
    ],
)
def test_the_bare_address_leads_to_the_readers_language(
    client: Client, headers: dict[str, str], cookie: str, home: str
) -> None:
    if cookie:
        client.cookies["senim_language"] = cookie
    assert client.get("/", headers=headers).headers["Location"] == home


def test_the_language_of_an_address_is_remembered(client: Client) -> None:
    client.get("/ru/")
    assert client.get("/").headers["Location"] == "/ru/"


def test_a_scanned_code_opens_in_the_readers_language(client: Client) -> None:
    answer = client.get("/d/AbC-12_x", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/d/AbC-12_x")


def test_no_page_may_run_or_load_anything_foreign(client: Client) -> None:
    page = client.get("/kk/")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';")
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_inline_script_or_style(client: Client, path: str) -> None:
    page = client.get(f"/kk/{path}").content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_strict_transport_is_promised_on_https_only(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/kk/").headers
    assert "max-age" in client.get("/kk/", secure=True).headers["Strict-Transport-Security"]


def test_pages_asked_for_by_number_move_to_the_name(client: Client) -> None:
    answer = client.get("/kk/help/?x=1", headers={"Host": f"127.0.0.1:{settings.portal_port}"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"http://localhost:{settings.portal_port}/kk/help/?x=1"


def test_health_answers_by_number_too(client: Client) -> None:
    answer = client.get("/healthz", headers={"Host": "127.0.0.1"})
    assert (answer.status_code, answer.json()["status"]) == (200, "pass")


def test_pages_are_compressed(client: Client) -> None:
    answer = client.get("/kk/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_the_footer_leads_to_every_page_about_the_portal(client: Client) -> None:
    page = client.get("/en/").content.decode()
    for place in ("help", "accessibility", "privacy", "open-source", "state"):
        assert f'href="/en/{place}/"' in page


def test_the_app_is_one_and_speaks_the_readers_language(client: Client) -> None:
    kazakh, russian = (client.get(f"/{code}/manifest.webmanifest").json() for code in ("kk", "ru"))
    assert kazakh["id"] == russian["id"] == "/"
    assert (kazakh["start_url"], russian["start_url"]) == ("/kk/app/", "/ru/app/")
    assert kazakh["name"] != russian["name"]
    assert {(icon["sizes"], icon["purpose"]) for icon in kazakh["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    }


def test_the_service_worker_may_serve_the_whole_portal_and_is_never_stale(client: Client) -> None:
    answer = client.get("/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    address = re.search(r'data-worker="([^"]+)"', client.get("/kk/").content.decode())
    assert address
    assert "page=%2Fkk%2Foffline%2F" in address[1]
