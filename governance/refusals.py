"""What the custom errors of the contracts that decide mean, in the codes and words of the portal."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from contracts.acts.errors import ActExpired
from contracts.refusals import register_refusals
from governance import errors

_WRONG_SIGNER: Final = ("signature-wrong-signer", _("The signature does not fit the document."))
_NONCE_USED: Final = (
    "nonce-used",
    _("Something else was recorded meanwhile, or this signature was voided. Please sign again."),
)
_NOT_ALLOWED: Final = ("not-allowed", _("This account may not do this."))
_REASON_NEEDED: Final = ("field-missing", _("Give a reason that everybody can read."))
_NOT_PAUSED: Final = ("not-paused", _("Nothing is paused."))

_LIBRARY: Final = "a library's own check, which the contract's checks come before"
_PROXY: Final = "only who deploys or upgrades the contract can meet it"
_STEP: Final = "the contracts check one another; no call of a person leads there"
_ASKED: Final = "the portal never asks for this"

register_refusals(
    "VotingEngine",
    {
        "VotingEngineInvalidSignature": _WRONG_SIGNER,
        "VotingEngineSignatureExpired": ActExpired,
        "VotingEngineInvalidNonce": _NONCE_USED,
        "VotingEngineUnauthorized": _NOT_ALLOWED,
        "VotingEngineNotCitizen": errors.NotACitizen,
        "VotingEngineNotDelegate": errors.NotADelegate,
        "VotingEngineAlreadyVoted": errors.AlreadyVoted,
        "VotingEngineNoPower": errors.NoVotingPower,
        "VotingEngineNotActive": errors.VotingNotOpen,
        "VotingEnginePaused": errors.GovernanceIsPaused,
        "VotingEngineRulesChanged": (
            "rules-changed",
            _("The proposal or its rules are not those that were signed."),
        ),
        "VotingEngineInvalidSupport": ("field-invalid", _("The vote must be for, against or abstain.")),
        "VotingEngineInvalidParams": ("field-invalid", _("The ballot must say how many votes it casts.")),
        "VotingEngineCreditsExceeded": errors.CreditsExceeded,
        "VotingEngineParamsNotEmpty": ("field-invalid", _("This way of counting takes no parameters.")),
        "VotingEngineStrategyFailed": (
            "strategy-failed",
            _("The token behind this vote does not say what this account holds."),
        ),
        "VotingEngineTooLittleGas": ("out-of-gas", _("The transaction had too little gas.")),
        "VotingEngineUnknownType": ("field-invalid", _("There is no such kind of proposal.")),
        "VotingEngineUnknownProposal": errors.ProposalNotFound,
        "VotingEngineAccountUsed": ("account-used", _("This account was on the roll before.")),
    },
    unmet={
        "VotingEngineBatchLength": "batches are packed by the relayer alone",
        "VotingEngineFutureLookup": _ASKED,
        "VotingEngineSelfCheckFailed": _PROXY,
        "VotingEngineUnitRunning": "the RoleManager looks whether a unit runs before it asks for another",
        "VotingEngineWindowExists": "the ProposalManager opens a window once",
        "CheckpointUnorderedInsertion": _LIBRARY,
        "InvalidInitialization": _PROXY,
        "NotInitializing": _PROXY,
    },
)
register_refusals(
    "ProposalManager",
    {
        "ProposalManagerInvalidSignature": _WRONG_SIGNER,
        "ProposalManagerSignatureExpired": ActExpired,
        "ProposalManagerInvalidNonce": _NONCE_USED,
        "ProposalManagerUnauthorized": _NOT_ALLOWED,
        "ProposalManagerNotCitizen": errors.NotACitizen,
        "ProposalManagerReasonNeeded": _REASON_NEEDED,
        "ProposalManagerUnknownProposal": errors.ProposalNotFound,
        "ProposalManagerDuplicate": errors.DuplicateProposal,
        "ProposalManagerBelowThreshold": (
            "no-voting-power",
            _("This account has too little power to make a proposal."),
        ),
        "ProposalManagerUnexpectedState": errors.WrongState,
        "ProposalManagerAlreadyEndorsed": errors.AlreadyEndorsed,
        "ProposalManagerNotReady": (
            "not-ready",
            _("The proposal has not been reviewed long enough, or has too little support."),
        ),
        "ProposalManagerVoteStartOutOfRange": ("field-invalid", _("Voting can't open at that time.")),
        "ProposalManagerVoteStartNeeded": ("field-missing", _("Say when voting shall open.")),
        "ProposalManagerZeroMetadata": ("field-missing", _("The proposal has no text.")),
        "ProposalManagerUnknownStrategy": ("field-invalid", _("This way of counting is not admitted.")),
        "ProposalManagerRetiredStrategy": errors.StrategyRetired,
        "ProposalManagerTypeNotCounted": errors.TypeNotCounted,
        "ProposalManagerNotCancellable": errors.NotCancellable,
        "ProposalManagerNothingToCarryOut": (
            "nothing-to-carry-out",
            _("A decision in words is done when it is adopted."),
        ),
        "ProposalManagerNotActivated": ("wrong-state", _("The vote has not been set yet.")),
        "ProposalManagerActionsChanged": (
            "rules-changed",
            _("These are not the effects that were voted on."),
        ),
    },
    unmet={"ProposalManagerSelfCheckFailed": _PROXY},
)
register_refusals(
    "ExecutionModule",
    {
        "ExecutionModuleUnauthorized": _NOT_ALLOWED,
        "ExecutionModulePaused": errors.GovernanceIsPaused,
        "ExecutionModuleActionCount": (
            "field-invalid",
            _("A proposal of this kind can't have that many actions."),
        ),
        "ExecutionModuleTargetNotAllowed": (
            "field-invalid",
            _("A proposal of this kind may not call that contract, or would send money."),
        ),
        "ExecutionModuleTargetReserved": ("field-invalid", _("What proposals may call there is fixed.")),
        "ExecutionModuleTooMuchData": (
            "field-invalid",
            _("Its effects together are too large for one transaction."),
        ),
        "ExecutionModuleTooEarly": ("too-early", _("Its time has not come yet.")),
        "ExecutionModuleExpired": ("wrong-state", _("Its time to be carried out has passed.")),
        "ExecutionModuleAlreadyExecuted": ("wrong-state", _("It was carried out already.")),
        "ExecutionModuleSelfCheckFailed": (
            "self-check-failed",
            _("After the change a contract failed its own check."),
        ),
    },
    unmet={
        **dict.fromkeys(
            (
                "ExecutionModuleAlreadyCancelled",
                "ExecutionModuleAlreadyQueued",
                "ExecutionModuleNotExpired",
                "ExecutionModuleNotQueued",
            ),
            _STEP,
        ),
        **dict.fromkeys(("ExecutionModuleBroken", "ExecutionModuleProxyUnfit"), _PROXY),
        **dict.fromkeys(
            ("AddressEmptyCode", "InsufficientBalance", "ReentrancyGuardReentrantCall"), _LIBRARY
        ),
        "FailedCall": "a called contract gave no reason; there is nothing to say of it",
    },
)
register_refusals(
    "GovernanceCore",
    {
        "GovernanceCoreUnauthorized": _NOT_ALLOWED,
        "GovernanceCorePaused": errors.GovernanceIsPaused,
        "GovernanceCoreReasonNeeded": _REASON_NEEDED,
        "GovernanceCoreSecondGuardianNeeded": (
            "second-officer-needed",
            _("Another guardian than who began the pause must do this."),
        ),
        "GovernanceCoreParamUnknown": ("field-invalid", _("There is no such rule.")),
        "GovernanceCoreParamOutOfBounds": (
            "field-invalid",
            _("The new value lies outside of what this rule can be."),
        ),
        "GovernanceCoreParamChanged": (
            "param-changed",
            _("The rule is not any more what the proposal said it would be."),
        ),
        "GovernanceCoreTypesNotAllowed": (
            "field-invalid",
            _("This way of counting may not decide these kinds of proposals."),
        ),
        "GovernanceCoreThresholdNotAllowed": (
            "field-invalid",
            _("This way of counting can't have that threshold."),
        ),
        "GovernanceCoreStrategyUnknown": ("field-invalid", _("This way of counting is not admitted.")),
        "GovernanceCoreStrategyNeeded": ("field-invalid", _("One person, one vote can't be retired.")),
        "GovernanceCoreNotPaused": _NOT_PAUSED,
        "GovernanceCoreOtherPause": ("not-paused", _("That pause is over; another one is on.")),
        "GovernanceCorePauseTooSoon": (
            "pause-too-soon",
            _("The same person can pause only once in 30 days."),
        ),
        "GovernanceCoreImmune": (
            "pause-too-soon",
            _("A proposal lifted the last pause; nobody can pause for 30 days after."),
        ),
        "GovernanceCorePauseAtLimit": (
            "pause-at-limit",
            _("The pause reaches as far ahead as a pause may."),
        ),
        "GovernanceCoreSelfCheckFailed": (
            "self-check-failed",
            _("After the change a contract failed its own check."),
        ),
    },
    unmet=dict.fromkeys(
        (
            "GovernanceCoreFirstStrategyUnfit",
            "GovernanceCoreFloorOutOfBounds",
            "GovernanceCoreZeroAddress",
        ),
        _PROXY,
    ),
)
register_refusals(
    "StrategyFactory",
    {
        "StrategyFactoryTermNotUsed": (
            "field-invalid",
            _("This way of counting has no use for one of the values."),
        )
    },
)
register_refusals(
    "QuadraticStrategy",
    {},
    unmet=dict.fromkeys(
        ("QuadraticStrategyNoCredits", "QuadraticStrategyPeriodOutOfBounds"),
        "forms check the terms of a new way of counting before anyone signs",
    ),
)
register_refusals(
    "TokenWeightedStrategy",
    {"TokenWeightedStrategyClockUnfit": ("field-invalid", _("This token keeps no record of votes by time."))},
)
register_refusals("GovernanceDeployment", {}, unmet={"GovernanceDeploymentWrongImplementation": _PROXY})
register_refusals(
    "CivicToken",
    {},
    unmet=dict.fromkeys(
        (
            "CivicTokenLengthMismatch",
            "CivicTokenSelfCheckFailed",
            "ECDSAInvalidSignature",
            "ECDSAInvalidSignatureLength",
            "ECDSAInvalidSignatureS",
            "ERC20ExceededSafeSupply",
            "ERC20InsufficientAllowance",
            "ERC20InsufficientBalance",
            "ERC20InvalidApprover",
            "ERC20InvalidReceiver",
            "ERC20InvalidSender",
            "ERC20InvalidSpender",
            "ERC2612ExpiredSignature",
            "ERC2612InvalidSigner",
            "ERC5805FutureLookup",
            "InvalidAccountNonce",
            "SafeCastOverflowedUintDowncast",
            "VotesExpiredSignature",
        ),
        "the portal sends no call of the token",
    ),
)
