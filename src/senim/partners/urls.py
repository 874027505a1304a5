"""Addresses of the partners' door. Languages are asked for by Accept-Language, not by address."""

from senim.pages import failures
from senim.pages.routes import urlpatterns as patterns_of
from senim.partners.routes import ROUTES

ONLY_DATA = True
"""Whatever fails here is told as data, too."""

urlpatterns = patterns_of(ROUTES)

handler400 = failures.bad_request
handler404 = failures.page_not_found
handler500 = failures.server_error
