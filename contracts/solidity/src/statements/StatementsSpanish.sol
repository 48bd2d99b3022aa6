// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStatements} from "../interfaces/IStatements.sol";
import {Statements} from "./Statements.sol";

/// @title The sentences people sign, in Spanish.
/// @custom:security-contact security@civicportal.example
contract StatementsSpanish is Statements {
    /// @inheritdoc IStatements
    function language() external pure returns (string memory) {
        return "es";
    }

    /// @inheritdoc IStatements
    function pieces(bytes32 sentence) public pure override returns (string[] memory) {
        if (sentence == BALLOT_AGAINST) return _pieces("Voto EN CONTRA de la propuesta ", ".");
        if (sentence == BALLOT_FOR) return _pieces("Voto A FAVOR de la propuesta ", ".");
        if (sentence == BALLOT_ABSTAIN) return _pieces("Me abstengo en la propuesta ", ".");
        if (sentence == VOTE_AGAINST) return _pieces("Doy ", " voto EN CONTRA de la propuesta ", ".");
        if (sentence == VOTE_FOR) return _pieces("Doy ", " voto A FAVOR de la propuesta ", ".");
        if (sentence == VOTE_ABSTAIN) return _pieces("Me abstengo con ", " voto en la propuesta ", ".");
        if (sentence == VOTES_AGAINST) return _pieces("Doy ", " votos EN CONTRA de la propuesta ", ".");
        if (sentence == VOTES_FOR) return _pieces("Doy ", " votos A FAVOR de la propuesta ", ".");
        if (sentence == VOTES_ABSTAIN) return _pieces("Me abstengo con ", " votos en la propuesta ", ".");
        if (sentence == DELEGATION_GIVE) return _pieces("Cedo mi voto a ", ".");
        if (sentence == DELEGATION_BACK) return _pieces("Recupero mi voto.");
        if (sentence == DELEGATION_FOR_GIVE) return _pieces("Cedo mi voto en las propuestas de ", " a ", ".");
        if (sentence == DELEGATION_FOR_KEEP) return _pieces("Conservo mi voto en las propuestas de ", ".");
        if (sentence == DELEGATION_FOR_GENERAL) {
            return _pieces("Mi voto en las propuestas de ", unicode" vuelve a seguir mi elección general.");
        }
        if (sentence == PROPOSAL) return _pieces("Presento esta propuesta de ", ".");
        if (sentence == ENDORSEMENT) return _pieces("Apoyo la propuesta ", ".");
        if (sentence == ACTIVATION) return _pieces(unicode"Abro la votación de la propuesta ", ".");
        if (sentence == ACTIVATION_AT) return _pieces(unicode"Abro la votación de la propuesta ", " el ", ".");
        if (sentence == CANCELLATION) return _pieces("Cancelo la propuesta ", ".");
        if (sentence == PROFILE) return _pieces("Publico este perfil.");
        if (sentence == KINDS) {
            return _words([unicode"DECISIÓN", "PRESUPUESTO", "REGLAS", "FUNCIONES", "PROGRAMA", "EMERGENCIA"]);
        }
        return new string[](0);
    }
}
