"""Every address of the partners' door. Each noun's module holds its own lines."""

from senim.pages.routes import Route
from senim.partners import documents, me, metadata, openapi, subscriber_numbers, token

ROUTES: list[Route] = [
    *token.ROUTES,
    *metadata.ROUTES,
    *openapi.ROUTES,
    *me.ROUTES,
    *documents.ROUTES,
    *subscriber_numbers.ROUTES,
]
