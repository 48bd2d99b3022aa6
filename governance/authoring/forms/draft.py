"""The form in which a proposal is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.deployment import deployment
from contracts.selectors import chain_now
from governance.authoring.effects import PARTS, WAYS
from governance.authoring.forms.effects import (
    EffectRow,
    control,
    effect_fields,
    effect_rows,
    initial_rows,
    read_rows,
)
from governance.authoring.forms.rules import (
    RuleRow,
    initial_rules,
    number,
    read_rules,
    rule_fields,
    rule_rows,
)
from governance.authoring.models import ProposalDraft
from governance.authoring.selectors.effects import read_effects
from governance.errors import FieldInvalid, FieldMissing
from governance.parameters import kinds
from governance.parameters.selectors.counting import WayOfCounting, ways_of_counting
from governance.parameters.selectors.values import Parameter, current_parameters
from governance.parameters.strategies import ONE_PERSON
from governance.pauses.selectors import PauseStory, running_pause
from governance.proposals import text
from governance.proposals.models import ProposalType
from identity.roles.models import Role
from identity.roles.selectors.roles import Member, members

#: The kinds that can be written here. What money does is decided where the treasury is.
KINDS = (
    (ProposalType.POLICY.value, _("A decision in words")),
    (ProposalType.PARAMETER.value, _("A change of the voting rules")),
    (ProposalType.ROLE.value, _("Who holds which role")),
    (ProposalType.EMERGENCY.value, _("An emergency")),
    (ProposalType.UPGRADE.value, _("Software: programs and ways of counting")),
)
KIND_HINTS: dict[str, Promise] = {
    ProposalType.POLICY.value: _("What the town should do. If it passes, it binds those who carry it out."),
    ProposalType.PARAMETER.value: _(
        "How long votes last, how many must take part. If it passes, it happens by itself."
    ),
    ProposalType.ROLE.value: _(
        "Give someone a role, or take it away: citizen, delegate, officer. It happens by itself."
    ),
    ProposalType.EMERGENCY.value: _(
        "End a pause, dismiss or appoint a guardian. It is decided fast, while everything else stands still."
    ),
    ProposalType.UPGRADE.value: _(
        "Replace a part of the program that holds the rules, admit or retire a way of counting."
    ),
}
_WORDS = ("title", "topic", "summary", "description")


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to choose from at this moment."""

    rules: dict[str, Parameter] = field(default_factory=current_parameters)
    ways: list[WayOfCounting] = field(default_factory=ways_of_counting)
    guardians: list[Member] = field(default_factory=lambda: members(Role.GUARDIAN))
    programs: Sequence[str] = field(default_factory=lambda: deployment().replaceable)
    pause: PauseStory | None = field(default_factory=lambda: running_pause(chain_now()))

    @property
    def usual_way(self) -> str:
        """The way of counting that is chosen from the start: one person, one vote."""
        return next((way.address for way in self.ways if way.kind == ONE_PERSON), "")

    @property
    def choosable_ways(self) -> list[WayOfCounting]:
        """The ways that can decide a kind written here for which there are several."""
        return [way for way in self.ways if ProposalType.POLICY in way.types]


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

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.offer = offer
        ways = forms.ChoiceField(
            label=_("How votes are counted"),
            choices=[(way.address, way.label) for way in offer.choosable_ways],
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields |= {
            "strategy": ways,
            **rule_fields(),
            **effect_fields(offer.programs, offer.guardians, offer.ways),
        }
        for name, each in self.fields.items():
            _dress(name, each.widget)

    @property
    def kind_hints(self) -> dict[str, Promise]:
        return KIND_HINTS

    @property
    def way_hints(self) -> dict[str, str]:
        """What each way of counting means, by its address."""
        return {way.address: way.explanation for way in self.offer.ways}

    def rule_rows(self) -> Iterator[RuleRow]:
        return rule_rows(self, self.offer.rules)

    def role_rows(self) -> Iterator[EffectRow]:
        return effect_rows(self, ProposalType.ROLE)

    def upgrade_rows(self) -> Iterator[EffectRow]:
        return effect_rows(self, ProposalType.UPGRADE)

    def emergency(self) -> EffectRow:
        return next(effect_rows(self, ProposalType.EMERGENCY))

    def way(self) -> EffectRow:
        return next(effect_rows(self, WAYS))

    def clean(self) -> dict[str, Any]:
        """Hold what the chosen kind does against the contracts’ rules: each complaint beside its control.

        What stands in the parts of other kinds is kept, and nobody’s business.
        """
        for name, value in read_rules(self.cleaned_data).items():
            try:
                kinds.check_changes({name: value}, whole=False)
            except FieldInvalid as error:
                self.blame(error)
        kind = self.cleaned_data.get("proposal_type", "")
        if kind != ProposalType.PARAMETER:
            for name in rule_fields():
                self.errors.pop(name, None)
        if kind != ProposalType.POLICY:
            self.errors.pop("strategy", None)
        if kind in PARTS:
            for fault in read_effects(kind, read_rows(self)).faults:
                self.blame(fault)
        return self.cleaned_data

    def draft_fields(self) -> dict[str, Any]:
        """What the form holds, as :func:`governance.authoring.services.update_draft` takes it.

        Wrong parts are left out.
        """
        cleaned = self.cleaned_data
        fields: dict[str, Any] = {name: cleaned.get(name, self.data.get(name, "")) for name in _WORDS}
        if cleaned.get("proposal_type"):
            fields["proposal_type"] = cleaned["proposal_type"]
        return {
            **fields,
            "strategy": cleaned.get("strategy"),
            "parameters": read_rules(cleaned),
            "effects": read_rows(self),
        }

    def blame(self, error: FieldInvalid | FieldMissing) -> None:
        """Put a service's complaint beside the control it is about."""
        name = (error.field or "").removeprefix("parameters.")
        name = {"parameters": number("votingPeriod"), "proposalType": "proposal_type"}.get(name, name)
        if name in kinds.KINDS:
            name = number(name)
        elif name.startswith("effects."):
            _effects, part, place, column = name.split(".")
            name = control(part, int(place), column)
        message = _("This field is needed.") if isinstance(error, FieldMissing) else error.detail
        self.add_error(name if name in self.fields else None, str(message))


def draft_form(draft: ProposalDraft | None, data: Any = None) -> DraftForm:
    """The form for ``draft``, filled with ``data`` if something was sent, else with what is stored."""
    offer = Offer()
    if data is not None:
        return DraftForm(data, offer=offer)
    initial: dict[str, Any] = {"proposal_type": ProposalType.POLICY.value, "strategy": offer.usual_way}
    if draft is None:
        return DraftForm(initial={**initial, **initial_rules({})}, offer=offer)
    initial |= {name: getattr(draft, name) for name in (*_WORDS, "proposal_type")}
    initial |= {**initial_rules(draft.parameters), **initial_rows(draft.effects or {}), "draft": draft.pk}
    if draft.strategy in {way.address for way in offer.ways}:
        initial["strategy"] = draft.strategy
    return DraftForm(initial=initial, offer=offer)


def _dress(name: str, widget: forms.Widget) -> None:
    looks = {
        "RadioSelect": "usa-radio__input usa-radio__input--tile",
        "CheckboxInput": "usa-checkbox__input usa-checkbox__input--tile",
        "Textarea": "usa-textarea",
        "Select": "usa-select",
    }
    widget.attrs["class"] = looks.get(type(widget).__name__, "usa-input")
    if name == "description":
        widget.attrs["class"] += " usa-textarea--tall"
