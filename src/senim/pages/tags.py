"""Template tags and filters, built in everywhere (no ``{% load %}``).

Words
    ``{% say "portal.home.title" name=x %}``: escaped, facts too. Wherever a component below takes *words*, it
    takes a text id, a ``Text`` or a plain string. ``{{ x|words }}`` does the same alone.

Forms
    ``{% error_summary form %}`` at the top of ``main``; then, within ``<form method="post" novalidate>`` and
    after ``{% csrf_token %}``, one line per field::

        {% field form.iin hint="portal.order.iin_hint" autocomplete="off" inputmode="numeric" width="20" %}

    The widget decides the markup: text, e-mail, tel, select (groups too), radios, checkbox, checkboxes,
    password (with a show button), textarea, hidden. Other arguments become attributes of the control
    (``data_x`` is ``data-x``). ``large=False`` makes the label light; radios take ``hints``, a mapping from
    value to words. The page's title says "Қате:" by itself where the context's ``form`` has errors.

    ``{% submit "portal.order.continue" %}`` (``tone="secondary"``, ``"stop"``, ``"gold"``; ``name= value=``)
    ``{% link_button "words" url tone="secondary" %}``
    ``{% post_button "words" url tone="stop" %}`` is a whole form of one button
    ``focus=True`` on either, and ``autofocus=True`` on a field, is for the one thing to do next at the desk
    Several of them stand in ``<div class="govuk-button-group">``.

    What must never reach the server has no name: ``{% local_password "p1" "words" hint="words"
    autocomplete="new-password" data_password=True %}``, ``{% local_file "f" "words" accept=".p12,.pfx"
    data_file=True %}``.

Boxes (block tags; titles are words)
    ``{% card "title" %}…{% endcard %}``
    ``{% alert title="…" tone="danger" icon_name="bell" %}…{% endalert %}``
    ``{% note "title" icon_name="lock" %}…{% endnote %}`` who asks; what stays on the device
    ``{% empty "words" %}…a link…{% endempty %}`` an empty state says what to do next
    ``{% details "summary" %}…{% enddetails %}``
    ``{% dialog "id" "title" %}…{% enddialog %}`` closed; scripts call ``showModal()``
    ``{% verdict True "title" %}…{% endverdict %}`` holds the page's h1

Lists
    ``{% summary %}{% row "key" value %}{% row "key" x num=True href=url action="words" %}{% endsummary %}``;
    ``{% summary long=True %}`` where keys are longer than values
    ``{% checks %}{% check "words" %}{% check "words" ok=False %}{% endchecks %}``
    ``{% tag "words" "ok" %}``: ok, wait, stop, idle; none means in progress
    ``{% include "senim/tasks.html" with tasks=… %}``: title, href, hint, tag, tone
    ``{% include "senim/line.html" with steps=… %}``: state (is-done is-run is-now is-late is-todo), title,
    at, note
    ``{% include "senim/document.html" with doc=… %}`` and ``senim/document_mini.html``: see those files
    ``{% recorded places "view" mark.view_id as proof %}`` its proof in the journal, to download;
    ``places`` is what ``journal.places.places_of`` returned
    ``{% signed_in step as how %}`` how whoever signed was signed in, of ``signed_steps.latest``
    ``<table class="senim-work">`` for wide tables: cells with ``data-l="label:"`` become cards on a phone

Time
    ``{{ at|moment }}`` 2031 жылғы 14 тамыз, 14:52 · ``{{ at|day }}`` · ``{{ at|hour }}`` 14:52 ·
    ``{{ at|lately }}`` Бүгін, 14:52 · ``{{ day|figures }}`` 14.08.2031
    ``{% time at form="lately" %}`` the same inside ``<time>``
    ``{% clock due now paused=False %}`` a deadline in words
    ``{% countdown until=at total=seconds label="words" note="words" soon="words" over="words" %}``
    ``{% step 2 4 %}`` step marker

Numbers
    ``{{ n|number }}``, ``{{ x|phone }}``, ``{{ x|masked_phone }}``, ``{{ x|iin }}``, ``{{ x|masked_iin }}``,
    ``{{ code|groups:3 }}``, ``{{ code|spelled }}`` for screen readers, ``{% short_code code %}`` the big code

Page
    ``{% script "keys" %}`` in block ``scripts``; ``{% back url "words" %}`` in block ``back``;
    ``{% icon "lock" %}``; ``{% sign "white" %}``; ``{% demonstrated "certificates_by_order_839" %}``
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from senim import rulebook
from senim.accounts.signed_steps import SignedIn
from senim.pages import fields, figures, icons, local_program, times
from senim.pages.words import said, words
from senim.settings import settings

register = template.Library()

for _module in (times, figures):
    for _name in _module.FILTERS:
        register.filter(_name, getattr(_module, _name))

register.simple_tag(said, name="say")
register.simple_tag(fields.field, name="field")
register.simple_tag(fields.local_password, name="local_password")
register.simple_tag(fields.local_file, name="local_file")
register.simple_tag(icons.icon, name="icon")
register.simple_tag(icons.sign, name="sign")
register.simple_tag(icons.verdict_sign, name="verdict_sign")
register.filter("words", words)


def _drawn(component: str, **context: Any) -> SafeString:
    return mark_safe(render_to_string(f"senim/{component}.html", context))  # noqa: S308


# Forms


@register.inclusion_tag("senim/error_summary.html")
def error_summary(form: BaseForm | None) -> dict[str, object]:
    if form is None or not form.errors:
        return {"errors": []}
    errors = [("", str(error)) for error in form.non_field_errors()]
    for bound in form:
        errors += [(fields.error_target(bound), str(error)) for error in bound.errors]
    return {"errors": errors, "count": len(errors), "to_mend": any(target for target, _ in errors)}


@register.inclusion_tag("senim/submit.html")
def submit(
    label: object, tone: str = "", name: str = "", value: str = "", flush: bool = False
) -> dict[str, object]:
    return {"label": words(label), "tone": _button(tone), "name": name, "value": value, "flush": flush}


@register.inclusion_tag("senim/link_button.html")
def link_button(label: object, href: str, tone: str = "", focus: bool = False) -> dict[str, object]:
    return {"label": words(label), "tone": _button(tone), "href": href, "focus": focus}


@register.simple_tag(takes_context=True)
def token_program(context: template.Context) -> str:
    """Where senim-token listens; the page may speak to it. For forms of sign.js and token.js."""
    return local_program.reach(context["request"])


@register.inclusion_tag("senim/post_button.html", takes_context=True)
def post_button(
    context: Context,
    label: object,
    action: str,
    tone: str = "",
    name: str = "",
    value: str = "",
    focus: bool = False,
) -> dict[str, object]:
    token = context.get("csrf_token", "")
    return {
        "label": words(label),
        "tone": _button(tone),
        "action": action,
        "name": name,
        "value": value,
        "csrf_token": token,
        "focus": focus,
    }


def _button(tone: str) -> str:
    if tone == "secondary":
        return "govuk-button--secondary"
    return f"senim-button--{tone}" if tone else ""


# Boxes


@register.simple_block_tag
def card(content: str, title: object = None, level: int = 2, id: str = "") -> SafeString:  # noqa: A002
    return _drawn("card", content=content, title=words(title), level=level, id=id)


@register.simple_block_tag
def alert(content: str, title: object = None, tone: str = "", icon_name: str = "warning") -> SafeString:
    return _drawn("alert", content=content, title=words(title), tone=tone, icon_name=icon_name)


@register.simple_block_tag
def note(content: str, title: object = None, icon_name: str = "lock") -> SafeString:
    return _drawn("note", content=content, title=words(title), icon_name=icon_name)


@register.simple_block_tag
def empty(content: str, text: object) -> SafeString:
    return _drawn("empty", content=content, text=words(text))


@register.simple_block_tag
def details(content: str, title: object) -> SafeString:
    return _drawn("details", content=content, title=words(title))


@register.simple_block_tag
def dialog(content: str, id: str, title: object) -> SafeString:  # noqa: A002
    return _drawn("dialog", content=content, title=words(title), id=id)


@register.simple_block_tag
def verdict(content: str, good: bool, title: object, level: int = 1) -> SafeString:
    return _drawn("verdict", content=content, title=words(title), good=bool(good), level=level)


# Lists


@register.simple_block_tag
def summary(content: str, long: bool = False) -> SafeString:
    """``long``: what is said of is longer than what is said."""
    more = " senim-summary--long" if long else ""
    return format_html('<dl class="govuk-summary-list{}">{}</dl>', more, content)


@register.inclusion_tag("senim/row.html")
def row(
    key: object, value: object, num: bool = False, href: str = "", action: object = None
) -> dict[str, object]:
    return {"key": words(key), "value": words(value), "num": num, "href": href, "action": words(action)}


@register.simple_block_tag
def checks(content: str) -> SafeString:
    return format_html('<ul class="senim-check">{}</ul>', content)


@register.inclusion_tag("senim/check.html")
def check(text: object, ok: bool = True) -> dict[str, object]:
    return {"text": words(text), "ok": ok}


@register.simple_tag
def tag(text: object, tone: str = "") -> SafeString:
    kind = f" senim-tag--{tone}" if tone else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', kind, words(text))


@register.simple_tag
def recorded(places: Mapping[str, object] | str, kind: str, subject_id: object) -> SafeString:
    """The proof of the record about this; nothing where the page was not given the places in the journal."""
    place = places.get(f"{kind}:{subject_id}") if isinstance(places, Mapping) else None
    return _drawn("recorded", place=place) if place else SafeString("")


@register.simple_tag
def signed_in(step: SignedIn | None) -> SafeString:
    """By which ways whoever signed was signed in, since when, and how sure that is; nothing where unknown."""
    if not step:
        return SafeString("")
    ways, level = " + ".join(map(str, step.ways)), step.level
    return said("pages.signed_in.how", ways=ways, at=time(step.authenticated_at, "lately"), level=level)


# Time


@register.simple_tag
def time(value: date | datetime | None, form: str = "") -> SafeString:
    """``form``: moment, day, hour or lately; a datetime is shown as a moment, a date as a day."""
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        return _time(value.isoformat(), times.day(value))
    write = {"day": times.day, "hour": times.hour, "lately": times.lately}.get(form, times.moment)
    return _time(times.machine(value), write(value))


def _time(machine: str, shown: str) -> SafeString:
    return format_html('<time class="senim-num" datetime="{}">{}</time>', machine, shown)


@register.inclusion_tag("senim/clock.html")
def clock(
    due: datetime | None, now: datetime | None = None, paused: bool = False, soon_minutes: int = 60
) -> dict[str, object]:
    """Soon is within an hour, or as said. Without a deadline, or on hold, the clock says so in words."""
    if due is None or paused:
        return {"state": "none", "span": "", "due": None}
    left = due - (now or timezone.now())
    seconds = left.total_seconds()
    state = "late" if seconds < 0 else "soon" if seconds < soon_minutes * 60 else "well"
    return {"state": state, "span": times.remaining(left), "due": due}


@register.inclusion_tag("senim/countdown.html")
def countdown(
    *,
    until: datetime,
    total: int,
    label: object,
    note: object = None,
    soon: object = None,
    over: object = None,
    now: datetime | None = None,
) -> dict[str, object]:
    """``data-`` names are those of the script ``app``. Without it the bar stands still, and is true."""
    now = now or timezone.now()
    left = min(total, max(0, int((until - now).total_seconds())))
    return {
        "from": until - timedelta(seconds=total),
        "until": until,
        "now": now,
        "share": round(100 * left / total) if total else 0,
        "last_minute": left <= 60,
        "shown": f"{left // 60}:{left % 60:02}",
        "label": words(label),
        "note": words(note),
        "soon": words(soon),
        "over": words(over),
    }


@register.inclusion_tag("senim/step.html")
def step(number: int, of: int) -> dict[str, object]:
    return {"number": number, "of": of, "bars": [place <= number for place in range(1, of + 1)]}


# Page


@register.inclusion_tag("senim/short_code.html")
def short_code(code: str) -> dict[str, object]:
    return {"left": code[:3], "right": code[3:], "code": code}


@register.simple_tag
def script(name: str) -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static(f"senim/js/{name}.js"))


@register.inclusion_tag("senim/back.html")
def back(href: str, label: object = "pages.back") -> dict[str, object]:
    return {"href": href, "label": words(label)}


@register.inclusion_tag("senim/demonstrated.html")
def demonstrated(rule_name: str) -> dict[str, object]:
    """The banner of a rule that is not in force and is followed for demonstration."""
    rule, today = rulebook.rule(rule_name), timezone.localdate()
    shown = rulebook.is_demonstrated(rule_name, on=today, demonstrated=settings.demonstrated_rules)
    return {"shown": shown, "rule": rule, "until": rule.until}
