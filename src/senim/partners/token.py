"""The token endpoint: client credentials (RFC 6749 §4.4), ``private_key_jwt`` (RFC 7523), DPoP (RFC 9449)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.systems import refusals, tokens
from senim.accounts.systems.proofs import PartnerRequest
from senim.pages.routes import Kind, Route, Who
from senim.partners.access import SCHEME, answer_to, as_sent
from senim.settings import settings
from senim.texts import language

PATH = "oauth/token"
FORM = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT_TYPE = "client_credentials"
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
ANSWERS = (
    (
        (
            refusals.ClientNotRecognised,
            refusals.ClientAssertionForAnother,
            refusals.ClientAssertionStale,
            refusals.ClientAssertionReplayed,
        ),
        401,
        "invalid_client",
    ),
    (
        (refusals.ProofInvalid, refusals.ProofStale, refusals.ProofReplayed, refusals.ProofOfAnotherRequest),
        400,
        "invalid_dpop_proof",
    ),
    ((refusals.PurposeNotAdmitted,), 400, "invalid_scope"),
    ((refusals.NotAdmitted,), 400, "unauthorized_client"),
    ((refusals.TooManyRequests,), 429, "slow_down"),
)


def endpoint() -> str:
    return f"{settings.partners_origin}/{PATH}"


@require_POST
def token(request: HttpRequest) -> HttpResponse:
    if request.content_type != FORM or request.GET:
        return _wrong("invalid_request", f"the parameters go into the body, as {FORM}")
    if request.POST.get("grant_type") != GRANT_TYPE:
        return _wrong("unsupported_grant_type", f"grant_type is {GRANT_TYPE}")
    if request.POST.get("client_assertion_type") != ASSERTION_TYPE:
        return _wrong("invalid_request", f"client_assertion_type is {ASSERTION_TYPE}")
    if any(len(request.POST.getlist(name)) != 1 for name in request.POST):
        return _wrong("invalid_request", "a parameter is given twice")
    try:
        issued = _issued(request, as_sent(request))
    except refusals.AdmissionRefused as refusal:
        return _refused(refusal)
    return JsonResponse(
        {
            "access_token": issued.token,
            "token_type": SCHEME,
            "expires_in": int(issued.expires_in.total_seconds()),
            "scope": " ".join(issued.purposes),
        },
        headers=NEVER_KEPT,
    )


def _issued(request: HttpRequest, sent: PartnerRequest) -> tokens.Issued:
    return tokens.issue(
        assertion=request.POST.get("client_assertion", ""),
        proof=request.headers.get(SCHEME, ""),
        scope=request.POST.get("scope", ""),
        request=sent,
        audiences=frozenset({settings.partners_origin, endpoint()}),
        at=timezone.now(),
    )


def _wrong(error: str, description: str) -> HttpResponse:
    """What a program wrote wrongly is told to its author, in English, as RFC 6749 §5.2 wants it."""
    return JsonResponse({"error": error, "error_description": description}, status=400, headers=NEVER_KEPT)


def _refused(refusal: refusals.AdmissionRefused) -> HttpResponse:
    """RFC 6749 §5.2 with the members of a problem document: ``error_description`` may only be ASCII."""
    status, error = answer_to(refusal, ANSWERS)
    headers = dict(NEVER_KEPT)
    if isinstance(refusal, refusals.TooManyRequests):
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    body = {
        "error": error,
        "error_description": refusal.reason.in_language("en"),
        "type": f"/problems/{refusal.text_id()}",
        "title": str(refusal.reason),
        "status": status,
        "next_step": str(refusal.next_step),
        "clause": refusal.clause,
        "language": language(),
    }
    return JsonResponse(body, status=status, headers=headers)


ROUTES = [Route(PATH, token, Who.ANYONE, "token", Kind.DATA)]
