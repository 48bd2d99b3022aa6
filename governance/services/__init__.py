"""Writes about proposals and votes. ``record_*`` write what the chain decided; the rest serve a person."""

from governance.services.blocks import locate_blocks
from governance.services.content import repin
from governance.services.drafts import (
    attach_file,
    create_draft,
    delete_draft,
    detach_file,
    mark_signed,
    new_draft_key,
    owner_key,
    prepare_proposal,
    update_draft,
)
from governance.services.proposals import (
    fill_missing_texts,
    fill_text,
    record_cancellation_requests,
    record_endorsements,
    record_proposals_activated,
    record_proposals_cancelled,
    record_proposals_created,
    record_proposals_executed,
    record_proposals_queued,
)
from governance.services.registry import (
    record_credit_terms,
    record_delegation_changes,
    record_parameter_changes,
    record_pauses_begun,
    record_pauses_extended,
    record_pauses_lifted,
    record_strategies,
    record_token_supply_changes,
)
from governance.services.settle import rebuild_after_revert, set_blocks, settle_states
from governance.services.votes import (
    erase_reason,
    keep_reason,
    record_reasons_published,
    record_votes,
    record_weight_reductions,
)

__all__ = [
    "attach_file",
    "create_draft",
    "delete_draft",
    "detach_file",
    "erase_reason",
    "fill_missing_texts",
    "fill_text",
    "keep_reason",
    "locate_blocks",
    "mark_signed",
    "new_draft_key",
    "owner_key",
    "prepare_proposal",
    "rebuild_after_revert",
    "record_cancellation_requests",
    "record_credit_terms",
    "record_delegation_changes",
    "record_endorsements",
    "record_parameter_changes",
    "record_pauses_begun",
    "record_pauses_extended",
    "record_pauses_lifted",
    "record_proposals_activated",
    "record_proposals_cancelled",
    "record_proposals_created",
    "record_proposals_executed",
    "record_proposals_queued",
    "record_reasons_published",
    "record_strategies",
    "record_token_supply_changes",
    "record_votes",
    "record_weight_reductions",
    "repin",
    "set_blocks",
    "settle_states",
    "update_draft",
]
