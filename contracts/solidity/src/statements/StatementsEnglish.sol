// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStatements} from "../interfaces/IStatements.sol";
import {Statements} from "./Statements.sol";

/// @title The sentences people sign, in English.
/// @custom:security-contact security@civicportal.example
contract StatementsEnglish is Statements {
    /// @inheritdoc IStatements
    function language() external pure returns (string memory) {
        return "en";
    }

    /// @inheritdoc IStatements
    function pieces(bytes32 sentence) public pure override returns (string[] memory) {
        if (sentence == BALLOT_AGAINST) return _pieces("I vote AGAINST proposal ", ".");
        if (sentence == BALLOT_FOR) return _pieces("I vote FOR proposal ", ".");
        if (sentence == BALLOT_ABSTAIN) return _pieces("I abstain on proposal ", ".");
        if (sentence == VOTE_AGAINST) return _pieces("I cast ", " vote AGAINST proposal ", ".");
        if (sentence == VOTE_FOR) return _pieces("I cast ", " vote FOR proposal ", ".");
        if (sentence == VOTE_ABSTAIN) return _pieces("I abstain with ", " vote on proposal ", ".");
        if (sentence == VOTES_AGAINST) return _pieces("I cast ", " votes AGAINST proposal ", ".");
        if (sentence == VOTES_FOR) return _pieces("I cast ", " votes FOR proposal ", ".");
        if (sentence == VOTES_ABSTAIN) return _pieces("I abstain with ", " votes on proposal ", ".");
        if (sentence == DELEGATION_GIVE) return _pieces("I give my vote to ", ".");
        if (sentence == DELEGATION_BACK) return _pieces("I take my vote back.");
        if (sentence == DELEGATION_FOR_GIVE) return _pieces("I give my vote on ", " proposals to ", ".");
        if (sentence == DELEGATION_FOR_KEEP) return _pieces("I keep my own vote on ", " proposals.");
        if (sentence == DELEGATION_FOR_GENERAL) {
            return _pieces("My vote on ", " proposals follows my general choice again.");
        }
        if (sentence == PROPOSAL) return _pieces("I make this ", " proposal.");
        if (sentence == ENDORSEMENT) return _pieces("I support proposal ", ".");
        if (sentence == ACTIVATION) return _pieces("I open the vote on proposal ", ".");
        if (sentence == ACTIVATION_AT) return _pieces("I open the vote on proposal ", " at ", ".");
        if (sentence == CANCELLATION) return _pieces("I cancel proposal ", ".");
        if (sentence == PROFILE) return _pieces("I publish this profile.");
        if (sentence == KINDS) return _words(["DECISION", "BUDGET", "RULES", "ROLES", "SOFTWARE", "EMERGENCY"]);
        return new string[](0);
    }
}
