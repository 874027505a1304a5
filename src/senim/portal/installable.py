"""The portal as an app on a phone: manifest, service worker, and the page shown without a connection."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

from senim.pages.routes import Kind, Route, Who
from senim.texts import LANGUAGES, language, say

MANIFEST_TYPE = "application/manifest+json"
_SIZES = (192, 512)
_STATIC = "static/senim"


def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """One app whatever the language (``id``); its name and first page follow the reader's."""
    body = {
        "id": "/",
        "scope": "/",
        "start_url": reverse("app"),
        "name": say("portal.app.name"),
        "short_name": say("pages.brand"),
        "description": say("portal.app.description"),
        "lang": language(),
        "display": "standalone",
        "background_color": "#f2f8fa",
        "theme_color": "#06343c",
        "icons": [*_icons("any"), *_icons("maskable")],
        "shortcuts": _shortcuts(),
    }
    return JsonResponse(body, content_type=MANIFEST_TYPE, headers={"Cache-Control": "max-age=3600"})


def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The service worker, at the root because it may only serve what lies below its own address."""
    script = files("senim.pages").joinpath(_STATIC, "js", "worker.js").read_bytes()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the service worker and shown when the network is away."""
    return render(request, "portal/installable/offline.html")


def worker_address() -> str:
    """The worker's address names its release and the offline pages it keeps (browser/README.md)."""
    pages = [("page", f"/{code}/offline/") for code in LANGUAGES]
    return f"/worker.js?{urlencode([('release', _release()), *pages])}"


@cache
def _release() -> str:
    """Changes whenever a file of the shell changes, so that phones fetch the new one."""
    digest = hashlib.sha256()
    for root in (
        files("senim.pages").joinpath(_STATIC),
        files("senim.portal").joinpath("templates/portal/installable"),
    ):
        for file in _all_files(root):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _all_files(folder: Traversable) -> list[Traversable]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        found += _all_files(entry) if entry.is_dir() else [entry]
    return found


def _icons(purpose: str) -> list[dict[str, str]]:
    name = "icon" if purpose == "any" else "maskable"
    return [
        {
            "src": static(f"senim/icons/{name}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in _SIZES
    ]


def _shortcuts() -> list[dict[str, str]]:
    places = (("portal.nav.documents", "documents"), ("portal.home.tile.view", "view-enter"))
    return [{"name": say(text), "url": reverse(route)} for text, route in places]


ROUTES = [
    Route("manifest.webmanifest", manifest, Who.ANYONE, "manifest", Kind.FILE),
    Route("offline/", offline, Who.ANYONE, "offline"),
]
ROUTES_WITHOUT_LANGUAGE = [Route("worker.js", worker, Who.ANYONE, "worker", Kind.FILE)]
