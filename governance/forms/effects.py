"""The parts of the form that ask who gets which role, what to do in an emergency, and what to replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from governance.effects import COLUMNS, GIVE, LONGEST, ROWS, TAKE, Row, is_filled, program
from identity.models import Role
from identity.selectors import Member

_NONE = ("", "—")
_DOES = ((GIVE, _("Give")), (TAKE, _("Take away")))


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One row of the form; ``fields`` by column. ``wanted`` says that it should stand open."""

    fields: dict[str, forms.BoundField]
    wanted: bool


def control(kind: str, place: int, column: str) -> str:
    """The name of the control for one value of one row."""
    return f"{kind.lower()}-{place}-{column}"


def effect_fields(programs: Sequence[str], guardians: Sequence[Member]) -> dict[str, forms.Field]:
    """A control for each value of each row of each kind."""
    offered: dict[str, list[tuple[str, Any]]] = {
        "do": list(_DOES),
        "role": [_NONE, *Role.choices],
        "guardian": [("", _("Nobody")), *((each.address, each.name) for each in guardians)],
        "contract": [_NONE, *((name, capfirst(program(name))) for name in programs)],
    }
    return {
        control(kind, place, column): _field(column, offered.get(column))
        for kind, columns in COLUMNS.items()
        for place in range(ROWS[kind])
        for column in columns
    }


def effect_rows(form: forms.Form, kind: str) -> Iterator[EffectRow]:
    """The rows of one kind; the first always stands open, the others with something in them."""
    for place in range(ROWS[kind]):
        fields = {column: form[control(kind, place, column)] for column in COLUMNS[kind]}
        filled = {column: str(field.value() or "") for column, field in fields.items()}
        wanted = place == 0 or is_filled(filled) or any(field.errors for field in fields.values())
        yield EffectRow(fields, wanted)


def read_rows(form: forms.Form) -> dict[str, list[Row]]:
    """What stands in the rows of all kinds, as it was typed: a wrong address is kept too, to be mended."""
    return {
        kind: [
            {column: _typed(form[control(kind, place, column)].data) for column in columns}
            for place in range(ROWS[kind])
        ]
        for kind, columns in COLUMNS.items()
    }


def initial_rows(stored: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """How the form shows a draft's rows."""
    return {
        control(kind, place, column): value
        for kind, rows in stored.items()
        for place, row in enumerate(rows)
        for column, value in row.items()
    }


def _typed(value: Any) -> str:
    return str(value or "").replace("\x00", "")[:LONGEST]


def _field(column: str, choices: list[tuple[str, Any]] | None) -> forms.Field:
    label, help_text = _WORDS[column]
    if column == "unpause":
        return forms.CharField(label=label, required=False, widget=forms.CheckboxInput)
    if choices is not None:
        # Which of them may be chosen is the readers' matter (governance.selectors.effects).
        return forms.CharField(
            label=label, help_text=help_text, required=False, widget=forms.Select(choices=choices)
        )
    widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    if column == "until":
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


_WORDS: dict[str, tuple[Any, Any]] = {
    "do": (_("What"), ""),
    "role": (_("Role"), ""),
    "account": (
        _("Whose"),
        _("The person’s address: 0x and 40 characters. Their wallet shows it, ready to be copied."),
    ),
    "until": (_("Last day (if you like)"), _("Without one, the role has no end.")),
    "unpause": (_("End the pause"), ""),
    "guardian": (
        _("Dismiss a guardian"),
        _("Guardians may pause voting. At least two must always remain."),
    ),
    "contract": (_("Which part"), ""),
    "implementation": (
        _("Address of the new program"),
        _("0x and 40 characters, where the new program has been put already."),
    ),
}
