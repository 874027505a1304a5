"""Every page and answer of the portal. Each noun's module holds its own lines."""

from senim.pages.routes import Route
from senim.portal import cabinet, documents, help, home, installable, journal, orders, phone, sign_in, viewing  # noqa: A004

ROUTES: list[Route] = [
    *home.ROUTES,
    *orders.ROUTES,
    *sign_in.ROUTES,
    *cabinet.ROUTES,
    *phone.ROUTES,
    *documents.ROUTES,
    *viewing.ROUTES,
    *help.ROUTES,
    *journal.ROUTES,
    *installable.ROUTES,
]
ROUTES_WITHOUT_LANGUAGE: list[Route] = [*installable.ROUTES_WITHOUT_LANGUAGE]
