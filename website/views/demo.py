"""What the demo wallet needs. Embedded mode alone serves it: its keys are the local chain’s test keys."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from contracts.client.rpc import client
from contracts.errors import ChainError
from core.checks import demo_wallet_allowed
from identity.roles.models import Role

# What a wallet asks of its node to send a transaction that it has signed itself.
NODE_METHODS = frozenset(
    {"eth_getTransactionCount", "eth_estimateGas", "eth_gasPrice", "eth_sendRawTransaction"}
)


@never_cache
@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """Names, roles, addresses and keys, as the stack wrote them into ``PORTAL_HOME/stack.json``.

    Raises:
        Http404: outside embedded mode, or before the town was raised.
    """
    _only_at_home()
    try:
        stack: dict[str, Any] = json.loads((settings.PORTAL_HOME / "stack.json").read_text())
    except (OSError, ValueError):
        raise Http404 from None
    return JsonResponse({"people": [_person(person) for person in stack.get("people", [])]})


@csrf_exempt  # No cookie counts here: what the node takes is signed by a key that everyone knows.
@never_cache
@require_POST
def node(request: HttpRequest) -> JsonResponse:
    """Ask the local node one of :data:`NODE_METHODS`, for want of a real wallet's own connection.

    Raises:
        Http404: outside embedded mode.
    """
    _only_at_home()
    try:
        question = json.loads(request.body)
        method, params = question["method"], list(question["params"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": "method and params are needed"}, status=400)
    if method not in NODE_METHODS:
        return JsonResponse({"detail": "not a question for a wallet's node"}, status=400)
    try:
        return JsonResponse({"result": client().request(method, *params)})
    except ChainError as error:
        return JsonResponse({"detail": str(error.detail)}, status=502)


def _only_at_home() -> None:
    if not (settings.PORTAL_DEMO_WALLET and demo_wallet_allowed()):
        raise Http404


def _person(person: dict[str, Any]) -> dict[str, str]:
    roles = [str(Role(role).label) for role in person.get("roles", []) if role in Role.values]
    return {
        "name": person["name"],
        "roles": ", ".join(roles),
        "address": person["address"],
        "privateKey": person["privateKey"],
    }
