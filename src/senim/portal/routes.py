"""Every page and answer of the portal. Each noun's module holds its own lines."""

from senim.pages.routes import Route
from senim.portal import help, home  # noqa: A004

ROUTES: list[Route] = [
    *home.ROUTES,
    *help.ROUTES,
]
