"""Which acts there are, and all that the portal must know of each. An app registers its own in ``acts.py``.

One declaration serves signing, sending, batching, recognising an act on the chain, recounting and the pages:
nothing else in ``contracts`` knows an act by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from django.db.models import Q
from django_stubs_ext import StrOrPromise

from contracts.acts.errors import ActUnknown

if TYPE_CHECKING:
    from contracts.models import RelayedAct

Values: TypeAlias = Mapping[str, Any]
Pieces: TypeAlias = Mapping[str, Sequence[str]]
Member: TypeAlias = dict[str, str]
STATEMENT: Final = "statement"


class Effect(NamedTuple):
    """An event that can be an act's effect, and the argument in which it names the signer."""

    event: str
    signer: str


class SubjectMember(NamedTuple):
    """The member of a document that says what it is about, and the kind of subject that it numbers."""

    kind: str
    member: str


@dataclass(frozen=True, slots=True)
class Call:
    """How a contract's function takes the members of a document.

    Attributes:
        function: its name.
        arguments: the members that it takes, under their names, in order.
        struct: its argument that takes all members as one struct; it takes no others then.
    """

    function: str
    arguments: tuple[str, ...] = ()
    struct: str = ""

    def of(self, values: Values) -> tuple[str, dict[str, Any]]:
        """The function and its arguments by name."""
        if self.struct:
            return self.function, {self.struct: values}
        return self.function, {name: values[name] for name in self.arguments}


class Batching(Protocol):
    """How acts of one type share a transaction.

    Attributes:
        contract: who takes the batch, and says which of its acts it skipped.
        skipped: the event by which it says so, as it is hashed: its first indexed argument is the act's
            digest, its data begins with the error's selector.
    """

    contract: str
    skipped: str

    def key(self, act: RelayedAct) -> Hashable | None:
        """What acts of one batch have in common; None if this one must travel alone."""

    def call(self, acts: Sequence[RelayedAct]) -> tuple[str, str]:
        """The (contract name, calldata) of two or more acts of one key."""


@dataclass(frozen=True, slots=True)
class SignedType:
    """An EIP-712 type that a contract takes.

    Attributes:
        primary_type: its name.
        members: ``type name,...`` in the order that the contract hashes them, without the statement at the
            head, which every type has.
        statement: the name of its sentence and what stands between the sentence's pieces, of which ``pieces``
            are all that the deployment's language has; or the sentence, where the contract builds its own.
        contract: who takes it; it is signed for that contract's domain.
        by_signature: the function that takes it from anyone, but for its last argument, ``signature``.
        plain: the function that takes the same from the signer's own wallet, or what answers (function,
            arguments) from the values and the reason given, where there is more than one.
        effects: the events that can be its effect; the recount of acts uses the same.
        effect: what else an event must hold to be the effect of exactly this act; the event's name, the
            signer and the subject are asked for already.
        structs: structs among the members, each a member as a list.
        subject: what it is about, if that exists already.
        batching: how many of them share a transaction; None if each travels alone.
    """

    primary_type: str
    members: str
    statement: Callable[[Values, Pieces], tuple[Any, ...] | str]
    contract: str
    by_signature: Call
    plain: Call | Callable[[Values, str], tuple[str, dict[str, Any]]]
    effects: tuple[Effect, ...]
    effect: Callable[[RelayedAct, Values], Q] = lambda act, values: Q()
    structs: Mapping[str, str] = field(default_factory=dict)
    subject: SubjectMember | None = None
    batching: Batching | None = None

    @property
    def domain_name(self) -> str:
        """The name in the domain that it is signed for: the contract's."""
        return self.contract

    def plain_call(self, values: Values, reason: str) -> tuple[str, dict[str, Any]]:
        """The function for the signer's own wallet, and its arguments by name."""
        return self.plain.of(values) if isinstance(self.plain, Call) else self.plain(values, reason)


@dataclass(frozen=True, slots=True)
class StoredType:
    """An EIP-712 type that never goes on chain.

    Its domain bears the type's own name and no contract has such a function, so the signature is worth
    nothing there. ``contract`` is whose address the domain names; the rest as for :class:`SignedType`.
    """

    primary_type: str
    members: str
    statement: Callable[[Values, Pieces], tuple[Any, ...] | str]
    contract: str
    structs: Mapping[str, str] = field(default_factory=dict)
    subject: SubjectMember | None = None

    @property
    def domain_name(self) -> str:
        """The name in the domain that it is signed for: its own."""
        return self.primary_type


