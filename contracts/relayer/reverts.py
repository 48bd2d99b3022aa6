"""Why a contract refused: the custom errors of our contracts as the codes and plain words of the portal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

from contracts.deployment import artifact

CONTRACTS: Final = ("VotingEngine", "ProposalManager", "ExecutionModule", "GovernanceCore", "RoleManager")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was refused: a stable code, plain words, and the contract's own name for it."""

    code: str
    detail: str
    error: str


# The contract's error, without the contract's name -> code, words.
_WORDS: Final[dict[str, tuple[str, Any]]] = {
    "AlreadyVoted": ("already-voted", _("This account has voted on this proposal already.")),
    "NoPower": ("no-voting-power", _("This account had no vote when voting on this proposal opened.")),
    "NotActive": ("voting-not-open", _("Voting on this proposal is not open.")),
    "Paused": ("paused", _("Voting and execution are paused.")),
    "RulesChanged": ("rules-changed", _("The proposal or its rules are not those that were signed.")),
    "InvalidSupport": ("field-invalid", _("The vote must be for, against or abstain.")),
    "InvalidParams": ("field-invalid", _("The ballot must say how many votes it casts.")),
    "CreditsExceeded": ("credits-exceeded", _("This account has too few credits left for these votes.")),
    "UnknownType": ("field-invalid", _("There is no such kind of proposal.")),
    "ParamsNotEmpty": ("field-invalid", _("This way of counting takes no parameters.")),
    "InvalidSignature": ("signature-wrong-signer", _("The signature does not fit the document.")),
    "SignatureExpired": ("act-expired", _("The time for this signature has passed. Please sign again.")),
    "InvalidNonce": ("nonce-used", _("Another delegation was recorded meanwhile. Please sign again.")),
    "NotCitizen": ("not-a-citizen", _("This account is not on the roll of citizens.")),
    "NotDelegate": ("not-a-delegate", _("This account is not listed as a delegate.")),
    "Unauthorized": ("not-allowed", _("This account may not do this.")),
    "UnknownProposal": ("proposal-unknown", _("There is no proposal of this number.")),
    "Duplicate": ("duplicate-proposal", _("The same proposal was made before.")),
    "BelowThreshold": ("no-voting-power", _("This account has too little power to make a proposal.")),
    "UnexpectedState": ("wrong-state", _("The proposal is past the stage at which this can be done.")),
    "AlreadyEndorsed": ("already-endorsed", _("This account supports this proposal already.")),
    "NotReady": (
        "not-ready",
        _("The proposal has not been reviewed long enough, or has too little support."),
    ),
    "VoteStartOutOfRange": ("field-invalid", _("Voting can't open at that time.")),
    "SecondPersonNeeded": (
        "second-person-needed",
        _("The second half of this act must come from someone else."),
    ),
    "ActionCount": ("field-invalid", _("A proposal of this kind can't have that many actions.")),
    "TargetNotAllowed": ("field-invalid", _("A proposal of this kind may not call that contract.")),
    "ValueNotTaken": ("field-invalid", _("A proposal's actions can't carry money.")),
    "UnknownStrategy": ("field-invalid", _("This way of counting is not admitted.")),
    "TooFewPersons": ("too-few-persons", _("Too few people would hold this role then.")),
    "TooManyOfficers": ("too-many-officers", _("Too many people would hold this role then.")),
    "PersonUnknown": ("person-unknown", _("It is not recorded who stands behind this account.")),
    "RoleNotHeld": ("role-not-held", _("This account does not hold the role.")),
    "NotPaused": ("not-paused", _("Nothing is paused.")),
    "UntilPassed": ("until-passed", _("The day until which the role should last has passed.")),
    "ZeroMetadata": ("field-missing", _("The proposal has no text.")),
}
_UNKNOWN: Final = ("chain-refused", _("The contract refused this."))
_FIRST_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


def explain(revert_data: str) -> Refusal:
    """The refusal behind revert data (0x-hex: a selector alone or with arguments)."""
    raw = bytes.fromhex(revert_data.removeprefix("0x"))
    known = _selectors().get(raw[:4])
    if known is None:
        return Refusal(_UNKNOWN[0], str(_UNKNOWN[1]), "")
    name, kinds = known
    contract = next((contract for contract in CONTRACTS if name.startswith(contract)), "")
    short = name.removeprefix(contract)
    code, words = _WORDS.get(short, (_FIRST_WORD.sub("-", short).lower(), _UNKNOWN[1]))
    return Refusal(code, str(words), name + _arguments(kinds, raw[4:]))


def _arguments(kinds: tuple[str, ...], data: bytes) -> str:
    if not kinds or not data:
        return ""
    try:
        values = decode(kinds, data)
    except DecodingError:
        return ""
    return "(" + ", ".join("0x" + v.hex() if isinstance(v, bytes) else str(v) for v in values) + ")"


@lru_cache(maxsize=1)
def _selectors() -> dict[bytes, tuple[str, tuple[str, ...]]]:
    found: dict[bytes, tuple[str, tuple[str, ...]]] = {}
    for contract in CONTRACTS:
        for entry in artifact(contract)["abi"]:
            if entry["type"] == "error":
                kinds = tuple(item["type"] for item in entry["inputs"])
                found[keccak(f"{entry['name']}({','.join(kinds)})".encode())[:4]] = (entry["name"], kinds)
    return found
