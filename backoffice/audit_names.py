"""Who the audit log means: it holds addresses and account ids, officers read names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backoffice.directory import directory

_ADDRESS = re.compile(r"0x[0-9a-f]{40}\Z", re.IGNORECASE)
_KEY = 12  # characters of a key that are worth reading


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """A name to show for each actor of the log; in two queries, whatever their number."""
    wanted = set(actors)
    addresses = {actor for actor in wanted if _ADDRESS.match(actor)}
    ids = {found for actor in wanted if (found := _account_id(actor)) is not None}
    names = directory().names_for(addresses) if addresses else {}
    if ids:
        accounts: Any = get_user_model().objects.filter(pk__in=ids)
        names |= {f"user:{user.pk}": user.display_name for user in accounts}
    return {actor: names.get(actor) or _words(actor) for actor in wanted}


def target_words(target: str) -> str:
    """What an entry is about, in words: a row by its kind and key, anything else as the log has it."""
    label, _colon, key = target.partition(":")
    try:
        kind = apps.get_model(label)._meta.verbose_name
    except (LookupError, ValueError):
        return target
    if not key:
        return _("The list: %(kind)s") % {"kind": apps.get_model(label)._meta.verbose_name_plural}
    return f"{capfirst(str(kind))} {key if len(key) <= _KEY else key[:_KEY] + '…'}"


def _account_id(actor: str) -> UUID | None:
    kind, _colon, key = actor.partition(":")
    if kind != "user":
        return None
    try:
        return UUID(key)
    except ValueError:
        return None


def _words(actor: str) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == "command":
        return _("Command %(name)s") % {"name": name}
    if actor == "portal":
        return _("The portal")
    return actor
