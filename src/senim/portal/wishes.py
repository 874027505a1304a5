"""What is asked to be revoked, between its pages: sealed, it goes to the browser and comes back signed."""

from django.core import signing

from senim.enrolment.revocation import Wish

SALT, SECONDS = "senim.portal.wishes", 3600


def sealed(wish: Wish, **bound: str) -> str:
    """``bound`` is whom the page was drawn for."""
    return signing.dumps({**wish.as_json(), "bound": bound}, salt=SALT, compress=True)


def unsealed(token: str, **bound: str) -> Wish | None:
    """None for a page that stood open too long, or was drawn for somebody else."""
    try:
        facts = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return Wish.from_json(facts) if facts["bound"] == bound else None
