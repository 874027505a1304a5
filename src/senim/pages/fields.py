"""Form fields in govuk markup, each widget by its own template in ``senim/form/``."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from senim.pages.words import words

_TEMPLATES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.Select, "input"),
    (forms.Textarea, "input"),
    (forms.PasswordInput, "password"),
    (forms.Widget, "input"),
)


def field(
    bound: BoundField,
    *,
    hint: object = None,
    label: object = None,
    width: str = "",
    large: bool = True,
    hints: Mapping[str, object] | None = None,
    **attributes: Any,
) -> SafeString:
    """One field: label, hint, error, control, tied together for screen readers."""
    if bound.is_hidden:
        return bound.as_widget()
    template = next(name for kind, name in _TEMPLATES if isinstance(bound.field.widget, kind))
    errors = [str(error) for error in bound.errors]
    context = {
        "bound": bound,
        "id": bound.auto_id,
        "label": words(label if label is not None else bound.label),
        "hint": words(hint if hint is not None else bound.help_text),
        "errors": errors,
        "large": large,
    }
    context["described_by"] = _described_by(bound, context)
    if template == "choices":
        context |= {
            "options": _options(bound, hints or {}),
            "kind": _kind(bound),
            "autofocus": "autofocus" in attributes,
        }
    else:
        context["control"] = _control(bound, context, width, attributes)
    return mark_safe(render_to_string(f"senim/form/{template}.html", context))  # noqa: S308


def local_password(id: str, label: object, *, hint: object = None, **attributes: Any) -> SafeString:  # noqa: A002
    """A password for the browser alone: without a name no form can ever send it."""
    return _local(
        "password", "senim/form/password.html", "govuk-password-input__input", id, label, hint, attributes
    )


def local_file(id: str, label: object, *, hint: object = None, **attributes: Any) -> SafeString:  # noqa: A002
    """A file for the browser alone, such as a key; it has no name either."""
    return _local("file", "senim/form/input.html", "senim-file", id, label, hint, attributes)


def _local(
    kind: str, template: str, extra: str, target: str, label: object, hint: object, given: Mapping[str, Any]
) -> SafeString:
    attributes = {"type": kind, "id": target, "class": f"govuk-input {extra}", "spellcheck": "false"}
    attributes |= {"aria-describedby": f"{target}-hint"} if hint else {}
    attributes |= {name.replace("_", "-"): value for name, value in given.items()}
    control = format_html("<input{}>", flatatt(attributes))
    context = {"id": target, "label": words(label), "hint": words(hint), "control": control, "large": True}
    return mark_safe(render_to_string(template, context))  # noqa: S308


def error_target(bound: BoundField) -> str:
    """The id an error summary links to: the control, or the first option of a group."""
    grouped = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{bound.auto_id}_0" if grouped else bound.auto_id


def _described_by(bound: BoundField, context: Mapping[str, Any]) -> str:
    ids = [f"{bound.auto_id}-hint"] * bool(context["hint"]) + [f"{bound.auto_id}-error"] * bool(
        context["errors"]
    )
    return " ".join(ids)


def _control(
    bound: BoundField, context: Mapping[str, Any], width: str, given: Mapping[str, Any]
) -> SafeString:
    attributes: dict[str, Any] = {name.replace("_", "-"): value for name, value in given.items()}
    attributes["class"] = " ".join(
        [_class(bound.field.widget, width, bool(context["errors"])), *_own_class(given)]
    )
    if context["described_by"]:
        attributes["aria-describedby"] = context["described_by"]
    if not isinstance(bound.field.widget, forms.CheckboxInput | forms.Select):
        attributes.setdefault("spellcheck", "false")
    return bound.as_widget(attrs=attributes)


def _own_class(given: Mapping[str, Any]) -> list[str]:
    return [str(given["class"])] if "class" in given else []


def _class(widget: forms.Widget, width: str, wrong: bool) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "govuk-checkboxes__input"
    name = {forms.Select: "select", forms.Textarea: "textarea"}.get(type(widget), "input")
    classes = [f"govuk-{name}"]
    if wrong:
        classes.append(f"govuk-{name}--error")
    if width:
        classes.append(f"govuk-input--width-{width}")
    if isinstance(widget, forms.PasswordInput):
        classes.append("govuk-password-input__input")
    return " ".join(classes)


def _kind(bound: BoundField) -> str:
    """Django derives many checkboxes from radios."""
    return "checkboxes" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radios"


def _options(bound: BoundField, hints: Mapping[str, object]) -> list[dict[str, Any]]:
    return [
        {
            "id": option.id_for_label,
            "name": option.data["name"],
            "value": option.data["value"],
            "label": words(option.data["label"]),
            "hint": words(hints.get(str(option.data["value"]))),
            "checked": option.data["selected"],
            "disabled": bound.field.disabled,
            "type": option.data["type"],
        }
        for option in bound.subwidgets
    ]
