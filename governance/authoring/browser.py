"""Which drafts belong to the browser at hand."""

from __future__ import annotations

from django.http import HttpRequest

from governance.authoring.services import new_draft_key, owner_key

DRAFT_KEY = "draft_key"


def draft_owner(request: HttpRequest, *, create: bool = False) -> str | None:
    """Who owns drafts in this browser; None before the first one unless ``create``."""
    key = request.session.get(DRAFT_KEY)
    if key is None and create:
        key = request.session[DRAFT_KEY] = new_draft_key()
    return owner_key(key) if key else None
