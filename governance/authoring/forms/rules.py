"""The part of the form that asks which rules should change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.parameters import kinds
from governance.parameters.selectors.values import Parameter

UNITS = (
    (kinds.MINUTE, _("minutes")),
    (kinds.HOUR, _("hours")),
    (kinds.DAY, _("days")),
)
_UNIT_WORDS: dict[str, Promise | str] = {
    kinds.PERCENT: _("percent"),
    kinds.PERMILLE: _("in a thousand"),
    kinds.COUNT: "",
}
_TIMED = frozenset(name for name, kind in kinds.KINDS.items() if kind.unit == kinds.SECONDS)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the form: its number, its unit (a choice for lengths of time), and what holds now.

    ``least`` and ``most`` are the bounds of this deployment, in words.
    """

    field: forms.BoundField
    unit_field: forms.BoundField | None
    unit: Promise | str
    now: str
    least: str
    most: str


def number(name: str) -> str:
    """The control that holds the new value of a rule."""
    return f"rule-{name}"


def unit(name: str) -> str:
    """The control that holds the unit of a length of time."""
    return f"unit-{name}"


def rule_fields() -> dict[str, forms.Field]:
    """A number for each rule, and a unit where it is a length of time."""
    fields: dict[str, forms.Field] = {}
    for name, kind in kinds.KINDS.items():
        fields[number(name)] = forms.IntegerField(
            label=str(kind.label), help_text=str(kind.help), required=False, min_value=0
        )
        if name in _TIMED:
            choice = forms.TypedChoiceField(label=_("Unit"), choices=UNITS, coerce=int, required=False)
            choice.widget.attrs["aria-label"] = f"{kind.label}: {choice.label}"
            fields[unit(name)] = choice
    return fields


def rule_rows(form: forms.Form, now: Mapping[str, Parameter]) -> Iterator[RuleRow]:
    """The rules that can be changed, each with what holds now and the bounds it can move in."""
    for name, kind in kinds.KINDS.items():
        limits = kinds.bounds(name)
        yield RuleRow(
            field=form[number(name)],
            unit_field=form[unit(name)] if name in _TIMED else None,
            unit=_UNIT_WORDS.get(kind.unit, ""),
            now=now[name].text if name in now else "",
            least=kinds.in_words(name, limits.minimum),
            most=kinds.in_words(name, limits.maximum),
        )


def read_rules(cleaned: Mapping[str, Any]) -> dict[str, int]:
    """The rules that the form would change, lengths of time in seconds."""
    return {
        name: cleaned[number(name)] * (cleaned.get(unit(name)) or kinds.DAY if name in _TIMED else 1)
        for name in kinds.KINDS
        if cleaned.get(number(name)) is not None
    }


def initial_rules(stored: Mapping[str, int]) -> dict[str, int]:
    """How the form shows a draft's rules: lengths of time in their largest whole unit, else in days."""
    initial = {unit(name): kinds.DAY for name in _TIMED}
    for name, value in stored.items():
        size = 1
        if name in _TIMED:
            size = next((size for size, _word in reversed(UNITS) if value % size == 0), kinds.MINUTE)
            initial[unit(name)] = size
        initial[number(name)] = value // size
    return initial
