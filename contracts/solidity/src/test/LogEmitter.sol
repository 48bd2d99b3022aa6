// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action, ProposalType} from "../interfaces/GovernanceTypes.sol";

/// @title Emits a deployment's events without one, to fill nodes for benchmarks of the indexer. Never deployed for
///         real.
contract LogEmitter {
    event VoteCast(
        address indexed voter,
        uint256 indexed proposalId,
        uint8 support,
        uint256 weight,
        bytes32 reasonHash
    );
    event VotingWindowOpened(
        uint256 indexed proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy
    );
    event ProposalCreated(
        uint256 indexed proposalId,
        address indexed proposer,
        ProposalType proposalType,
        address strategy,
        bytes32 metadataHash,
        bytes32 contentHash,
        Action[] actions
    );
    event ProposalActivated(
        uint256 indexed proposalId,
        address indexed activatedBy,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        uint16 quorumPercentage,
        uint8 passingPercentage,
        uint48 executionDelay,
        uint48 gracePeriod,
        uint256 proposalThreshold
    );
    event CitizenChanged(address indexed account, uint48 since, uint48 until, uint256 oldSupply, uint256 newSupply);
    event GovernanceParamUpdated(bytes32 indexed name, uint256 oldValue, uint256 newValue);

    /// @notice `count` ballots of weight 1 by voters `voterAt(start)` and following; support goes 0, 1, 2, 0 ...
    function emitVotes(uint256 proposalId, uint256 start, uint256 count) external {
        for (uint256 i = start; i < start + count; ++i) {
            emit VoteCast(voterAt(i), proposalId, uint8(i % 3), 1, bytes32(0));
        }
    }

    /// @notice A proposal created (as a POLICY without actions, at a majority, with a delay and a grace of a day and a
    ///         threshold of 1) and opened in one go.
    function emitProposal(
        uint256 proposalId,
        address strategy,
        uint48 voteStart,
        uint48 voteEnd,
        uint16 quorumPercentage
    ) external {
        bytes32 metadataHash = keccak256(abi.encode("metadata", proposalId));
        bytes32 actionsHash = keccak256(abi.encode(new Action[](0)));
        bytes32 contentHash = keccak256(abi.encode(msg.sender, uint8(0), metadataHash, actionsHash, strategy));
        bytes32 rulesHash = keccak256(
            abi.encode(
                contentHash,
                bytes32("voteStart-1"),
                quorumPercentage,
                uint8(50),
                voteEnd - voteStart,
                uint48(1 days),
                uint48(1 days),
                uint256(1)
            )
        );
        emit ProposalCreated(
            proposalId,
            msg.sender,
            ProposalType.POLICY,
            strategy,
            metadataHash,
            contentHash,
            new Action[](0)
        );
        emit VotingWindowOpened(proposalId, rulesHash, voteStart, voteEnd, strategy);
        emit ProposalActivated(
            proposalId,
            msg.sender,
            rulesHash,
            voteStart,
            voteEnd,
            quorumPercentage,
            50,
            1 days,
            1 days,
            1
        );
    }

    /// @notice `count` citizens without an end, from number `start`.
    function emitCitizens(uint256 start, uint256 count) external {
        for (uint256 i = start; i < start + count; ++i) {
            emit CitizenChanged(voterAt(i), uint48(block.timestamp), type(uint48).max, i, i + 1);
        }
    }

    /// @notice A parameter, `name` being a field of GovernanceParams as a short string.
    function emitParam(bytes32 name, uint256 oldValue, uint256 newValue) external {
        emit GovernanceParamUpdated(name, oldValue, newValue);
    }

    /// @notice The pseudo voter with this number.
    function voterAt(uint256 number) public pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(number)))));
    }
}
