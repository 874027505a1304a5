"""Check a signature or a certificate against a trust set, at a moment."""

from datetime import datetime

from senim.validation.report import Report
from senim.validation.trust import OURS, TrustSet


def check(*, cms: bytes, content: bytes | None, at: datetime, trust: TrustSet = OURS) -> Report:
    """Is this CMS a valid signature over ``content`` (None: attached) by a certificate of ``trust`` at ``at``?"""
    raise NotImplementedError


def check_certificate(der: bytes, *, at: datetime, trust: TrustSet = OURS) -> Report:
    """Is this certificate of ``trust`` and in force at ``at``?"""
    raise NotImplementedError
