"""The custom errors of our contracts in the portal's codes and in plain words.

A code is the one that the portal's own rules give for the same reason. Errors that nobody meets who uses the
portal (wiring, upgrades) have no words of their own.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

_SIGNED: Final[dict[str, tuple[str, Any]]] = {
    "InvalidSignature": ("signature-wrong-signer", _("The signature does not fit the document.")),
    "SignatureExpired": ("act-expired", _("The time for this signature has passed. Please sign again.")),
    "InvalidNonce": (
        "nonce-used",
        _("Something else was recorded meanwhile, or this signature was voided. Please sign again."),
    ),
    "Unauthorized": ("not-allowed", _("This account may not do this.")),
    "NotCitizen": ("not-a-citizen", _("This account is not on the roll of citizens.")),
    "NotDelegate": ("not-a-delegate", _("This account is not listed as a delegate.")),
    "SecondPersonNeeded": (
        "second-officer-needed",
        _("The second half of this act must come from someone else."),
    ),
    "SecondGuardianNeeded": (
        "second-officer-needed",
        _("Another guardian than who began the pause must do this."),
    ),
    "NotYours": ("not-allowed", _("Only who asked for it can take it back.")),
    "ReasonNeeded": ("field-missing", _("Give a reason that everybody can read.")),
}
_BALLOTS: Final[dict[str, tuple[str, Any]]] = {
    "AlreadyVoted": ("already-voted", _("This account has voted on this proposal already.")),
    "NoPower": ("no-voting-power", _("This account had no vote when voting on this proposal opened.")),
    "NotActive": ("voting-not-open", _("Voting on this proposal is not open.")),
    "Paused": ("governance-paused", _("Voting and execution are paused.")),
    "RulesChanged": ("rules-changed", _("The proposal or its rules are not those that were signed.")),
    "InvalidSupport": ("field-invalid", _("The vote must be for, against or abstain.")),
    "InvalidParams": ("field-invalid", _("The ballot must say how many votes it casts.")),
    "CreditsExceeded": ("credits-exceeded", _("This account has too few credits left for these votes.")),
    "ParamsNotEmpty": ("field-invalid", _("This way of counting takes no parameters.")),
    "StrategyFailed": (
        "strategy-failed",
        _("The token behind this vote does not say what this account holds."),
    ),
    "TooLittleGas": ("out-of-gas", _("The transaction had too little gas.")),
    "UnknownType": ("field-invalid", _("There is no such kind of proposal.")),
}
_PROPOSALS: Final[dict[str, tuple[str, Any]]] = {
    "UnknownProposal": ("proposal-not-found", _("There is no proposal of this number.")),
    "Duplicate": ("duplicate-proposal", _("The same proposal was made before.")),
    "BelowThreshold": ("no-voting-power", _("This account has too little power to make a proposal.")),
    "UnexpectedState": ("wrong-state", _("The proposal is past the stage at which this can be done.")),
    "AlreadyEndorsed": ("already-endorsed", _("This account supports this proposal already.")),
    "NotReady": (
        "not-ready",
        _("The proposal has not been reviewed long enough, or has too little support."),
    ),
    "VoteStartOutOfRange": ("field-invalid", _("Voting can't open at that time.")),
    "VoteStartNeeded": ("field-missing", _("Say when voting shall open.")),
    "ZeroMetadata": ("field-missing", _("The proposal has no text.")),
    "UnknownStrategy": ("field-invalid", _("This way of counting is not admitted.")),
    "RetiredStrategy": ("strategy-retired", _("This way of counting was retired.")),
    "TypeNotCounted": (
        "type-not-counted",
        _("Proposals of this kind can't be decided by this way of counting."),
    ),
    "NotCancellable": (
        "not-cancellable",
        _("It has the support it needs, or is an emergency. It can't be cancelled any more."),
    ),
    "NothingToCarryOut": (
        "nothing-to-carry-out",
        _("A decision in words is done when it is adopted."),
    ),
    "NotActivated": ("wrong-state", _("The vote has not been set yet.")),
    "ActionsChanged": ("rules-changed", _("These are not the effects that were voted on.")),
}
_EXECUTION: Final[dict[str, tuple[str, Any]]] = {
    "ActionCount": ("field-invalid", _("A proposal of this kind can't have that many actions.")),
    "TargetNotAllowed": (
        "field-invalid",
        _("A proposal of this kind may not call that contract, or would send money."),
    ),
    "TargetReserved": ("field-invalid", _("What proposals may call there is fixed.")),
    "TooMuchData": ("field-invalid", _("Its effects together are too large for one transaction.")),
    "TooEarly": ("too-early", _("Its time has not come yet.")),
    "Expired": ("wrong-state", _("Its time to be carried out has passed.")),
    "AlreadyExecuted": ("wrong-state", _("It was carried out already.")),
    "SelfCheckFailed": ("self-check-failed", _("After the change a contract failed its own check.")),
}
_CORE: Final[dict[str, tuple[str, Any]]] = {
    "ParamUnknown": ("field-invalid", _("There is no such rule.")),
    "ParamOutOfBounds": ("field-invalid", _("The new value lies outside of what this rule can be.")),
    "ParamChanged": (
        "param-changed",
        _("The rule is not any more what the proposal said it would be."),
    ),
    "TypesNotAllowed": ("field-invalid", _("This way of counting may not decide these kinds of proposals.")),
    "ThresholdNotAllowed": ("field-invalid", _("This way of counting can't have that threshold.")),
    "TermNotUsed": ("field-invalid", _("This way of counting has no use for one of the values.")),
    "StrategyUnknown": ("field-invalid", _("This way of counting is not admitted.")),
    "StrategyNeeded": ("field-invalid", _("One person, one vote can't be retired.")),
    "ClockUnfit": ("field-invalid", _("This token keeps no record of votes by time.")),
    "NotPaused": ("not-paused", _("Nothing is paused.")),
    "OtherPause": ("not-paused", _("That pause is over; another one is on.")),
    "PauseTooSoon": ("pause-too-soon", _("The same person can pause only once in 30 days.")),
    "Immune": ("pause-too-soon", _("A proposal lifted the last pause; nobody can pause for 30 days after.")),
    "PauseAtLimit": ("pause-at-limit", _("The pause reaches as far ahead as a pause may.")),
}
_ROLES: Final[dict[str, tuple[str, Any]]] = {
    "TooFewPersons": ("too-few-persons", _("Too few people would hold this role then.")),
    "TooManyOfficers": ("too-many-officers", _("Too many people would hold this role then.")),
    "PersonUnknown": ("person-unknown", _("It is not recorded who stands behind this account.")),
    "PersonKnown": ("person-known", _("Another person is recorded behind this account.")),
    "PersonIsCitizen": ("person-is-citizen", _("This person is on the roll already, under another account.")),
    "PersonHoldsOther": (
        "person-holds-other",
        _("Nobody can be an administrator and a guardian."),
    ),
    "ZeroPerson": ("field-missing", _("It is not said who stands behind this account.")),
    "ZeroAccount": ("field-invalid", _("This is nobody's account.")),
    "AccountMoved": ("account-moved", _("This account gave its place on the roll to another one.")),
    "AccountUsed": ("account-used", _("This account was on the roll before.")),
    "AlreadyCitizen": ("already-a-citizen", _("This account is on the roll already.")),
    "RoleNotHeld": ("role-not-held", _("This account does not hold the role.")),
    "NotExpired": ("role-not-expired", _("This role has not run out.")),
    "UntilPassed": ("until-passed", _("The day until which the role should last has passed.")),
    "UntilShortened": (
        "until-shortened",
        _("A place on the roll can't be shortened; it can be ended, with a reason."),
    ),
    "CensusCap": (
        "census-cap",
        _("Officers can't change so many places on the roll in a week. A guardian can agree to more."),
    ),
    "NoRequest": ("no-request", _("Nothing waits for this.")),
    "AlreadyScheduled": ("already-scheduled", _("This change is announced already and waits for its time.")),
    "NotScheduled": ("not-scheduled", _("No such change is announced, or it is void by now.")),
    "ObjectionTooLate": ("objection-too-late", _("The time for objections has passed.")),
    "DuplicateAccount": ("field-invalid", _("An account is named twice.")),
    "Objected": (
        "guardian-objected",
        _("A guardian objected to such a change. Only a proposal about roles can make it now."),
    ),
    "BatchSize": ("field-invalid", _("A change is about 1 to 100 accounts.")),
}

# The contract's error, without what it begins with -> code, words.
WORDS: Final[dict[str, tuple[str, Any]]] = _SIGNED | _BALLOTS | _PROPOSALS | _EXECUTION | _CORE | _ROLES
UNKNOWN: Final = ("chain-refused", _("The contract refused this."))
