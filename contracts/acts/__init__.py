"""Acts: what a person signs, built and checked on the server.

Import it once the apps are loaded; it knows the models.
"""

from contracts.acts.live import act_payload
from contracts.acts.promise import promise_of
from contracts.acts.registry import (
    Act,
    ActType,
    Batching,
    Call,
    Effect,
    SignedType,
    StoredAct,
    StoredDraft,
    StoredType,
    SubjectMember,
    act_names,
    register,
)
from contracts.acts.services import (
    ActDraft,
    act_status,
    direct_call,
    draft_act,
    self_send_offered,
    submit_act,
    unsigned_call,
)

__all__ = [
    "Act",
    "ActDraft",
    "ActType",
    "Batching",
    "Call",
    "Effect",
    "SignedType",
    "StoredAct",
    "StoredDraft",
    "StoredType",
    "SubjectMember",
    "act_names",
    "act_payload",
    "act_status",
    "direct_call",
    "draft_act",
    "promise_of",
    "register",
    "self_send_offered",
    "submit_act",
    "unsigned_call",
]
