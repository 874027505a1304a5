"""An operator who may confirm orders."""

import pytest


@pytest.fixture
def operator(authority):
    from tests.certification.ordering import DAUREN

    return authority.issue("operator_sign", **DAUREN)
