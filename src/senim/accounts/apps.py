"""Accounts as Django knows them."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class Accounts(AppConfig):
    name = "senim.accounts"

    def ready(self) -> None:
        """Sign-ins are on record in the journal and among the attempts. Django would write one more row, with
        a commit of its own, for a time that nobody reads."""
        user_logged_in.disconnect(dispatch_uid="update_last_login")
