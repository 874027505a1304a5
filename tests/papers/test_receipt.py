"""The receipt of accepted documents, as the applicant's reader and camera see it."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from senim.papers import receipt

AT = datetime(2026, 11, 21, 9, 47, tzinfo=UTC)
STATUS = "http://localhost:8000/kk/status/?number=20261184027"
KAZAKH_LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


def made(language: str = "kk", **other: object) -> bytes:
    facts = {
        "number": "2026-118-4027",
        "applicant": "Сәрсенова Айгерім Нұрланқызы",
        "papers": ["Жеке куәлік", "Қол қойылған өтініш"],
        "operator": "Оспанов Дәурен",
        "office": "Алматы, № 4 орталық",
        "status_url": STATUS,
        "at": AT,
    }
    return receipt(language=language, **(facts | other))


def text_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages)


def test_it_names_application_applicant_papers_operator_office_and_time() -> None:
    text = text_of(made())
    for fact in (
        "2026-118-4027",
        "Сәрсенова Айгерім Нұрланқызы",
        "Жеке куәлік",
        "Қол қойылған өтініш",
        "Оспанов Дәурен",
        "Алматы, № 4 орталық",
        "21.11.2026, 14:47",
    ):
        assert fact in text


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("kk", "Құжаттарды қабылдау туралы қолхат"),
        ("ru", "Расписка о приёме документов"),
        ("en", "Receipt for accepted documents"),
    ],
)
def test_it_speaks_the_applicants_language(language: str, title: str) -> None:
    pdf = made(language)
    assert title in text_of(pdf)
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == language


def test_every_kazakh_letter_comes_out() -> None:
    assert KAZAKH_LETTERS in text_of(made(applicant=KAZAKH_LETTERS))


def test_facts_are_text_and_never_markup() -> None:
    hostile = '#read("/etc/passwd") $x$ *a* <label> @ref'
    assert hostile in text_of(made(applicant=hostile))


def test_it_fits_one_page_with_ten_papers_and_is_tagged_for_screen_readers() -> None:
    reader = PdfReader(io.BytesIO(made(papers=[f"Құжат № {number}" for number in range(10)])))
    assert len(reader.pages) == 1
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_the_same_receipt_is_the_same_bytes() -> None:
    assert made() == made()
