"""What each person has to get from Senim: an order, signing in, connecting a phone, showing a document.

A word for each, in ``people.json``, so that a test can go through everybody.
"""

from datetime import date

from senim_sandbox.people import Person

ORDER = ("issued", "iin_unknown", "iin_annulled")
SIGN_IN = ("signed_in", "no_certificate")
PHONE = (
    "connected",
    "no_certificate",
    "no_document",
    "document_expired",
    "document_lost",
    "document_annulled",
)
DOCUMENT = ("shown", *PHONE[1:])


def outcomes(person: Person, on: date) -> dict[str, str]:
    """By the state of the registries on that day, once an operator has confirmed an order that was taken."""
    order = _order(person)
    has_certificate = order == "issued"
    identity = _document(person, on) if has_certificate else "no_certificate"
    return {
        "order": order,
        "sign_in": "signed_in" if has_certificate else "no_certificate",
        "phone": identity or "connected",
        "document": identity or "shown",
    }


def _order(person: Person) -> str:
    if not person.registered:
        return "iin_unknown"
    return "issued" if person.status == "active" else "iin_annulled"


def _document(person: Person, on: date) -> str:
    """Why the identity card does not serve; empty where it does."""
    if person.card is None:
        return "no_document"
    status = person.card.status(on)
    return "" if status == "valid" else f"document_{status}"
