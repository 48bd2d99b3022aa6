"""The demo wallet's people. Served in embedded mode alone: their keys are the public test keys of the local chain."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from daoportal.checks import demo_wallet_allowed


@never_cache
@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """Names, roles, addresses and keys, as the stack wrote them into ``PORTAL_HOME/stack.json`` when it was ready.

    Raises:
        Http404: outside embedded mode, or before the town was raised.
    """
    if not (settings.PORTAL_DEMO_WALLET and demo_wallet_allowed()):
        raise Http404
    try:
        stack: dict[str, Any] = json.loads((settings.PORTAL_HOME / "stack.json").read_text())
    except (OSError, ValueError):
        raise Http404 from None
    return JsonResponse({"people": [_person(person) for person in stack.get("people", [])]})


def _person(person: dict[str, Any]) -> dict[str, str]:
    roles = person.get("roles", [])
    return {
        "name": person["name"],
        "roles": ", ".join(roles) if isinstance(roles, list) else str(roles),
        "address": person["address"],
        "privateKey": person["privateKey"],
    }
