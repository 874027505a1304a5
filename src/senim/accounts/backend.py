"""Django's way to find the account of a session. Nobody authenticates here; the sign-in modules do that."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from senim.accounts.models import Account


class BySignIn(BaseBackend):
    """Gives the account of a session that ``accounts.sessions`` opened."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Always nobody: passwords are tried in ``password_sign_in`` alone, where guesses are counted."""

    def get_user(self, user_id: Any) -> Account | None:
        return Account.objects.filter(pk=user_id).first()
