"""``/.well-known/oauth-authorization-server`` (RFC 8414): what a client library reads to set itself up."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from senim.accounts.systems import jose
from senim.accounts.systems.process import Purpose
from senim.pages.routes import Kind, Route, Who
from senim.partners.token import GRANT_TYPE, endpoint
from senim.settings import settings


@require_http_methods(["GET"])
def metadata(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return JsonResponse(
        {
            "issuer": settings.partners_origin,
            "token_endpoint": endpoint(),
            "grant_types_supported": [GRANT_TYPE],
            "response_types_supported": [],
            "scopes_supported": [str(purpose) for purpose in Purpose],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(jose.ALLOWED),
            "dpop_signing_alg_values_supported": list(jose.ALLOWED),
            "service_documentation": f"{settings.partners_origin}/openapi.json",
        }
    )


ROUTES = [Route(".well-known/oauth-authorization-server", metadata, Who.ANYONE, "oauth-metadata", Kind.DATA)]
