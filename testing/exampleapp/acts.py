"""The act: to pledge hours of work to a cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from contracts.acts.fields import need_uint
from contracts.acts.registry import Act, ActType, Call, Effect, SignedType, SubjectMember, register
from testing.exampleapp.chain import CAUSE, CONTRACT
from testing.exampleapp.errors import PledgedAlready
from testing.exampleapp.models import Pledge

PLEDGE = SignedType(
    primary_type="Pledge",
    members="uint256 causeId,uint32 hours_,address helper,uint48 deadline",
    statement=lambda values, pieces: "I pledge my work.",
    contract=CONTRACT,
    by_signature=Call("pledgeBySig", ("causeId", "hours_", "helper", "deadline")),
    plain=Call("pledge", ("causeId", "hours_")),
    effects=(Effect("Pledged", "helper"),),
    effect=lambda act, values: Q(data__hours_=values["hours_"]),
    subject=SubjectMember(CAUSE, "causeId"),
)


def pledge(signer: str, fields: Mapping[str, Any]) -> Act:
    """Pledge work: ``causeId``, ``hours``."""
    cause, hours = need_uint(fields, "causeId"), need_uint(fields, "hours", maximum=1_000)
    if Pledge.objects.filter(cause_id=cause, helper=signer).exists():
        raise PledgedAlready(cause_id=str(cause))
    return Act(
        primary_type=PLEDGE.primary_type,
        message={"causeId": cause, "hours_": hours, "helper": signer},
        summary=[{"label": "You pledge", "value": f"{hours} hours to cause {cause}"}],
    )


register(
    ActType(
        name="pledge",
        words="Pledge",
        build=pledge,
        types=(PLEDGE,),
        done_before=frozenset({PledgedAlready.code}),
    )
)
