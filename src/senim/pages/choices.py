"""Fields in which one chooses."""

from collections.abc import Iterable
from typing import Any

from django import forms

from senim.pages.words import later


def offer(form: forms.Form, name: str, options: Iterable[Any]) -> None:
    """Fill in the choices of a field that are known only while a page is drawn."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = list(options)


def unchosen(text_id: str) -> dict[str, Any]:
    """Nothing chosen, or something that is not offered: one mistake, in the same words."""
    return dict.fromkeys(("required", "invalid_choice", "invalid_list"), later(text_id))
