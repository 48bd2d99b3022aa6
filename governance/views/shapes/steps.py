"""The life of a proposal as steps with their times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from governance.models import Proposal, ProposalState


class Phase(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, how far it is, and the moments to show (``until`` makes a span)."""

    key: str
    label: str
    phase: Phase
    at: datetime | None = None
    until: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """The deadlines of a proposal with pauses counted in; None where not yet set."""

    closes: datetime | None = None
    queue_until: datetime | None = None
    executable_from: datetime | None = None
    executable_until: datetime | None = None


# How many steps lie behind in each state: proposed, support gathered, voting, result, waiting, carried out.
_REACHED = {
    ProposalState.DRAFT: 1,
    ProposalState.PENDING: 2,
    ProposalState.ACTIVE: 2,
    ProposalState.SUCCEEDED: 4,
    ProposalState.DEFEATED: 4,
    ProposalState.QUEUED: 4,
    ProposalState.EXECUTED: 6,
}


def steps_of(proposal: Proposal, times: Times, *, endorsements_needed: int) -> list[Step]:
    """The steps of ``proposal``, past and to come; a proposal that ended early stops where it ended."""
    state = ProposalState(proposal.state)
    supporters = _("%(count)s of %(needed)s supporters") % {
        "count": proposal.endorsements,
        "needed": endorsements_needed,
    }
    steps = [
        Step("proposed", _("Proposed"), Phase.DONE, proposal.created_at),
        Step("support", _("Gathers support"), Phase.LATER, proposal.activated_at, note=str(supporters)),
        Step("voting", _("Voting"), Phase.LATER, proposal.vote_start, times.closes),
        Step("result", _("Result"), Phase.LATER, times.closes),
        Step("waiting", _("Waiting period"), Phase.LATER, proposal.queued_at, times.executable_from),
        Step("done", _("Carried out"), Phase.LATER, proposal.executed_at or times.executable_from),
    ]
    if state is ProposalState.CANCELLED:
        return [*_until(steps, 2 if proposal.activated_at else 1), _end(_("Cancelled"), proposal.cancelled_at)]
    if state is ProposalState.EXPIRED:
        queued = proposal.queued_at is not None
        ended = times.executable_until if queued else times.queue_until
        return [*_until(steps, 5 if queued else 4), _end(_("Expired"), ended)]
    if state is ProposalState.DEFEATED:
        return [*_until(steps, 3), _end(_("Not adopted"), times.closes)]
    return _phased(steps, _REACHED[state])


def _phased(steps: list[Step], reached: int) -> list[Step]:
    phases = [Phase.DONE] * reached + [Phase.NOW] + [Phase.LATER] * len(steps)
    return [
        Step(step.key, step.label, phase, step.at, step.until, step.note)
        for step, phase in zip(steps, phases[: len(steps)], strict=True)
    ]


def _until(steps: list[Step], count: int) -> list[Step]:
    return [Step(step.key, step.label, Phase.DONE, step.at, step.until, step.note) for step in steps[:count]]


def _end(label: str, at: datetime | None) -> Step:
    return Step("stopped", label, Phase.STOPPED, at)
