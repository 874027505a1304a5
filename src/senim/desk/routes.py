"""Every page of the desk. Each noun's module holds its own lines."""

from senim.desk import sign_in
from senim.pages.routes import Route

ROUTES: list[Route] = [*sign_in.ROUTES]
