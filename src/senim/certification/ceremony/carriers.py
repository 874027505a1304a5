"""Certificates for keys that were made on somebody's carrier before there is anybody to order them."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from senim.certification import at_work
from senim.certification.ceremony.certify import Log, certificate_path, certify
from senim.certification.facts import SubjectFacts
from senim.pki.keys import PublicKey
from senim.settings import settings


def certify_for_carrier(
    keys: Mapping[str, PublicKey], *, facts: SubjectFacts, label: str, at: datetime
) -> list[Path]:
    """``keys`` by the profile each is for. Raises as opening the issuing key and ``certify`` do.

    The files' names say ``label`` and nobody's name: all processes may read them.
    """
    authority = at_work.opened(settings, passphrase=settings.secret("passphrase-authority"))
    labels = {profile: f"{label}-{profile.rpartition('_')[2]}-{secrets.token_hex(4)}" for profile in keys}
    for profile, key in keys.items():
        certify(
            authority,
            label=labels[profile],
            profile_name=profile,
            facts=facts,
            public_key=key,
            at=at,
            log=Log(),
        )
    return [certificate_path(one) for one in labels.values()]
