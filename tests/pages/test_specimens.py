"""The living page of components exists where people learn and test, and nowhere else."""

from dataclasses import replace

import pytest
from django.test import Client, override_settings

from senim.settings import settings

pytestmark = pytest.mark.django_db


def test_the_page_of_components_is_there_on_a_sandbox(client: Client) -> None:
    assert client.get("/kk/components/").status_code == 200


def test_in_production_there_is_no_such_page(client: Client) -> None:
    with override_settings(SENIM=replace(settings, mode="production")):
        assert client.get("/kk/components/").status_code == 404
