"""The parts of the form that ask who gets which role, what to do in an emergency, and what to replace.

A part is one group of rows (``authoring.effects.COLUMNS``); a kind of proposals has one or two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from governance.authoring.effects import COLUMNS, GIVE, LONGEST, ROWS, TAKE, Row, is_filled, program
from governance.authoring.selectors.effects import ADMITTED, DECIDED
from governance.parameters import strategies
from governance.parameters.selectors.counting import WayOfCounting
from identity.roles.models import Role
from identity.roles.selectors.roles import Member

_NONE = ("", "—")
_DOES = ((GIVE, _("Give")), (TAKE, _("Take away")))


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One row of the form; ``fields`` by column. ``wanted`` says that it should stand open.

    ``is_filled``: something was entered in it, or is wrong with it.
    """

    fields: dict[str, forms.BoundField]
    wanted: bool
    is_filled: bool


def control(part: str, place: int, column: str) -> str:
    """The name of the control for one value of one row."""
    return f"{part.lower()}-{place}-{column}"


def effect_fields(
    programs: Sequence[str], guardians: Sequence[Member], ways: Sequence[WayOfCounting]
) -> dict[str, forms.Field]:
    """A control for each value of each row of each part."""
    offered: dict[str, list[tuple[str, Any]]] = {
        "do": list(_DOES),
        "role": [_NONE, *Role.choices],
        "dismiss": [("", _("Nobody")), *((each.address, each.name) for each in guardians)],
        # The first way of counting of a deployment can't be retired: it decides what no other may.
        "retire": [("", _("None")), *((way.address, way.label) for way in ways[1:])],
        "admit": [("", _("None")), *((kind, strategies.LABELS[kind]) for kind in ADMITTED)],
        "types": list(DECIDED.items()),
        "contract": [_NONE, *((name, capfirst(program(name))) for name in programs)],
    }
    return {
        control(part, place, column): _field(column, offered.get(column))
        for part, columns in COLUMNS.items()
        for place in range(ROWS[part])
        for column in columns
    }


def effect_rows(form: forms.Form, part: str) -> Iterator[EffectRow]:
    """The rows of one part; the first always stands open, the others with something in them."""
    for place in range(ROWS[part]):
        fields = {column: form[control(part, place, column)] for column in COLUMNS[part]}
        filled = {column: str(field.value() or "") for column, field in fields.items()}
        busy = is_filled(filled) or any(field.errors for field in fields.values())
        yield EffectRow(fields, place == 0 or busy, busy)


def read_rows(form: forms.Form) -> dict[str, list[Row]]:
    """What stands in the rows of all parts, as it was typed: a wrong address is kept too, to be mended."""
    return {
        part: [
            {column: _typed(form[control(part, place, column)].data) for column in columns}
            for place in range(ROWS[part])
        ]
        for part, columns in COLUMNS.items()
    }


def initial_rows(stored: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """How the form shows a draft's rows."""
    return {
        control(part, place, column): value
        for part, rows in stored.items()
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
        # Which of them may be chosen is the readers' matter (authoring.selectors.effects).
        return forms.CharField(
            label=label, help_text=help_text, required=False, widget=forms.Select(choices=choices)
        )
    widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    if column == "until":
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    elif column in _NUMBERS:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": _NUMBERS[column]})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


_NUMBERS = {"credits": "numeric", "days": "numeric", "threshold": "decimal"}
_ADDRESS = _("The person’s address: 0x and 40 characters. Their wallet shows it, ready to be copied.")
_WORDS: dict[str, tuple[Any, Any]] = {
    "do": (_("What"), ""),
    "role": (_("Role"), ""),
    "account": (_("Whose"), _ADDRESS),
    "person": (
        _("The person’s number (if it isn’t recorded yet)"),
        _(
            "It stands for the person behind an address and tells nobody who they are: officers make it from "
            "their papers, so that one person can’t be two. 0x and 64 characters; an administrator gives it "
            "to you. Leave it empty to take the one recorded for this address."
        ),
    ),
    "until": (_("Last day (if you like)"), _("Without one, the role has no end.")),
    "unpause": (_("End the pause"), ""),
    "dismiss": (_("Dismiss a guardian"), _("Guardians may pause voting.")),
    "appoint": (_("Appoint a guardian"), _ADDRESS),
    "contract": (_("Which part"), ""),
    "implementation": (
        _("Address of the new program"),
        _("0x and 40 characters, where the new program has been put already."),
    ),
    "retire": (
        _("Retire a way of counting"),
        _("No new proposal can choose it then. Votes that are open go on."),
    ),
    "admit": (_("Admit a new way of counting"), _("One person, one vote is always there.")),
    "types": (
        _("What it may decide"),
        _("Rules, roles, software and emergencies are always decided by one person, one vote."),
    ),
    "token": (_("Address of the token"), _("0x and 40 characters. For votes by tokens alone.")),
    "threshold": (_("Tokens needed to propose"), _("For votes by tokens alone.")),
    "credits": (_("Credits for each person"), _("For votes that cost credits alone.")),
    "days": (_("Days after which the credits begin anew"), _("For votes that cost credits alone.")),
}
