"""Addresses under ``/api/`` about proposals, votes and the rules."""

from django.urls import path

from governance.ballots.api.views import (
    ProposalVotesFile,
    ProposalVotesView,
    ProposalVoteView,
    UserVotesFile,
    UserVotesView,
)
from governance.delegation.api.delegates import DelegatesView, DelegateView, PowerView
from governance.delegation.api.users import UserView
from governance.parameters.api.views import ParametersView
from governance.pauses.api.views import PausesView
from governance.proposals.api.aspects import (
    ProposalResultsView,
    ProposalTimelineView,
    ProposalTrialView,
    StatsView,
)
from governance.proposals.api.views import ProposalListView, ProposalView

PROPOSAL = "proposals/<uint256:proposal_id>"
USER = "users/<address:address>"

urlpatterns = [
    path("proposals", ProposalListView.as_view()),
    path(PROPOSAL, ProposalView.as_view()),
    path(f"{PROPOSAL}/vote", ProposalVoteView.as_view()),
    path(f"{PROPOSAL}/votes", ProposalVotesView.as_view()),
    path(f"{PROPOSAL}/votes.ndjson", ProposalVotesFile.as_view(), {"format": "ndjson"}),
    path(f"{PROPOSAL}/votes.csv", ProposalVotesFile.as_view(), {"format": "csv"}),
    path(f"{PROPOSAL}/results", ProposalResultsView.as_view()),
    path(f"{PROPOSAL}/timeline", ProposalTimelineView.as_view()),
    path(f"{PROPOSAL}/trial", ProposalTrialView.as_view()),
    path(f"{PROPOSAL}/power/<address:address>", PowerView.as_view()),
    path("delegates", DelegatesView.as_view()),
    path("delegates/<address:address>", DelegateView.as_view()),
    path(USER, UserView.as_view()),
    path(f"{USER}/votes", UserVotesView.as_view()),
    path(f"{USER}/votes.ndjson", UserVotesFile.as_view(), {"format": "ndjson"}),
    path(f"{USER}/votes.csv", UserVotesFile.as_view(), {"format": "csv"}),
    path("governance/params", ParametersView.as_view()),
    path("governance/pauses", PausesView.as_view()),
    path("governance/stats", StatsView.as_view()),
]
