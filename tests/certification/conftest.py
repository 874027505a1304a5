"""An operator who may confirm orders, and what worker processes signed."""

import pytest


@pytest.fixture
def operator(authority):
    from tests.certification.ordering import DAUREN

    return authority.issue("operator_sign", **DAUREN)


@pytest.fixture
def signed_by_workers(tmp_path, monkeypatch):
    """A file with a line a signature, written by whichever worker made it before it does anything else."""
    from senim.certification import fulfilment
    from senim.certification.ledger import digest_of
    from senim.pki.certificates import tbs_of

    file, real = tmp_path / "signed", fulfilment.issue

    def issue(*arguments):
        der = real(*arguments)
        with file.open("a") as lines:
            lines.write(f"{digest_of(tbs_of(der)).hex()}\n")
        return der

    monkeypatch.setattr(fulfilment, "issue", issue)
    return file
