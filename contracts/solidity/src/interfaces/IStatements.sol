// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The sentences people sign, in the language of a deployment.
/// @notice Every typed data of a person begins with a field `statement`. The contract that checks the signature builds
///         that sentence here from the other fields, so that any wallet shows plain words and no page can show others.
/// @dev Pure and immutable; the contracts keep its address as an immutable of their implementation. A sentence is its
///      fixed pieces with the arguments between them: `pieces[0] arg[0] pieces[1] arg[1] …`. Arguments are written as
///      follows: numbers in decimal digits, accounts as EIP-55 checksummed addresses, kinds of proposals as the words of
///      `pieces("kinds")`, times as `YYYY-MM-DD hh:mm:ss UTC`. The build copies all pieces into the artifact, from
///      which other programs make the same sentences.
/// @custom:security-contact security@civicportal.example
interface IStatements {
    /// @notice The language as ISO 639-1 code, such as "en".
    function language() external pure returns (string memory);

    /// @notice What a ballot says in a vote that counts people or tokens; empty when `support` is above 2.
    /// @param support 0 against, 1 for, 2 abstain.
    function ballot(uint256 proposalId, uint8 support) external pure returns (string memory);

    /// @notice What a ballot of `votes` votes says in a quadratic vote; empty when `support` is above 2.
    function quadraticBallot(uint256 proposalId, uint8 support, uint256 votes) external pure returns (string memory);

    /// @notice keccak256 of the three sentences of {ballot}, once for a whole batch.
    function ballotHashes(uint256 proposalId) external pure returns (bytes32 against, bytes32 for_, bytes32 abstain);

    /// @notice Giving the vote to `delegatee`, or taking it back when that is the zero address.
    function delegation(address delegatee) external pure returns (string memory);

    /// @notice Giving the vote on one type of proposals: to `delegatee`; kept, when that is `delegator`; as the general
    ///         choice says, when it is the zero address. Empty when `proposalType` is above 5.
    function delegationFor(
        uint8 proposalType,
        address delegator,
        address delegatee
    ) external pure returns (string memory);

    /// @notice Making a proposal; empty when `proposalType` is above 5.
    function proposal(uint8 proposalType) external pure returns (string memory);

    /// @notice Endorsing a draft.
    function endorsement(uint256 proposalId) external pure returns (string memory);

    /// @notice Opening a vote, at a time if `voteStart` (Unix seconds) is not 0.
    function activation(uint256 proposalId, uint48 voteStart) external pure returns (string memory);

    /// @notice Cancelling a proposal.
    function cancellation(uint256 proposalId) external pure returns (string memory);

    /// @notice Publishing a profile, which is signed for the portal and never sent to a contract.
    function profile() external pure returns (string memory);

    /// @notice Names of all sentences, each a short string in bytes32, with their arguments in order:
    ///         - `ballot.against`, `ballot.for`, `ballot.abstain`: proposalId
    ///         - `vote.against`, `vote.for`, `vote.abstain` for one vote and `votes.against`, `votes.for`,
    ///           `votes.abstain` for any other number: votes, proposalId
    ///         - `delegation.give`: account; `delegation.back`: none
    ///         - `delegationFor.give`: kind, account; `delegationFor.keep`, `delegationFor.general`: kind
    ///         - `proposal`: kind
    ///         - `endorsement`, `activation`, `cancellation`: proposalId
    ///         - `activation.at`: proposalId, time
    ///         - `profile`: none
    ///         - `kinds`: no sentence, the words for the types of proposals, by number
    function sentences() external pure returns (bytes32[] memory);

    /// @notice The fixed pieces of a sentence, one more than it has arguments; empty when there is no such sentence.
    function pieces(bytes32 sentence) external pure returns (string[] memory);
}