@dataclass(frozen=True, slots=True)
class Act:
    """What the builder of an :class:`ActType` makes of a person's fields.

    Attributes:
        primary_type: which of its types is signed.
        message: the type's members by name, all but ``statement`` and ``deadline``.
        summary: rows ``{"label", "value"}`` in plain words, shown before signing.
        on_accept: runs in the transaction that stores the received act, to keep words that belong to it.
    """

    primary_type: str
    message: Mapping[str, Any]
    summary: Sequence[Mapping[str, Any]] = ()
    on_accept: Callable[[RelayedAct], None] | None = None


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """What the builder of a :class:`StoredAct` makes of a person's fields.

    Attributes:
        message, summary: as for :class:`Act`.
        store: writes what was signed, from the deadline and the signature; it has to make sure that an old
            document can't be handed in again.
        later_than: Unix seconds that the deadline must exceed, where a later one replaces an earlier.
    """

    message: Mapping[str, Any]
    store: Callable[[datetime, str], None]
    summary: Sequence[Mapping[str, Any]] = ()
    later_than: int = 0


@dataclass(frozen=True, slots=True)
class ActType:
    """An act that goes on chain.

    Attributes:
        name: what the API calls it.
        words: what pages call it.
        build: ``build(signer, fields) -> Act``. It reads and judges but writes nothing: drafting an act calls
            it as often as a page is shown.
        types: what it has people sign; one, or one for each way of doing it.
        done_before: codes with which a contract says that it was done before, perhaps by this very act.
        passing: codes that a moment may heal, so that the relayer tries again for a while.
        precondition: whether its own address takes ``If-Match``, and so can answer 412.
    """

    name: str
    words: StrOrPromise
    build: Callable[[str, Mapping[str, Any]], Act]
    types: tuple[SignedType, ...]
    done_before: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    precondition: bool = False


@dataclass(frozen=True, slots=True)
class StoredAct:
    """Something that people sign and the portal keeps: it is done when it is received, and never on chain.

    Attributes:
        name, words, precondition: as for :class:`ActType`.
        build: ``build(signer, fields) -> StoredDraft``.
        type: what it has people sign.
        shown_at: the API's address of what it changed, with ``{signer}`` in it.
    """

    name: str
    words: StrOrPromise
    build: Callable[[str, Mapping[str, Any]], StoredDraft]
    type: StoredType
    shown_at: str
    precondition: bool = False

    @property
    def types(self) -> tuple[StoredType, ...]:
        """What it has people sign, as :attr:`ActType.types`."""
        return (self.type,)


_acts: dict[str, ActType | StoredAct] = {}
_types: dict[str, SignedType | StoredType] = {}


def register(act: ActType | StoredAct) -> None:
    """Register an act with its types.

    Raises:
        ValueError: there is an act or a type of the same name.
    """
    names = [each.primary_type for each in act.types]
    if act.name in _acts or _types.keys() & set(names) or len(set(names)) < len(names):
        raise ValueError(f"two acts of the name {act.name}, or two types of one name: {names}")
    _acts[act.name] = act
    _types.update({each.primary_type: each for each in act.types})


def act_of(name: str) -> ActType | StoredAct:
    """The act ``name``, or ActUnknown."""
    try:
        return _acts[name]
    except (KeyError, TypeError):
        raise ActUnknown(act=str(name)) from None


def act_names() -> list[str]:
    """The names of all acts, sorted."""
    return sorted(_acts)


def words_of(name: str) -> StrOrPromise:
    """What pages call the act ``name``; the name itself where no app knows it any more."""
    return _acts[name].words if name in _acts else name


def done_before(name: str) -> frozenset[str]:
    """Codes with which a contract says that the act ``name`` was done before."""
    act = _acts.get(name)
    return act.done_before if isinstance(act, ActType) else frozenset()


def passing(name: str) -> frozenset[str]:
    """Codes with which a contract refuses the act ``name`` for the moment."""
    act = _acts.get(name)
    return act.passing if isinstance(act, ActType) else frozenset()


def type_of(primary_type: str) -> SignedType | StoredType:
    """The EIP-712 type of this name.

    Raises:
        LookupError: no app registered it.
    """
    return _types[primary_type]


def signed_type_of(primary_type: str) -> SignedType:
    """The EIP-712 type of this name, which a contract takes.

    Raises:
        LookupError: no app registered it, or it never goes on chain.
    """
    found = _types[primary_type]
    if not isinstance(found, SignedType):
        raise LookupError(f"{primary_type} never goes on chain")
    return found


def signed_types() -> list[SignedType]:
    """Every type that a contract takes."""
    return [each for each in _types.values() if isinstance(each, SignedType)]


def all_types() -> list[SignedType | StoredType]:
    """Every type that people sign."""
    return list(_types.values())


def batchings() -> Collection[Batching]:
    """Every way in which acts share a transaction."""
    return [each.batching for each in signed_types() if each.batching is not None]
