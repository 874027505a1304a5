"""Signing in by electronic digital signature, at whichever door (PT-4.2): one form, two views.

A door that offers other ways beside it says where they are (``ways``); which of them it shows depends on the
page somebody is on the way to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from senim.accounts import sessions
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.sign_in import admit_anybody, challenge, sign_in, sign_out
from senim.errors import Refused
from senim.pages.failures import show_in, status_of
from senim.pages.routes import Capacity, Kind, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.visitors import browser_of, network_of
from senim.validation import Signer


@dataclass(frozen=True)
class SignInDoor:
    """A door's way in. ``home`` and ``left`` are routes for after signing in and out.

    ``role`` is the extended key usage its certificates carry, ``admit`` refuses whom the door does not know;
    refusals of ``final`` get a page of their own, since signing once more would not help.
    """

    name: str
    template: str
    home: str
    left: str
    role: str = ""
    admit: Callable[[Signer], None] = admit_anybody
    final: tuple[type[Refused], ...] = ()
    ways: Mapping[Method, str] = field(default_factory=dict)
    """Routes of other ways to sign in."""

    def routes(self) -> list[Route]:
        return [
            Route("sign-in/", self.sign_in, Who.ANYONE, "sign-in"),
            Route(
                "sign-out/",
                require_POST(self.sign_out),
                Who.SIGNED_IN,
                "sign-out",
                Kind.ACTION,
                capacity=Capacity.EITHER,
            ),
        ]

    def sign_in(self, request: HttpRequest) -> HttpResponse:
        """GET shows a fresh challenge; POST brings it back signed."""
        if request.method != "POST":
            return self._page(request, Signature())
        form = Signature(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            self._open(request, form.cleaned_data["signature"])
        except self.final:
            raise
        except Refused as refusal:
            show_in(form, refusal)
            return self._page(request, form, status=status_of(refusal))
        return redirect(next_of(request) or reverse(self.home))

    def sign_out(self, request: HttpRequest) -> HttpResponse:
        sign_out(account_id=sessions.whose(request), door=self.name, at=timezone.now())
        sessions.close_session(request)
        return redirect(self.left)

    def _open(self, request: HttpRequest, signature: bytes) -> None:
        at = timezone.now()
        welcomed = sign_in(
            challenge_id=request.POST.get("challenge", ""),
            signature=signature,
            door=self.name,
            browser=browser_of(request),
            known=sessions.holder(request),
            network=network_of(request),
            at=at,
            admit=self.admit,
        )
        sessions.open_session(request, welcomed, at=at)

    def _page(self, request: HttpRequest, form: Signature, *, status: int = 200) -> HttpResponse:
        at = timezone.now()
        shown = challenge(door=self.name, browser=browser_of(request), at=at)
        wanted = next_of(request)
        hidden = {"challenge": shown.id, "next": wanted}
        sheet = Sheet(shown.text, "auth", now=at, role=self.role, hidden=hidden)
        others = [(method, way) for method, way in self.ways.items() if method in ways_to(wanted, at=at)]
        context = {
            "form": form,
            "sheet": sheet,
            "expires_at": shown.expires_at,
            "ways": [(method, f"{reverse(way)}{query_of(wanted)}") for method, way in others],
            "stronger": sessions.holder(request) is not None and bool(wanted),
        }
        return render(request, self.template, context, status=status)


def ways_to(wanted: str, *, at: datetime) -> tuple[Method, ...]:
    """The methods that open the page of this address today."""
    try:
        route: Route | None = getattr(resolve(urlsplit(wanted).path).func, "route", None)
    except Resolver404:
        route = None
    return allowed(route.needs if route else ServiceClass.EVERYDAY, at=at)


def next_of(request: HttpRequest) -> str:
    """Where to go afterwards: a path of our own or nowhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else ""


def query_of(wanted: str) -> str:
    """Takes where to go afterwards along to another way of signing in."""
    return f"?{urlencode({'next': wanted})}" if wanted else ""
