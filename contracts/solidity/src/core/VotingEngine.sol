// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Ballot, ProposalType} from "../interfaces/GovernanceTypes.sol";
import {IRoleManager} from "../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";
import {AccountSlot} from "../lib/AccountSlot.sol";
import {TypedData} from "../lib/TypedData.sol";

/// @title Citizens, delegations, ballots and tallies.
/// @dev A one-person ballot reads the window's clock, the pause clock, the voter's word and the tally, and writes the
///      last two; it calls no other contract. Every outside call here is a static one (a strategy's power, a role, an
///      ERC-1271 signature), so no state can change underneath and no reentrancy guard is paid for.
contract VotingEngine is IVotingEngine, TypedData, Initializable {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    /// @dev One slot: all that deciding "is it open" needs.
    struct WindowClock {
        uint48 voteStart;
        uint48 voteEnd;
        /// Seconds already spent paused when the window was opened.
        uint48 pausedBefore;
        /// Running number of the window, which names its receipt bit.
        uint24 index;
        uint8 proposalType;
        bool onePerson;
        bool closed;
    }

    struct Window {
        WindowClock clock;
        bytes32 rulesHash;
        address strategy;
    }

    /// @dev One slot. `since` is 0 when no pause was begun since the last one was folded into `accumulated`.
    struct PauseClock {
        uint48 since;
        uint48 until;
        uint64 accumulated;
    }

    /// @dev What must be remembered of a delegate in one proposal.
    struct DelegateBallot {
        /// Units that delegators took back by voting in person.
        uint64 taken;
        /// 0 until the delegate has voted, then 1 + support.
        uint8 supportPlusOne;
        /// Whether the ballot held the delegate's own unit.
        bool ownCounted;
    }

    /// @dev Longest window not yet over, measured on a clock that stands still while paused.
    struct LongestWindow {
        uint48 period;
        uint48 end;
    }

    /// @dev What the ballots of a batch share; in memory, where it costs fewer moves than on the stack.
    struct Batch {
        uint256 proposalId;
        /// Where the ballot at hand is read to, see {_prepareBatch}.
        uint256 scratch;
        uint256 snapshot;
        /// Receipts epoch of the window with no flags beside it; out of reach unless one person has one vote.
        uint256 plainEpoch;
        uint256 bit;
        /// The packed one-person tally, written back once.
        uint256 tally;
    }

    /// @custom:storage-location erc7201:civicportal.storage.VotingEngine
    struct EngineStorage {
        address core;
        address proposalManager;
        address roleManager;
        uint24 windowCount;
        PauseClock pause;
        LongestWindow longest;
        /// AccountSlot words.
        mapping(address account => uint256 word) accounts;
        /// Receipts of earlier epochs.
        mapping(address account => mapping(uint256 epoch => uint256 receipts)) archive;
        mapping(uint256 proposalId => Window) windows;
        /// One-person tallies: against, for, abstain, ballots, 64 bits each from the lowest.
        mapping(uint256 proposalId => uint256 packedTally) tallies;
        /// Tallies of strategies whose units need more room.
        mapping(uint256 proposalId => uint256[3] votes) wideTallies;
        mapping(uint256 proposalId => mapping(address delegate => DelegateBallot)) delegateBallots;
        Checkpoints.Trace208 supply;
        /// 1 where a unit that has ended began, 0 where it ended.
        mapping(address account => Checkpoints.Trace208) pastUnits;
        mapping(uint8 scope => mapping(address account => Checkpoints.Trace160)) delegateOf;
        mapping(uint8 scope => mapping(address account => Checkpoints.Trace208)) received;
        mapping(address account => uint256) nonces;
    }

    bytes32 private constant STORAGE = 0x9c047d8848d89fed1b536685a87cb173914074cb50372955c9c5e4602f9a1900;

    bytes32 private constant BALLOT_TYPEHASH = keccak256(
        "Ballot(uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,uint48 deadline)"
    );
    bytes32 private constant DELEGATE_TYPEHASH = keccak256(
        "Delegate(address delegator,address delegatee,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant EMPTY_HASH = keccak256("");
    bytes32 private constant ONE_PERSON = keccak256("one-person-one-vote");

    uint256 private constant PACKED_BALLOT = 123;
    uint256 private constant ONE_BALLOT = 1 << 192;
    /// @dev Half the order of secp256k1; a higher s is the malleable twin of a signature.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    uint8 private constant OVERALL = 0;

    /// @notice The caller is not the contract of the deployment that this function is for.
    error VotingEngineUnauthorized(address caller);
    error VotingEngineUnknownProposal(uint256 proposalId);
    /// @notice Voting has not begun, is over, or was called off.
    error VotingEngineNotActive(uint256 proposalId);
    error VotingEngineWindowExists(uint256 proposalId);
    error VotingEnginePaused();
    /// @notice The ballot was signed for other rules than those the vote was opened under.
    error VotingEngineRulesChanged(uint256 proposalId, bytes32 rulesHash);
    error VotingEngineInvalidSupport();
    error VotingEngineInvalidSignature();
    error VotingEngineSignatureExpired();
    error VotingEngineAlreadyVoted();
    error VotingEngineNoPower();
    /// @notice The strategy of this proposal takes no params.
    error VotingEngineParamsNotEmpty();
    /// @notice Packed ballots must be a multiple of 123 bytes.
    error VotingEngineBatchLength(uint256 length);
    error VotingEngineInvalidNonce(address account, uint256 current);
    error VotingEngineNotCitizen(address account);
    error VotingEngineNotDelegate(address account);
    /// @notice Only times before now can be looked up.
    error VotingEngineFutureLookup(uint256 timepoint, uint48 now_);

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Names the contracts that may move this one.
    /// @param core GovernanceCore: the pause.
    /// @param proposalManager_ ProposalManager: windows.
    /// @param roleManager_ RoleManager: citizens.
    function initialize(address core, address proposalManager_, address roleManager_) external initializer {
        EngineStorage storage $ = _storage();
        $.core = core;
        $.proposalManager = proposalManager_;
        $.roleManager = roleManager_;
    }

    // ------------------------------------------------------------------ ballots

    /// @inheritdoc IVotingEngine
    function castVote(uint256 proposalId, uint8 support) external returns (uint256) {
        return _castOne(proposalId, msg.sender, support, 0);
    }

    /// @inheritdoc IVotingEngine
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256) {
        return _castWithReason(proposalId, support, reason);
    }

    /// @inheritdoc IVotingEngine
    function castVoteWithParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256) {
        if (params.length != 0) revert VotingEngineParamsNotEmpty();
        return _castWithReason(proposalId, support, reason);
    }

    /// @inheritdoc IVotingEngine
    function castVoteBySig(Ballot calldata ballot, bytes calldata signature) external returns (uint256) {
        if (block.timestamp > ballot.deadline) revert VotingEngineSignatureExpired();
        if (ballot.params.length != 0) revert VotingEngineParamsNotEmpty();
        bytes32 rulesHash = _storage().windows[ballot.proposalId].rulesHash;
        if (ballot.rulesHash != rulesHash) revert VotingEngineRulesChanged(ballot.proposalId, rulesHash);
        bytes32 structHash = keccak256(
            abi.encode(
                BALLOT_TYPEHASH,
                ballot.proposalId,
                rulesHash,
                ballot.voter,
                ballot.support,
                EMPTY_HASH,
                ballot.reasonHash,
                ballot.deadline
            )
        );
        if (!_isSignedBy(ballot.voter, _digest(structHash), signature)) revert VotingEngineInvalidSignature();
        return _castOne(ballot.proposalId, ballot.voter, ballot.support, ballot.reasonHash);
    }

    /// @inheritdoc IVotingEngine
    function castVotesBySig(
        uint256 proposalId,
        bytes32 rulesHash,
        bytes calldata packed
    ) external returns (uint256 counted) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _openWindow($, proposalId);
        if ($.windows[proposalId].rulesHash != rulesHash) {
            revert VotingEngineRulesChanged(proposalId, $.windows[proposalId].rulesHash);
        }
        if (packed.length % PACKED_BALLOT != 0) revert VotingEngineBatchLength(packed.length);
        Batch memory batch = _prepareBatch($, proposalId, rulesHash, window);
        uint256 oldTally = batch.tally;
        uint256 offset;
        uint256 end;
        assembly ("memory-safe") {
            offset := packed.offset
            end := add(offset, packed.length)
        }
        unchecked {
            for (; offset < end; offset += PACKED_BALLOT) {
                if (_countPacked($, window, batch, offset)) ++counted;
            }
        }
        if (batch.tally != oldTally) $.tallies[proposalId] = batch.tally;
    }

    // --------------------------------------------------------------- delegation

    /// @inheritdoc IVotingEngine
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegateBySig(
        address delegator,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert VotingEngineSignatureExpired();
        EngineStorage storage $ = _storage();
        uint256 current = $.nonces[delegator];
        if (nonce != current) revert VotingEngineInvalidNonce(delegator, current);
        bytes32 digest = _digest(keccak256(abi.encode(DELEGATE_TYPEHASH, delegator, delegatee, nonce, deadline)));
        if (!_isSignedBy(delegator, digest, signature)) revert VotingEngineInvalidSignature();
        $.nonces[delegator] = current + 1;
        _delegate(delegator, delegatee);
    }

    // ---------------------------------------------- by the deployment's contracts

    /// @inheritdoc IVotingEngine
    function openWindow(
        uint256 proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy,
        uint8 proposalType
    ) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.proposalManager) revert VotingEngineUnauthorized(msg.sender);
        Window storage window = $.windows[proposalId];
        if (window.clock.voteStart != 0) revert VotingEngineWindowExists(proposalId);
        uint48 pausedBefore = uint48(_secondsPaused($.pause));
        window.clock = WindowClock({
            voteStart: voteStart,
            voteEnd: voteEnd,
            pausedBefore: pausedBefore,
            index: $.windowCount++,
            proposalType: proposalType,
            onePerson: keccak256(bytes(IVotingStrategy(strategy).kind())) == ONE_PERSON,
            closed: false
        });
        window.rulesHash = rulesHash;
        window.strategy = strategy;

        LongestWindow memory longest = $.longest;
        uint48 period = voteEnd - voteStart;
        bool over = block.timestamp - pausedBefore >= longest.end;
        if (over || period > longest.period) longest.period = period;
        if (voteEnd - pausedBefore > longest.end) longest.end = voteEnd - pausedBefore;
        $.longest = longest;
        emit VotingWindowOpened(proposalId, rulesHash, voteStart, voteEnd, strategy);
    }

    /// @inheritdoc IVotingEngine
    function closeWindow(uint256 proposalId) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.proposalManager) revert VotingEngineUnauthorized(msg.sender);
        _knownClock($, proposalId);
        $.windows[proposalId].clock.closed = true;
        emit VotingWindowClosed(proposalId);
    }

    /// @inheritdoc IVotingEngine
    function setCitizen(address account, uint48 until) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.roleManager) revert VotingEngineUnauthorized(msg.sender);
        uint256 word = $.accounts[account];
        uint48 since = word.since();
        uint256 oldSupply = $.supply.latest();
        if (word.isValid(block.timestamp)) {
            $.accounts[account] = word.withUnit(since, until);
            emit CitizenChanged(account, since, until, oldSupply, oldSupply);
            return;
        }
        if (since != 0) {
            // The old unit ran out and nobody recorded it: end it first.
            _endUnit($, account, word);
            emit CitizenChanged(account, 0, 0, oldSupply, --oldSupply);
        }
        since = uint48(block.timestamp);
        $.accounts[account] = word.withUnit(since, until);
        $.supply.push(since, uint208(oldSupply + 1));
        emit CitizenChanged(account, since, until, oldSupply, oldSupply + 1);
    }

    /// @inheritdoc IVotingEngine
    function removeCitizen(address account) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.roleManager) revert VotingEngineUnauthorized(msg.sender);
        uint256 word = $.accounts[account];
        if (word.since() == 0) revert VotingEngineNotCitizen(account);
        uint256 oldSupply = $.supply.latest();
        _endUnit($, account, word);
        $.accounts[account] = word.withUnit(0, 0);
        emit CitizenChanged(account, 0, 0, oldSupply, oldSupply - 1);
    }

    /// @inheritdoc IVotingEngine
    function setPaused(uint48 until) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.core) revert VotingEngineUnauthorized(msg.sender);
        PauseClock memory pause = $.pause;
        if (!_isPaused(pause)) {
            pause.accumulated = _secondsPaused(pause);
            pause.since = uint48(block.timestamp);
        }
        pause.until = until;
        $.pause = pause;
    }

    /// @inheritdoc IVotingEngine
    function clearPaused() external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.core) revert VotingEngineUnauthorized(msg.sender);
        $.pause = PauseClock({since: 0, until: 0, accumulated: _secondsPaused($.pause)});
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IVotingEngine
    function delegates(address account) external view returns (address) {
        return address(_storage().delegateOf[OVERALL][account].latest());
    }

    /// @inheritdoc IVotingEngine
    function delegateAt(address account, uint256 timepoint) external view returns (address) {
        return address(_storage().delegateOf[OVERALL][account].upperLookupRecent(_past(timepoint)));
    }

    /// @inheritdoc IVotingEngine
    function nonces(address account) external view returns (uint256) {
        return _storage().nonces[account];
    }

    /// @inheritdoc IVotingEngine
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256) {
        return _powerAt(_storage(), account, _past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function standing(address account, uint256 timepoint) external view returns (bool citizenNow, uint256 power) {
        EngineStorage storage $ = _storage();
        return ($.accounts[account].isValid(block.timestamp), _powerAt($, account, _past(timepoint)));
    }

    /// @inheritdoc IVotingEngine
    function getBallotPower(uint256 proposalId, address account) external view returns (uint256) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        if (!window.onePerson) {
            return IVotingStrategy($.windows[proposalId].strategy).getVotingPower(account, snapshot);
        }
        return _delegateWeight($, proposalId, snapshot, account);
    }

    /// @inheritdoc IVotingEngine
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _storage().supply.upperLookupRecent(_past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function hasVoted(uint256 proposalId, address account) external view returns (bool) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        return _hasReceipt($, account, $.accounts[account], window.index);
    }

    /// @inheritdoc IVotingEngine
    function isCitizen(address account) external view returns (bool) {
        return _storage().accounts[account].isValid(block.timestamp);
    }

    /// @inheritdoc IVotingEngine
    function citizen(address account) external view returns (uint48 since, uint48 until) {
        uint256 word = _storage().accounts[account];
        return (word.since(), word.until());
    }

    /// @inheritdoc IVotingEngine
    function proposalVotes(
        uint256 proposalId
    ) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        EngineStorage storage $ = _storage();
        return _votes($, proposalId, _knownClock($, proposalId).onePerson);
    }

    /// @inheritdoc IVotingEngine
    function result(
        uint256 proposalId
    )
        external
        view
        returns (uint48 voteEnd, uint256 againstVotes, uint256 forVotes, uint256 abstainVotes, uint256 supply)
    {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        voteEnd = _shiftedEnd(window, $.pause);
        (againstVotes, forVotes, abstainVotes) = _votes($, proposalId, window.onePerson);
        supply =
            window.onePerson
                ? $.supply.upperLookupRecent(snapshot)
                : IVotingStrategy($.windows[proposalId].strategy).getPastTotalSupply(snapshot);
    }

    /// @inheritdoc IVotingEngine
    function votingWindow(
        uint256 proposalId
    ) external view returns (uint48 voteStart, uint48 voteEnd, bytes32 rulesHash, address strategy) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        Window storage stored = $.windows[proposalId];
        return (window.voteStart, _shiftedEnd(window, $.pause), stored.rulesHash, stored.strategy);
    }

    /// @inheritdoc IVotingEngine
    function paused() external view returns (bool) {
        return _isPaused(_storage().pause);
    }

    /// @inheritdoc IVotingEngine
    function pausedSeconds() external view returns (uint256) {
        return _secondsPaused(_storage().pause);
    }

    /// @inheritdoc IVotingEngine
    function pauseState() external view returns (bool isPaused, uint64 secondsPaused, uint48 until) {
        PauseClock memory pause = _storage().pause;
        isPaused = _isPaused(pause);
        return (isPaused, _secondsPaused(pause), isPaused ? pause.until : 0);
    }

    /// @inheritdoc IVotingEngine
    function longestOpenPeriod() external view returns (uint48) {
        EngineStorage storage $ = _storage();
        LongestWindow memory longest = $.longest;
        return block.timestamp - _secondsPaused($.pause) < longest.end ? longest.period : 0;
    }

    /// @inheritdoc IVotingEngine
    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IVotingEngine
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    // ----------------------------------------------------------------- internal

    function _storage() private pure returns (EngineStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @inheritdoc TypedData
    function _domainName() internal pure override returns (string memory) {
        return "VotingEngine";
    }

    function _castWithReason(
        uint256 proposalId,
        uint8 support,
        string calldata reason
    ) private returns (uint256 weight) {
        bool given = bytes(reason).length != 0;
        weight = _castOne(proposalId, msg.sender, support, given ? keccak256(bytes(reason)) : bytes32(0));
        if (given) emit VoteReasonPublished(msg.sender, proposalId, reason);
    }

    function _castOne(
        uint256 proposalId,
        address voter,
        uint8 support,
        bytes32 reasonHash
    ) private returns (uint256 weight) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _openWindow($, proposalId);
        uint256 oldTally = window.onePerson ? $.tallies[proposalId] : 0;
        uint256 tally;
        bytes4 code;
        (code, weight, tally) = _count($, proposalId, window, voter, support, oldTally);
        if (code != 0) {
            // None of the errors a ballot can be refused with has arguments: the selector is the whole of it.
            assembly ("memory-safe") {
                mstore(0, code)
                revert(0, 4)
            }
        }
        if (tally != oldTally) $.tallies[proposalId] = tally;
        emit VoteCast(voter, proposalId, support, weight, reasonHash);
    }

    /// @dev The window's clock if ballots are taken now.
    function _openWindow(EngineStorage storage $, uint256 proposalId) private view returns (WindowClock memory window) {
        window = _knownClock($, proposalId);
        if (window.closed || block.timestamp < window.voteStart) revert VotingEngineNotActive(proposalId);
        PauseClock memory pause = $.pause;
        if (window.proposalType != uint8(ProposalType.EMERGENCY) && _isPaused(pause)) revert VotingEnginePaused();
        if (block.timestamp >= _shiftedEnd(window, pause)) revert VotingEngineNotActive(proposalId);
    }

    function _knownClock(EngineStorage storage $, uint256 proposalId) private view returns (WindowClock memory window) {
        window = $.windows[proposalId].clock;
        if (window.voteStart == 0) revert VotingEngineUnknownProposal(proposalId);
    }

    /// @dev voteEnd moved by the pauses since opening; emergencies are decided in a pause, so theirs stands still.
    function _shiftedEnd(WindowClock memory window, PauseClock memory pause) private view returns (uint48) {
        if (window.proposalType == uint8(ProposalType.EMERGENCY)) return window.voteEnd;
        return uint48(window.voteEnd + _secondsPaused(pause) - window.pausedBefore);
    }

    function _isPaused(PauseClock memory pause) private view returns (bool) {
        return pause.since != 0 && block.timestamp < pause.until;
    }

    function _secondsPaused(PauseClock memory pause) private view returns (uint64) {
        if (pause.since == 0) return pause.accumulated;
        uint256 end = block.timestamp < pause.until ? block.timestamp : pause.until;
        return uint64(pause.accumulated + end - pause.since);
    }

    /// @dev Counts one ballot or says, by an error's selector, why not. `tally` is the packed one-person tally, which
    ///      the caller writes back; wide tallies are written here.
    function _count(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint8 support,
        uint256 tally
    ) private returns (bytes4 code, uint256 weight, uint256 newTally) {
        if (support > 2) return (VotingEngineInvalidSupport.selector, 0, tally);
        uint256 word = $.accounts[voter];
        if (_hasReceipt($, voter, word, window.index)) return (VotingEngineAlreadyVoted.selector, 0, tally);
        uint48 snapshot = window.voteStart - 1;
        if (window.onePerson) {
            weight = _ownUnit(word, snapshot);
            if (word & AccountSlot.FLAGS != 0) {
                (weight, tally) = _flaggedWeight($, proposalId, snapshot, voter, word, support, tally);
            }
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            unchecked {
                tally += (weight << (uint256(support) * 64)) + ONE_BALLOT;
            }
        } else {
            weight = IVotingStrategy($.windows[proposalId].strategy).getVotingPower(voter, snapshot);
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            $.wideTallies[proposalId][support] += weight;
        }
        _giveReceipt($, voter, word, window.index);
        return (0, weight, tally);
    }

    /// @dev 1 if the unit stood at the snapshot and has not ended now.
    function _ownUnit(uint256 word, uint48 snapshot) private view returns (uint256) {
        return word.since() <= snapshot && word.isValid(block.timestamp) ? 1 : 0;
    }

    /// @dev Weight of a voter who ever delegated or received units.
    function _flaggedWeight(
        EngineStorage storage $,
        uint256 proposalId,
        uint48 snapshot,
        address voter,
        uint256 word,
        uint8 support,
        uint256 tally
    ) private returns (uint256 weight, uint256 newTally) {
        uint256 own = _ownUnit(word, snapshot);
        weight = own;
        if (word & AccountSlot.IS_DELEGATE != 0) {
            DelegateBallot storage ballot = $.delegateBallots[proposalId][voter];
            weight += $.received[OVERALL][voter].upperLookupRecent(snapshot) - ballot.taken;
            if (weight != 0) {
                ballot.supportPlusOne = support + 1;
                ballot.ownCounted = own != 0;
            }
        }
        if (own != 0 && word & AccountSlot.HAS_DELEGATED != 0) {
            address delegatee = address($.delegateOf[OVERALL][voter].upperLookupRecent(snapshot));
            if (delegatee != address(0)) tally = _takeBack($, proposalId, snapshot, delegatee, voter, tally);
        }
        return (weight, tally);
    }

    /// @dev A delegator votes in person: the unit leaves the delegate's weight, and the tally if it was counted.
    function _takeBack(
        EngineStorage storage $,
        uint256 proposalId,
        uint48 snapshot,
        address delegatee,
        address delegator,
        uint256 tally
    ) private returns (uint256) {
        uint256 oldWeight = _delegateWeight($, proposalId, snapshot, delegatee);
        DelegateBallot storage ballot = $.delegateBallots[proposalId][delegatee];
        ++ballot.taken;
        uint8 supportPlusOne = ballot.supportPlusOne;
        bool counted = supportPlusOne != 0;
        if (counted) tally -= 1 << ((uint256(supportPlusOne) - 1) * 64);
        emit DelegateWeightReduced(delegatee, proposalId, delegator, oldWeight, oldWeight - 1, counted);
        return tally;
    }

    /// @dev What the account's ballot weighs now, cast or not.
    function _delegateWeight(
        EngineStorage storage $,
        uint256 proposalId,
        uint48 snapshot,
        address account
    ) private view returns (uint256) {
        DelegateBallot storage ballot = $.delegateBallots[proposalId][account];
        uint256 own =
            ballot.supportPlusOne != 0 ? (ballot.ownCounted ? 1 : 0) : _ownUnit($.accounts[account], snapshot);
        return own + $.received[OVERALL][account].upperLookupRecent(snapshot) - ballot.taken;
    }

    function _hasReceipt(
        EngineStorage storage $,
        address account,
        uint256 word,
        uint256 index
    ) private view returns (bool) {
        uint256 epoch = index >> 7;
        uint256 newest = word.epoch();
        if (epoch > newest) return false;
        uint256 receipts = epoch == newest ? word : $.archive[account][epoch];
        return (receipts >> (index & 127)) & 1 != 0;
    }

    function _giveReceipt(EngineStorage storage $, address account, uint256 word, uint256 index) private {
        uint256 epoch = index >> 7;
        uint256 newest = word.epoch();
        uint256 bit = 1 << (index & 127);
        if (epoch < newest) {
            $.archive[account][epoch] |= bit;
            return;
        }
        if (epoch > newest) {
            uint256 receipts = word.receipts();
            if (receipts != 0) $.archive[account][newest] = receipts;
            word = word.withEpoch(epoch);
        }
        $.accounts[account] = word | bit;
    }

    function _votes(
        EngineStorage storage $,
        uint256 proposalId,
        bool onePerson
    ) private view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        if (onePerson) {
            uint256 tally = $.tallies[proposalId];
            return (uint64(tally), uint64(tally >> 64), uint64(tally >> 128));
        }
        uint256[3] storage wide = $.wideTallies[proposalId];
        return (wide[0], wide[1], wide[2]);
    }

    function _powerAt(EngineStorage storage $, address account, uint48 timepoint) private view returns (uint256 power) {
        uint256 word = $.accounts[account];
        uint48 since = word.since();
        bool owned =
            since != 0 && since <= timepoint
                ? timepoint < word.until()
                : $.pastUnits[account].upperLookupRecent(timepoint) != 0;
        if (
            owned &&
            (word & AccountSlot.HAS_DELEGATED == 0 || $.delegateOf[OVERALL][account].upperLookupRecent(timepoint) == 0)
        ) {
            power = 1;
        }
        if (word & AccountSlot.IS_DELEGATE != 0) power += $.received[OVERALL][account].upperLookupRecent(timepoint);
    }

    function _past(uint256 timepoint) private view returns (uint48) {
        if (timepoint >= block.timestamp) revert VotingEngineFutureLookup(timepoint, uint48(block.timestamp));
        return uint48(timepoint);
    }

    /// @dev Records a unit's end: in its history, in the delegate's trace and in the supply.
    function _endUnit(EngineStorage storage $, address account, uint256 word) private {
        uint48 now_ = uint48(block.timestamp);
        uint48 until = word.until();
        $.pastUnits[account].push(word.since(), 1);
        $.pastUnits[account].push(until < now_ ? until : now_, 0);
        _setDelegate($, account, address($.delegateOf[OVERALL][account].latest()), address(0));
        $.supply.push(now_, $.supply.latest() - 1);
    }

    function _delegate(address delegator, address delegatee) private {
        EngineStorage storage $ = _storage();
        if (delegatee == delegator) delegatee = address(0);
        if (delegatee != address(0)) {
            uint256 word = $.accounts[delegator];
            if (!word.isValid(block.timestamp)) revert VotingEngineNotCitizen(delegator);
            if (!IRoleManager($.roleManager).hasRole(keccak256("DELEGATE"), delegatee)) {
                revert VotingEngineNotDelegate(delegatee);
            }
            $.accounts[delegator] = word | AccountSlot.HAS_DELEGATED;
            $.accounts[delegatee] |= AccountSlot.IS_DELEGATE;
        }
        _setDelegate($, delegator, address($.delegateOf[OVERALL][delegator].latest()), delegatee);
    }

    /// @dev Moves the unit of `account`; nothing happens when nothing changes.
    function _setDelegate(EngineStorage storage $, address account, address from, address to) private {
        if (from == to) return;
        uint48 now_ = uint48(block.timestamp);
        $.delegateOf[OVERALL][account].push(now_, uint160(to));
        emit DelegateChanged(account, OVERALL, from, to);
        if (from != address(0)) {
            uint208 votes = $.received[OVERALL][from].latest();
            $.received[OVERALL][from].push(now_, votes - 1);
            emit DelegateVotesChanged(from, OVERALL, votes, votes - 1);
        }
        if (to != address(0)) {
            uint208 votes = $.received[OVERALL][to].latest();
            $.received[OVERALL][to].push(now_, votes + 1);
            emit DelegateVotesChanged(to, OVERALL, votes, votes + 1);
        }
    }

    // ------------------------------------------------------------ packed ballots

    /// @dev Reserves memory for one ballot at a time: the 8 words of the EIP-712 struct, the 66 bytes of its digest
    ///      (padded to 96), the 3 words of the event. What all ballots of the batch share is written here once.
    function _prepareBatch(
        EngineStorage storage $,
        uint256 proposalId,
        bytes32 rulesHash,
        WindowClock memory window
    ) private view returns (Batch memory batch) {
        bytes32 separator = _domainSeparator();
        bytes32 typeHash = BALLOT_TYPEHASH;
        bytes32 emptyHash = EMPTY_HASH;
        uint256 scratch;
        assembly ("memory-safe") {
            scratch := mload(0x40)
            mstore(0x40, add(scratch, 0x1c0))
            mstore(scratch, typeHash)
            mstore(add(scratch, 0x20), proposalId)
            mstore(add(scratch, 0x40), rulesHash)
            mstore(add(scratch, 0xa0), emptyHash)
            mstore(add(scratch, 0x100), shl(240, 0x1901))
            mstore(add(scratch, 0x102), separator)
            mstore(add(scratch, 0x180), 1)
        }
        batch.proposalId = proposalId;
        batch.scratch = scratch;
        batch.snapshot = window.voteStart - 1;
        batch.plainEpoch = window.onePerson ? window.index >> 7 : type(uint256).max;
        batch.bit = 1 << (window.index & 127);
        batch.tally = $.tallies[proposalId];
    }

    /// @dev Counts the packed ballot at calldata `offset`, or says why it is left out.
    function _countPacked(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        uint256 offset
    ) private returns (bool) {
        (bytes32 digest, bytes4 code) = _readPacked(offset, batch.scratch);
        if (code == 0) {
            if (_countPlain($, batch)) return true;
            code = _countOther($, window, batch);
            if (code == 0) return true;
        }
        (address voter, , ) = _lastRead(batch.scratch);
        emit BallotSkipped(digest, voter, batch.proposalId, code);
        return false;
    }

    /// @dev The ballot of a citizen who never delegated nor was a delegate, and has no receipt of a newer epoch: nearly
    ///      all of them. One expression decides, since the epoch and the flags lie side by side and a word without a
    ///      unit has an end of 0. False, with nothing changed, if the ballot is not of this kind or must be refused.
    function _countPlain(EngineStorage storage $, Batch memory batch) private returns (bool) {
        mapping(address => uint256) storage accounts = $.accounts;
        uint256 scratch = batch.scratch;
        uint256 support;
        uint256 slot;
        uint256 word;
        assembly ("memory-safe") {
            support := mload(add(scratch, 0x80))
            mstore(0, mload(add(scratch, 0x60)))
            mstore(0x20, accounts.slot)
            slot := keccak256(0, 0x40)
            word := sload(slot)
        }
        uint256 bit = batch.bit;
        if (
            uint32(word >> 128) != batch.plainEpoch ||
            word & bit != 0 ||
            word.until() <= block.timestamp ||
            word >> 208 > batch.snapshot ||
            support > 2
        ) return false;
        bytes32 topic = VoteCast.selector;
        uint256 proposalId = batch.proposalId;
        assembly ("memory-safe") {
            sstore(slot, or(word, bit))
            mstore(add(scratch, 0x160), support)
            mstore(add(scratch, 0x1a0), mload(add(scratch, 0xc0)))
            log3(add(scratch, 0x160), 0x60, topic, mload(add(scratch, 0x60)), proposalId)
        }
        unchecked {
            batch.tally += (1 << (support << 6)) + ONE_BALLOT;
        }
        return true;
    }

    /// @dev Any other ballot, by the same rules as a single one. Returns 0 or the selector of what is wrong.
    function _countOther(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch
    ) private returns (bytes4 code) {
        (address voter, uint8 support, bytes32 reasonHash) = _lastRead(batch.scratch);
        uint256 weight;
        (code, weight, batch.tally) = _count($, batch.proposalId, window, voter, support, batch.tally);
        if (code == 0) emit VoteCast(voter, batch.proposalId, support, weight, reasonHash);
    }

    /// @dev What {_readPacked} left in memory.
    function _lastRead(uint256 scratch) private pure returns (address voter, uint8 support, bytes32 reasonHash) {
        assembly ("memory-safe") {
            voter := mload(add(scratch, 0x60))
            support := mload(add(scratch, 0x80))
            reasonHash := mload(add(scratch, 0xc0))
        }
    }

    /// @dev Reads the packed ballot at calldata `offset` into memory and checks its deadline and signature. `code` is 0
    ///      or the selector of what is wrong.
    function _readPacked(uint256 offset, uint256 scratch) private view returns (bytes32 digest, bytes4 code) {
        uint256 deadline;
        uint256 vs;
        assembly ("memory-safe") {
            deadline := shr(208, calldataload(add(offset, 21)))
            vs := calldataload(add(offset, 91))
            mstore(add(scratch, 0x60), shr(96, calldataload(offset)))
            mstore(add(scratch, 0x80), byte(0, calldataload(add(offset, 20))))
            mstore(add(scratch, 0xc0), calldataload(add(offset, 27)))
            mstore(add(scratch, 0xe0), deadline)
            mstore(add(scratch, 0x122), keccak256(scratch, 0x100))
            digest := keccak256(add(scratch, 0x100), 66)
        }
        if (block.timestamp > deadline) return (digest, VotingEngineSignatureExpired.selector);
        uint256 s = vs & (type(uint256).max >> 1);
        uint256 signer;
        if (s <= HALF_ORDER) {
            assembly ("memory-safe") {
                let input := mload(0x40)
                mstore(input, digest)
                mstore(add(input, 0x20), add(27, shr(255, vs)))
                mstore(add(input, 0x40), calldataload(add(offset, 59)))
                mstore(add(input, 0x60), s)
                mstore(0, 0)
                pop(staticcall(gas(), 1, input, 0x80, 0, 0x20))
                // A failed recovery leaves zero, which must never pass for the zero address: then `signer` stays 0.
                if eq(mload(0), mload(add(scratch, 0x60))) {
                    signer := mload(0)
                }
            }
        }
        if (signer == 0) code = VotingEngineInvalidSignature.selector;
    }
}
