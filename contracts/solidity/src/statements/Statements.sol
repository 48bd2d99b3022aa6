// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {IStatements} from "../interfaces/IStatements.sol";
import {UtcTime} from "./UtcTime.sol";

/// @title Sentences out of a language's fixed pieces; a language adds no more than the table of them.
/// @custom:security-contact security@civicportal.example
abstract contract Statements is IStatements, ERC165 {
    bytes32 internal constant BALLOT_AGAINST = "ballot.against";
    bytes32 internal constant BALLOT_FOR = "ballot.for";
    bytes32 internal constant BALLOT_ABSTAIN = "ballot.abstain";
    bytes32 internal constant VOTE_AGAINST = "vote.against";
    bytes32 internal constant VOTE_FOR = "vote.for";
    bytes32 internal constant VOTE_ABSTAIN = "vote.abstain";
    bytes32 internal constant VOTES_AGAINST = "votes.against";
    bytes32 internal constant VOTES_FOR = "votes.for";
    bytes32 internal constant VOTES_ABSTAIN = "votes.abstain";
    bytes32 internal constant DELEGATION_GIVE = "delegation.give";
    bytes32 internal constant DELEGATION_BACK = "delegation.back";
    bytes32 internal constant DELEGATION_FOR_GIVE = "delegationFor.give";
    bytes32 internal constant DELEGATION_FOR_KEEP = "delegationFor.keep";
    bytes32 internal constant DELEGATION_FOR_GENERAL = "delegationFor.general";
    bytes32 internal constant PROPOSAL = "proposal";
    bytes32 internal constant ENDORSEMENT = "endorsement";
    bytes32 internal constant ACTIVATION = "activation";
    bytes32 internal constant ACTIVATION_AT = "activation.at";
    bytes32 internal constant CANCELLATION = "cancellation";
    bytes32 internal constant PROFILE = "profile";
    bytes32 internal constant KINDS = "kinds";

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IStatements).interfaceId || super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------------ ballots

    /// @inheritdoc IStatements
    function ballot(uint256 proposalId, uint8 support) external pure returns (string memory) {
        if (support > 2) return "";
        return _say(_bySupport(support, BALLOT_AGAINST, BALLOT_FOR, BALLOT_ABSTAIN), Strings.toString(proposalId));
    }

    /// @inheritdoc IStatements
    function quadraticBallot(uint256 proposalId, uint8 support, uint256 votes) external pure returns (string memory) {
        if (support > 2) return "";
        bytes32 sentence = votes == 1
            ? _bySupport(support, VOTE_AGAINST, VOTE_FOR, VOTE_ABSTAIN)
            : _bySupport(support, VOTES_AGAINST, VOTES_FOR, VOTES_ABSTAIN);
        return _say(sentence, Strings.toString(votes), Strings.toString(proposalId));
    }

    /// @inheritdoc IStatements
    function ballotHashes(uint256 proposalId) external pure returns (bytes32 against, bytes32 for_, bytes32 abstain) {
        string memory id = Strings.toString(proposalId);
        against = keccak256(bytes(_say(BALLOT_AGAINST, id)));
        for_ = keccak256(bytes(_say(BALLOT_FOR, id)));
        abstain = keccak256(bytes(_say(BALLOT_ABSTAIN, id)));
    }

    // -------------------------------------------------------------- delegations

    /// @inheritdoc IStatements
    function delegation(address delegatee) external pure returns (string memory) {
        if (delegatee == address(0)) return _say(DELEGATION_BACK);
        return _say(DELEGATION_GIVE, Strings.toChecksumHexString(delegatee));
    }

    /// @inheritdoc IStatements
    function delegationFor(
        uint8 proposalType,
        address delegator,
        address delegatee
    ) external pure returns (string memory) {
        string memory kind = _kind(proposalType);
        if (bytes(kind).length == 0) return "";
        if (delegatee == address(0)) return _say(DELEGATION_FOR_GENERAL, kind);
        if (delegatee == delegator) return _say(DELEGATION_FOR_KEEP, kind);
        return _say(DELEGATION_FOR_GIVE, kind, Strings.toChecksumHexString(delegatee));
    }

    // ---------------------------------------------------------------- proposals

    /// @inheritdoc IStatements
    function proposal(uint8 proposalType) external pure returns (string memory) {
        string memory kind = _kind(proposalType);
        return bytes(kind).length == 0 ? "" : _say(PROPOSAL, kind);
    }

    /// @inheritdoc IStatements
    function endorsement(uint256 proposalId) external pure returns (string memory) {
        return _say(ENDORSEMENT, Strings.toString(proposalId));
    }

    /// @inheritdoc IStatements
    function activation(uint256 proposalId, uint48 voteStart) external pure returns (string memory) {
        string memory id = Strings.toString(proposalId);
        return voteStart == 0 ? _say(ACTIVATION, id) : _say(ACTIVATION_AT, id, UtcTime.toString(voteStart));
    }

    /// @inheritdoc IStatements
    function cancellation(uint256 proposalId) external pure returns (string memory) {
        return _say(CANCELLATION, Strings.toString(proposalId));
    }

    /// @inheritdoc IStatements
    function profile() external pure returns (string memory) {
        return _say(PROFILE);
    }

    // ------------------------------------------------------------------- pieces

    /// @inheritdoc IStatements
    function sentences() external pure returns (bytes32[] memory names) {
        bytes32[21] memory all = [
            BALLOT_AGAINST,
            BALLOT_FOR,
            BALLOT_ABSTAIN,
            VOTE_AGAINST,
            VOTE_FOR,
            VOTE_ABSTAIN,
            VOTES_AGAINST,
            VOTES_FOR,
            VOTES_ABSTAIN,
            DELEGATION_GIVE,
            DELEGATION_BACK,
            DELEGATION_FOR_GIVE,
            DELEGATION_FOR_KEEP,
            DELEGATION_FOR_GENERAL,
            PROPOSAL,
            ENDORSEMENT,
            ACTIVATION,
            ACTIVATION_AT,
            CANCELLATION,
            PROFILE,
            KINDS
        ];
        names = new bytes32[](all.length);
        for (uint256 i; i < all.length; ++i) names[i] = all[i];
    }

    /// @inheritdoc IStatements
    function pieces(bytes32 sentence) public pure virtual returns (string[] memory);

    function _pieces(string memory a) internal pure returns (string[] memory list) {
        list = new string[](1);
        list[0] = a;
    }

    function _pieces(string memory a, string memory b) internal pure returns (string[] memory list) {
        list = new string[](2);
        (list[0], list[1]) = (a, b);
    }

    function _pieces(
        string memory a,
        string memory b,
        string memory c
    ) internal pure returns (string[] memory list) {
        list = new string[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    /// @dev The words for the types of proposals, in their order.
    function _words(string[6] memory words) internal pure returns (string[] memory list) {
        list = new string[](6);
        for (uint256 i; i < 6; ++i) list[i] = words[i];
    }

    // ----------------------------------------------------------------- internal

    function _say(bytes32 sentence) private pure returns (string memory) {
        return pieces(sentence)[0];
    }

    function _say(bytes32 sentence, string memory argument) private pure returns (string memory) {
        string[] memory fixed_ = pieces(sentence);
        return string.concat(fixed_[0], argument, fixed_[1]);
    }

    function _say(
        bytes32 sentence,
        string memory first,
        string memory second
    ) private pure returns (string memory) {
        string[] memory fixed_ = pieces(sentence);
        return string.concat(fixed_[0], first, fixed_[1], second, fixed_[2]);
    }

    function _bySupport(
        uint8 support,
        bytes32 against,
        bytes32 for_,
        bytes32 abstain
    ) private pure returns (bytes32) {
        if (support == 0) return against;
        return support == 1 ? for_ : abstain;
    }

    /// @dev The word for a type of proposals; empty when there is no such type.
    function _kind(uint8 proposalType) private pure returns (string memory) {
        string[] memory words = pieces(KINDS);
        return proposalType < words.length ? words[proposalType] : "";
    }
}
