"""Addresses of the pages about decisions."""

from django.urls import path

from governance.authoring import views as drafts
from governance.delegation import views as delegates
from governance.parameters import views as rules
from governance.proposals.views import attachments, parts, proposals

urlpatterns = [
    path("rules", rules.how_we_decide, name="rules"),
    path("trust", rules.trust, name="trust"),
    path("proposals", proposals.proposal_list, name="proposals"),
    path("proposals/new", drafts.write, name="proposal-new"),
    path("proposals/drafts/save", drafts.autosave, name="draft-save"),
    path("proposals/drafts/<uuid:draft_id>", drafts.write, name="draft"),
    path("proposals/made", drafts.done, name="proposal-made"),
    path("proposals/drafts/<uuid:draft_id>/preview", drafts.preview, name="draft-preview"),
    path("proposals/drafts/<uuid:draft_id>/parts/trial", drafts.trial, name="draft-trial"),
    path("proposals/drafts/<uuid:draft_id>/delete", drafts.delete, name="draft-delete"),
    path("proposals/<str:proposal_id>", proposals.proposal_detail, name="proposal"),
    path("proposals/<str:proposal_id>/votes", proposals.vote_list, name="proposal-votes"),
    path("proposals/<str:proposal_id>/calendar.ics", proposals.calendar, name="proposal-calendar"),
    path("proposals/<str:proposal_id>/files/<int:place>", attachments.attachment, name="attachment"),
    path("proposals/<str:proposal_id>/parts/head", parts.head, name="part-head"),
    path("proposals/<str:proposal_id>/parts/steps", parts.steps, name="part-steps"),
    path("proposals/<str:proposal_id>/parts/terms", parts.terms, name="part-terms"),
    path("proposals/<str:proposal_id>/parts/result", parts.result, name="part-result"),
    path("proposals/<str:proposal_id>/parts/supporters", parts.supporters, name="part-supporters"),
    path("proposals/<str:proposal_id>/parts/trial", parts.trial, name="part-trial"),
    path("proposals/<str:proposal_id>/parts/record", parts.record, name="part-record"),
    path("proposals/<str:proposal_id>/parts/ballot", parts.ballot, name="part-ballot"),
    path("delegates", delegates.delegate_list, name="delegates"),
    path("delegates/<str:address>", delegates.delegate_detail, name="delegate"),
    path("delegates/<str:address>/parts/statement", delegates.statement, name="part-statement"),
    path("delegates/<str:address>/parts/give", delegates.give, name="part-give-vote"),
    path("parts/delegates", delegates.listed, name="part-delegates"),
    path("parts/my-delegate", delegates.mine, name="part-my-delegate"),
    path("parts/strip", parts.strip, name="part-strip"),
    path("parts/pause", parts.pause, name="part-pause"),
    path("parts/officers", parts.officers, name="part-officers"),
    path("parts/open", parts.open_now, name="part-open"),
    path("parts/needs-my-vote", parts.needs_vote, name="part-needs-my-vote"),
]
