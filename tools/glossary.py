"""Write ``docs/glossary.md`` from ``docs/regulation/glossary.csv``: ``python -m tools.glossary``."""

import csv
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
HEAD = """# Glossary

The words of the regulations in three languages. Texts, code and documents use these and no others.
Written by `python -m tools.glossary` from `regulation/glossary.csv`.

| Қазақша | Русский | English |
|---|---|---|
"""


def glossary() -> str:
    with (DOCS / "regulation" / "glossary.csv").open(encoding="utf-8") as file:
        rows = [f"| {row['kk']} | {row['ru']} | {row['en']} |" for row in csv.DictReader(file)]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (DOCS / "glossary.md").write_text(glossary(), encoding="utf-8")
