"""A document as the card component draws it."""

from typing import Any

from senim.documents.display import Document
from senim.pages.encoded import encoded
from senim.texts import say


def as_card(document: Document) -> dict[str, Any]:
    portrait = encoded(document.portrait)
    return {
        "title": str(document.title),
        "country": say("portal.documents.country"),
        "label": f"{document.title}, {document.full_name}",
        "surname": document.surname,
        "names": " ".join(filter(None, (document.given_name, document.patronymic))),
        "number": document.number,
        "expires": document.expires,
        "portrait": f"data:image/png;base64,{portrait}" if portrait else "",
    }
