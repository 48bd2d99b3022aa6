"""How we decide: the rules with their bounds, what each kind needs, who together can do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.http.pages import page
from governance.parameters.kinds import in_words
from governance.parameters.selectors.counting import WayOfCounting, all_ways
from governance.parameters.selectors.values import (
    Parameter,
    current_parameters,
    endorsements_needed_now,
    terms_for,
)
from governance.pauses.rules import PAUSE_AHEAD, PAUSE_ALONE, PAUSE_IMMUNITY, PAUSE_JOINED, PAUSE_REPEAT
from governance.proposals.models import ProposalType
from governance.proposals.rules import MAX_VOTE_START_AHEAD, MAX_VOTE_START_AHEAD_READY
from governance.proposals.state import DRAFT_LIFETIME
from governance.proposals.views.present import VoteTerms, today
from identity.census.selectors.roll import census_at
from identity.roles.models import Role
from identity.roles.selectors.roles import members


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule that a decision may change, and how far: the bounds are fixed for this deployment."""

    rule: Parameter
    least: str
    most: str


@dataclass(frozen=True, slots=True)
class KindRow:
    """What a proposal of one kind needs, and which ways of counting may decide it."""

    kind: ProposalType
    terms: VoteTerms
    ways: list[WayOfCounting]


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way of counting with the kinds that it may decide, in their order."""

    way: WayOfCounting
    kinds: list[ProposalType]


@require_safe
def how_we_decide(request: HttpRequest) -> HttpResponse:
    """The rules as they stand, their bounds, and what holds for each kind of proposals."""
    current = current_parameters()
    ways = all_ways()
    return page(
        request,
        "rules.html",
        rules=[
            RuleRow(rule, in_words(name, rule.minimum), in_words(name, rule.maximum))
            for name, rule in current.items()
        ],
        kinds=[
            KindRow(
                kind,
                today(terms_for(kind, current)),
                [way for way in ways if kind in way.types and not way.retired],
            )
            for kind in ProposalType
        ],
        ways=[WayRow(way, [kind for kind in ProposalType if kind in way.types]) for way in ways],
        supporters=endorsements_needed_now(),
        citizens=census_at(),
        draft_lifetime=DRAFT_LIFETIME,
    )


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """Who together can do what, after how long, and who can stop it."""
    current = current_parameters()
    return page(
        request,
        "trust.html",
        "check",
        values={name: rule.value for name, rule in current.items()},
        supporters=endorsements_needed_now(),
        emergency=today(terms_for(ProposalType.EMERGENCY, current)),
        ordinary=today(terms_for(ProposalType.ROLE, current)),
        holders={role.name.lower(): len(members(role)) for role in _OFFICERS},
        **_FIXED,
    )


_OFFICERS = (Role.ADMINISTRATOR, Role.GUARDIAN, Role.AUDITOR)
_FIXED: dict[str, Any] = {
    "pause_alone": PAUSE_ALONE,
    "pause_joined": PAUSE_JOINED,
    "pause_ahead": PAUSE_AHEAD,
    "pause_repeat": PAUSE_REPEAT,
    "pause_immunity": PAUSE_IMMUNITY,
    "opening_ahead": MAX_VOTE_START_AHEAD,
    "ready_ahead": MAX_VOTE_START_AHEAD_READY,
}
