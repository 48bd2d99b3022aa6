"""Which acts there are. Builders live in the apps that know the rules; here they are only found by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.acts.errors import ActUnknown
from contracts.models import RelayedAct


@dataclass(frozen=True, slots=True)
class Act:
    """What a builder makes of a person's fields.

    Attributes:
        primary_type: the EIP-712 type that is signed, a key of :data:`contracts.acts.types.TYPES`.
        message: its members by name, all but ``statement`` and ``deadline``.
        summary: rows ``{"label", "value"}`` in plain words, shown before signing.
        proposal_id: the proposal it is about, if one exists already.
        on_accept: runs in the transaction that stores the received act, to keep words that belong to it.
        later_than: Unix seconds that the deadline must exceed, where a later one replaces an earlier act.
    """

    primary_type: str
    message: Mapping[str, Any]
    summary: Sequence[Mapping[str, Any]] = ()
    proposal_id: int | None = None
    on_accept: Callable[[RelayedAct], None] | None = None
    later_than: int = 0


Builder = Callable[[str, Mapping[str, Any]], Act]

_builders: dict[str, Builder] = {}
_kept_at: dict[str, str] = {}


def register_act(name: str, *, kept_at: str = "") -> Callable[[Builder], Builder]:
    """Register the builder of the act ``name``: ``builder(signer, fields) -> Act``.

    With ``kept_at`` the act never goes on chain: it takes effect when it is received, through its
    ``on_accept``, which also has to make sure that an old one can't be handed in again. ``kept_at`` is the
    API's address of what it changed, with ``{signer}`` in it. Nothing else of the act is stored.

    A builder reads and judges but writes nothing: drafting an act calls it as often as a page is shown.

    Raises:
        ValueError: two builders for one name.
    """

    def register(builder: Builder) -> Builder:
        if _builders.setdefault(name, builder) is not builder:
            raise ValueError(f"two builders for the act {name}")
        if kept_at:
            _kept_at[name] = kept_at
        return builder

    return register


def builder_of(name: str) -> Builder:
    """The builder of the act ``name``, or ActUnknown."""
    try:
        return _builders[name]
    except (KeyError, TypeError):
        raise ActUnknown(act=str(name)) from None


def kept_at(name: str) -> str:
    """Where an act that never goes on chain shows, with ``{signer}`` in it; empty for all others."""
    return _kept_at.get(name, "")


def act_names() -> list[str]:
    """The names of all acts, sorted."""
    return sorted(_builders)
