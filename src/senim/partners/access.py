"""Who may enter: ``@needs(purpose)`` in front of every view but the token endpoint and what describes it.

The view is given the system that asks; its purposes are those of the token.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.encoding import escape_uri_path

from senim.accounts.systems import jose, refusals, tokens
from senim.accounts.systems.process import Purpose
from senim.accounts.systems.proofs import PartnerRequest
from senim.accounts.systems.standing import AdmittedSystem
from senim.errors import Refused
from senim.pages.failures import problem
from senim.settings import settings

View = Callable[..., HttpResponseBase]
SCHEME = "DPoP"
NEVER_KEPT = {"Cache-Control": "no-store"}
ANSWERS: tuple[tuple[tuple[type[Refused], ...], int, str], ...] = (
    ((refusals.TokenInvalid,), 401, "invalid_token"),
    (
        (refusals.ProofInvalid, refusals.ProofStale, refusals.ProofReplayed, refusals.ProofOfAnotherRequest),
        401,
        "invalid_dpop_proof",
    ),
    ((refusals.PurposeNotAdmitted,), 403, "insufficient_scope"),
    ((refusals.NotAdmitted,), 403, "access_denied"),
    ((refusals.TooManyRequests,), 429, "slow_down"),
)
"""Refusals of the door, their status, and what RFC 6750 and RFC 9449 call them."""


def needs(*purposes: Purpose) -> Callable[[View], View]:
    """Let in only an admitted system with a token for one of these purposes; none named: with any token."""

    def guard(view: View) -> View:
        @wraps(view)
        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, _system(request, purposes), *args, **kwargs)
            except refusals.AdmissionRefused as refusal:
                return _refused(refusal, purposes)

        handle.needs = purposes  # type: ignore[attr-defined]
        return handle

    return guard


def _system(request: HttpRequest, purposes: Sequence[Purpose]) -> AdmittedSystem:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower() or not token:
        raise refusals.TokenInvalid
    return tokens.system_with(
        token=token,
        proof=request.headers.get(SCHEME, ""),
        request=as_sent(request),
        purposes=purposes,
        at=timezone.now(),
    )


def as_sent(request: HttpRequest) -> PartnerRequest:
    """The request under the address the world knows, whatever a proxy made of it."""
    address = f"{settings.partners_origin}{escape_uri_path(request.path)}"
    return PartnerRequest(request.method or "", address, request.body)


def answer_to(
    refusal: Refused, answers: tuple[tuple[tuple[type[Refused], ...], int, str], ...]
) -> tuple[int, str]:
    """Status and error of this refusal."""
    return next((status, error) for kinds, status, error in answers if isinstance(refusal, kinds))


def _refused(refusal: Refused, purposes: Sequence[Purpose]) -> HttpResponse:
    status, error = answer_to(refusal, ANSWERS)
    return problem(
        status,
        refusal.text_id(),
        str(refusal.reason),
        error=error,
        next_step=str(refusal.next_step),
        clause=refusal.clause,
        headers=_headers(refusal, status, error, purposes),
    )


def _headers(refusal: Refused, status: int, error: str, purposes: Sequence[Purpose]) -> dict[str, str]:
    if isinstance(refusal, refusals.TooManyRequests):
        return {"Retry-After": str(refusal.retry_after_seconds)}
    said = f'{SCHEME} error="{error}", algs="{" ".join(jose.ALLOWED)}"'
    if error == "insufficient_scope" and purposes:
        said += f', scope="{" ".join(purposes)}"'
    return {"WWW-Authenticate": said} if status in {401, 403} else {}
