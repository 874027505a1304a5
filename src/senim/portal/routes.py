"""Every page and answer of the portal. Each noun's module holds its own lines."""

from senim.pages import specimens
from senim.pages.routes import Route
from senim.portal import (
    app,
    cabinet,
    certificates,
    compromised,
    documents,
    help,  # noqa: A004
    home,
    installable,
    journal,
    orders,
    passkeys,
    phone,
    practice,
    processes,
    reading,
    reissue,
    revoked,
    revoking,
    security,
    sign_in,
    systems,
    viewing,
)

ROUTES: list[Route] = [
    *home.ROUTES,
    *orders.ROUTES,
    *reading.ROUTES,
    *practice.ROUTES,
    *processes.ROUTES,
    *revoked.ROUTES,
    *compromised.ROUTES,
    *sign_in.ROUTES,
    *cabinet.ROUTES,
    *security.ROUTES,
    *passkeys.ROUTES,
    *certificates.ROUTES,
    *revoking.ROUTES,
    *reissue.ROUTES,
    *phone.ROUTES,
    *app.ROUTES,
    *documents.ROUTES,
    *viewing.ROUTES,
    *systems.ROUTES,
    *help.ROUTES,
    *journal.ROUTES,
    *installable.ROUTES,
    *specimens.ROUTES,
]
ROUTES_WITHOUT_LANGUAGE: list[Route] = [*installable.ROUTES_WITHOUT_LANGUAGE]
