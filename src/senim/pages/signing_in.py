"""Signing in by electronic digital signature, at whichever door (PT-4.2): one form, two views."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from senim.accounts import sessions
from senim.accounts.sign_in import admit_anybody, challenge, sign_in, sign_out
from senim.errors import Refused, Unavailable
from senim.pages.failures import show_in
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature
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

    def routes(self) -> list[Route]:
        return [
            Route("sign-in/", self.sign_in, Who.ANYONE, "sign-in"),
            Route("sign-out/", require_POST(self.sign_out), Who.SIGNED_IN, "sign-out", Kind.ACTION),
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
            return self._page(request, form, status=503 if isinstance(refusal, Unavailable) else 409)
        return redirect(_next(request) or reverse(self.home))

    def sign_out(self, request: HttpRequest) -> HttpResponse:
        sign_out(account_id=sessions.whose(request), door=self.name, at=timezone.now())
        sessions.close_session(request)
        return redirect(self.left)

    def _open(self, request: HttpRequest, signature: bytes) -> None:
        at = timezone.now()
        signed_in = sign_in(
            challenge_id=request.POST.get("challenge", ""),
            signature=signature,
            door=self.name,
            browser=_browser(request),
            known=sessions.holder(request),
            at=at,
            admit=self.admit,
        )
        sessions.open_session(request, signed_in, at=at)

    def _page(self, request: HttpRequest, form: Signature, *, status: int = 200) -> HttpResponse:
        at = timezone.now()
        shown = challenge(door=self.name, browser=_browser(request), at=at)
        hidden = {"challenge": shown.id, "next": _next(request)}
        sheet = Sheet(shown.text, "auth", now=at, role=self.role, hidden=hidden)
        context = {"form": form, "sheet": sheet, "expires_at": shown.expires_at}
        return render(request, self.template, context, status=status)


def _browser(request: HttpRequest) -> str:
    """The CSRF secret: the one mark a browser has before anybody is signed in, unreadable to scripts."""
    get_token(request)
    return str(request.META["CSRF_COOKIE"])


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a path of our own or nowhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else ""
