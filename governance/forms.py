"""Forms of the citizen pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance import parameters, text
from governance.errors import FieldInvalid, FieldMissing
from governance.models import ProposalDraft, ProposalType
from governance.selectors.parameters import Parameter

UNITS = (
    (parameters.MINUTE, _("minutes")),
    (parameters.HOUR, _("hours")),
    (parameters.DAY, _("days")),
)
_UNIT_WORDS: dict[str, Promise | str] = {parameters.PERCENT: _("percent"), parameters.COUNT: ""}
#: The kinds that can be written here; the others need calls that no form can ask for in plain words yet.
KINDS = (
    (ProposalType.POLICY.value, _("A decision in words")),
    (ProposalType.PARAMETER.value, _("A change of the voting rules")),
)
KIND_HINTS: dict[str, Promise] = {
    ProposalType.POLICY.value: _("What the town should do. If it passes, it binds those who carry it out."),
    ProposalType.PARAMETER.value: _(
        "How long votes last, how many must take part. If it passes, it happens by itself."
    ),
}
_WORDS = ("title", "topic", "summary", "description")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the form: its number, its unit (a choice for lengths of time), and what holds now."""

    field: forms.BoundField
    unit_field: forms.BoundField | None
    unit: Promise | str
    now: str


class DraftForm(forms.Form):
    """A proposal being written. Half-written ones are welcome until the reader wants to read it once more."""

    draft = forms.UUIDField(required=False, widget=forms.HiddenInput)
    proposal_type = forms.ChoiceField(label=_("Kind"), choices=KINDS, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title"), help_text=_("One line that says what would change."), max_length=text.MAX_TITLE
    )
    topic = forms.CharField(
        label=_("Topic (if you like)"),
        help_text=_("One or two words, for example: Transport, Schools, How we vote."),
        max_length=text.MAX_TOPIC,
        required=False,
    )
    summary = forms.CharField(
        label=_("In short"),
        help_text=_("Two or three sentences that everyone understands: what, why, what it costs."),
        max_length=text.MAX_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    description = forms.CharField(
        label=_("Full text"),
        help_text=_("The whole proposal, with reasons. You can use Markdown."),
        max_length=text.MAX_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 16}),
    )

    def __init__(self, *args: Any, rules: Mapping[str, Parameter], **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.rules = rules
        for name, kind in parameters.KINDS.items():
            self.fields[_number(name)] = forms.IntegerField(
                label=str(kind.label), help_text=str(kind.help), required=False, min_value=0
            )
            if kind.unit == parameters.SECONDS:
                self.fields[_unit(name)] = forms.TypedChoiceField(
                    label=_("Unit"), choices=UNITS, coerce=int, required=False
                )
        for name, field in self.fields.items():
            self._dress(name, field)

    @property
    def kind_hints(self) -> dict[str, Promise]:
        return KIND_HINTS

    def rule_rows(self) -> Iterator[RuleRow]:
        """The rules that can be changed, each with what holds now."""
        for name, kind in parameters.KINDS.items():
            timed = kind.unit == parameters.SECONDS
            yield RuleRow(
                field=self[_number(name)],
                unit_field=self[_unit(name)] if timed else None,
                unit=_UNIT_WORDS.get(kind.unit, ""),
                now=self.rules[name].text if name in self.rules else "",
            )

    def clean(self) -> dict[str, Any]:
        """Hold each rule against the contract’s bounds, so that a complaint stands beside its control."""
        for name, value in self._new_rules().items():
            try:
                parameters.check_changes({name: value}, whole=False)
            except FieldInvalid as error:
                self.add_error(_number(name), str(error.detail))
        return self.cleaned_data

    def draft_fields(self) -> dict[str, Any]:
        """What the form holds, as :func:`governance.services.drafts.update_draft` takes it.

        Wrong parts are left out.
        """
        cleaned = self.cleaned_data
        fields: dict[str, Any] = {name: cleaned.get(name, self.data.get(name, "")) for name in _WORDS}
        if cleaned.get("proposal_type"):
            fields["proposal_type"] = cleaned["proposal_type"]
        return {**fields, "parameters": self._new_rules()}

    def _new_rules(self) -> dict[str, int]:
        """The rules that the form would change, lengths of time in seconds."""
        cleaned = self.cleaned_data
        return {
            name: cleaned[_number(name)]
            * (cleaned.get(_unit(name)) or parameters.DAY if _unit(name) in self.fields else 1)
            for name in parameters.KINDS
            if cleaned.get(_number(name)) is not None
        }

    def blame(self, error: FieldInvalid | FieldMissing) -> None:
        """Put a service's complaint beside the control it is about."""
        name = (error.field or "").removeprefix("parameters.")
        name = {"parameters": _number("votingPeriod"), "proposalType": "proposal_type"}.get(name, name)
        target = _number(name) if name in parameters.KINDS else name
        message = _("This field is needed.") if isinstance(error, FieldMissing) else error.detail
        self.add_error(target if target in self.fields else None, str(message))

    def _dress(self, name: str, field: forms.Field) -> None:
        widget = field.widget
        if isinstance(widget, forms.RadioSelect):
            widget.attrs["class"] = "usa-radio__input usa-radio__input--tile"
            return
        kind = {"Textarea": "usa-textarea", "Select": "usa-select"}.get(type(widget).__name__, "usa-input")
        if name == "description":
            kind += " usa-textarea--tall"
        widget.attrs["class"] = kind
        if name.startswith("unit-"):
            rule = parameters.KINDS[name.removeprefix("unit-")]
            widget.attrs["aria-label"] = f"{rule.label}: {field.label}"


def draft_form(draft: ProposalDraft | None, rules: Mapping[str, Parameter], data: Any = None) -> DraftForm:
    """The form for ``draft``, filled with ``data`` if something was sent, else with what is stored."""
    if data is not None:
        return DraftForm(data, rules=rules)
    if draft is None:
        return DraftForm(initial={"proposal_type": ProposalType.POLICY.value, **_days()}, rules=rules)
    initial: dict[str, Any] = {
        **_days(),
        **{name: getattr(draft, name) for name in (*_WORDS, "proposal_type")},
    }
    initial["draft"] = draft.pk
    for name, value in draft.parameters.items():
        if parameters.KINDS[name].unit != parameters.SECONDS:
            initial[_number(name)] = value
            continue
        size = next((size for size, _word in reversed(UNITS) if value % size == 0), parameters.MINUTE)
        initial |= {_number(name): value // size, _unit(name): size}
    return DraftForm(initial=initial, rules=rules)


def _days() -> dict[str, int]:
    """Every length of time begins in days."""
    return {
        _unit(name): parameters.DAY
        for name, kind in parameters.KINDS.items()
        if kind.unit == parameters.SECONDS
    }


def _number(name: str) -> str:
    return f"rule-{name}"


def _unit(name: str) -> str:
    return f"unit-{name}"
