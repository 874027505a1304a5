"""Words for templates: a text id is said, everything else is shown as it is, and all of it is escaped."""

from django.utils.functional import lazy
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from senim.texts import catalogue, say


def words(value: object) -> str:
    """Words to show, from a text id, a ``Text`` or a plain string. Safe strings stay safe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return say(value) if value in catalogue() else value
    return str(value)


def said(text_id: str, /, **facts: object) -> SafeString:
    """The text as HTML. Facts are escaped unless they are safe HTML themselves, such as ``<time>``."""
    if not any(isinstance(fact, SafeString) for fact in facts.values()):
        return escape(say(text_id, **facts))
    # Our own texts hold no markup (tests/pages/test_texts.py), so only the facts need escaping here.
    return mark_safe(say(text_id, **{name: _escaped(fact) for name, fact in facts.items()}))  # noqa: S308


def _escaped(fact: object) -> object:
    return fact if isinstance(fact, int | SafeString) else conditional_escape(str(fact))


later = lazy(say, str)
"""``later(text_id, **facts)``: the text, said when the form that holds it is drawn."""
