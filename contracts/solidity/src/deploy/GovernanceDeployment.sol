// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {ExecutionModule} from "../core/ExecutionModule.sol";
import {GovernanceCore} from "../core/GovernanceCore.sol";
import {ProposalManager} from "../core/ProposalManager.sol";
import {RoleManager} from "../core/RoleManager.sol";
import {VotingEngine} from "../core/VotingEngine.sol";
import {GovernanceParams} from "../interfaces/GovernanceTypes.sol";
import {OnePersonOneVoteStrategy} from "../strategies/OnePersonOneVoteStrategy.sol";
import {QuadraticStrategy} from "../strategies/QuadraticStrategy.sol";
import {TokenWeightedStrategy} from "../strategies/TokenWeightedStrategy.sol";
import {CivicToken} from "../token/CivicToken.sol";

/// @title A whole deployment in one transaction: every proxy made, initialised, wired and handed to the timelock.
/// @notice Nobody, the sender included, holds any right over the result beyond the officers seated here.
/// @dev The constructor is all there is. Contracts that name each other are possible because the addresses a contract
///      makes follow from its own address and a counter.
contract GovernanceDeployment {
    /// @notice Implementations deployed before; `civicToken` may be zero: no token then.
    struct Implementations {
        address executionModule;
        address votingEngine;
        address roleManager;
        address proposalManager;
        address governanceCore;
        address civicToken;
    }

    /// @notice The rules and the people of the first day.
    struct Setup {
        GovernanceParams params;
        RoleManager.Officer[] administrators;
        RoleManager.Officer[] guardians;
        address[] citizens;
        string tokenName;
        string tokenSymbol;
        address[] tokenHolders;
        uint256[] tokenAmounts;
        /// Credits of a citizen in each period of quadratic votes, and the length of a period in seconds.
        uint32 quadraticCredits;
        uint48 quadraticPeriod;
    }

    struct Deployed {
        address executionModule;
        address votingEngine;
        address roleManager;
        address proposalManager;
        address governanceCore;
        address onePersonOneVoteStrategy;
        address quadraticStrategy;
        address civicToken;
        address tokenWeightedStrategy;
    }

    /// @notice All that was made; the last two are zero without a token.
    event DeploymentCompleted(
        address governanceCore,
        address proposalManager,
        address votingEngine,
        address roleManager,
        address executionModule,
        address onePersonOneVoteStrategy,
        address quadraticStrategy,
        address civicToken,
        address tokenWeightedStrategy
    );

    address public immutable executionModule;
    address public immutable votingEngine;
    address public immutable roleManager;
    address public immutable proposalManager;
    address public immutable governanceCore;
    address public immutable onePersonOneVoteStrategy;
    address public immutable quadraticStrategy;
    address public immutable civicToken;
    address public immutable tokenWeightedStrategy;

    /// @param code Implementations.
    /// @param setup Parameters, officers, citizens and token holders of the first day.
    constructor(Implementations memory code, Setup memory setup) {
        bool withToken = code.civicToken != address(0);
        Deployed memory d = _predict(withToken);
        _deployBase(code, setup, d);
        d.onePersonOneVoteStrategy = address(new OnePersonOneVoteStrategy(d.votingEngine));
        d.quadraticStrategy = address(
            new QuadraticStrategy(d.votingEngine, setup.quadraticCredits, setup.quadraticPeriod)
        );
        if (withToken) _deployToken(code, setup, d);
        _deployCore(code, setup, d);

        executionModule = d.executionModule;
        votingEngine = d.votingEngine;
        roleManager = d.roleManager;
        proposalManager = d.proposalManager;
        governanceCore = d.governanceCore;
        onePersonOneVoteStrategy = d.onePersonOneVoteStrategy;
        quadraticStrategy = d.quadraticStrategy;
        civicToken = d.civicToken;
        tokenWeightedStrategy = d.tokenWeightedStrategy;
        emit DeploymentCompleted(
            d.governanceCore,
            d.proposalManager,
            d.votingEngine,
            d.roleManager,
            d.executionModule,
            d.onePersonOneVoteStrategy,
            d.quadraticStrategy,
            d.civicToken,
            d.tokenWeightedStrategy
        );
    }

    /// @dev Where the proxies will be: this contract makes them in the order of these numbers.
    function _predict(bool withToken) private view returns (Deployed memory d) {
        d.executionModule = _made(1);
        d.votingEngine = _made(2);
        d.roleManager = _made(3);
        d.proposalManager = _made(4);
        if (withToken) d.civicToken = _made(7);
        d.governanceCore = _made(withToken ? 9 : 7);
    }

    /// @dev Order matters: seating citizens calls the engine.
    function _deployBase(Implementations memory code, Setup memory setup, Deployed memory d) private {
        address[] memory proxies = new address[](d.civicToken == address(0) ? 5 : 6);
        proxies[0] = d.governanceCore;
        proxies[1] = d.proposalManager;
        proxies[2] = d.votingEngine;
        proxies[3] = d.roleManager;
        proxies[4] = d.executionModule;
        if (proxies.length == 6) proxies[5] = d.civicToken;
        bytes memory call = abi.encodeCall(
            ExecutionModule.initialize,
            (d.governanceCore, d.proposalManager, d.votingEngine, d.roleManager, proxies)
        );
        _proxy(d, d.executionModule, code.executionModule, call);
        call = abi.encodeCall(VotingEngine.initialize, (d.governanceCore, d.proposalManager, d.roleManager));
        _proxy(d, d.votingEngine, code.votingEngine, call);
        call = abi.encodeCall(
            RoleManager.initialize,
            (d.votingEngine, d.executionModule, setup.administrators, setup.guardians, setup.citizens)
        );
        _proxy(d, d.roleManager, code.roleManager, call);
        call = abi.encodeCall(
            ProposalManager.initialize,
            (d.governanceCore, d.votingEngine, d.roleManager, d.executionModule)
        );
        _proxy(d, d.proposalManager, code.proposalManager, call);
    }

    function _deployToken(Implementations memory code, Setup memory setup, Deployed memory d) private {
        bytes memory call = abi.encodeCall(
            CivicToken.initialize,
            (setup.tokenName, setup.tokenSymbol, setup.tokenHolders, setup.tokenAmounts)
        );
        _proxy(d, d.civicToken, code.civicToken, call);
        d.tokenWeightedStrategy = address(new TokenWeightedStrategy(d.civicToken));
    }

    function _deployCore(Implementations memory code, Setup memory setup, Deployed memory d) private {
        bool withToken = d.civicToken != address(0);
        address[] memory strategies = new address[](withToken ? 3 : 2);
        strategies[0] = d.onePersonOneVoteStrategy;
        strategies[1] = d.quadraticStrategy;
        if (withToken) strategies[2] = d.tokenWeightedStrategy;
        GovernanceCore.Registry memory registry = GovernanceCore.Registry({
            proposalManager: d.proposalManager,
            votingEngine: d.votingEngine,
            roleManager: d.roleManager,
            executionModule: d.executionModule,
            civicToken: d.civicToken
        });
        bytes memory call = abi.encodeCall(GovernanceCore.initialize, (setup.params, registry, strategies));
        _proxy(d, d.governanceCore, code.governanceCore, call);
    }

    /// @dev Makes a proxy whose ProxyAdmin belongs to the timelock, and checks that it is where others expect it.
    function _proxy(Deployed memory d, address expected, address implementation, bytes memory call) private {
        address made = address(new TransparentUpgradeableProxy(implementation, d.executionModule, call));
        assert(made == expected);
    }

    /// @dev Address of the `nonce`th contract (1 to 127) that this one makes.
    function _made(uint8 nonce) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), address(this), nonce)))));
    }
}
