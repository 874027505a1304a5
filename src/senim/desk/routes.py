"""Every page of the desk. Each noun's module holds its own lines."""

from senim.pages.routes import Route

ROUTES: list[Route] = []
