"""What somebody reads on a paper."""

import io

from pypdf import PdfReader


def words_on(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join("".join(page.extract_text() for page in pages).split())
