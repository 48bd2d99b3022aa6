// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {ExecutionModule} from "../core/ExecutionModule.sol";
import {GovernanceCore} from "../core/GovernanceCore.sol";
import {ProposalManager} from "../core/ProposalManager.sol";
import {RoleManager} from "../core/RoleManager.sol";
import {VotingEngine} from "../core/VotingEngine.sol";
import {Counting, GovernanceParams, Member, StrategyTerms} from "../interfaces/GovernanceTypes.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";
import {StrategyFactory} from "../strategies/StrategyFactory.sol";
import {CivicToken} from "../token/CivicToken.sol";

/// @title A whole deployment in one transaction: every proxy made, initialised, wired and handed to the timelock.
/// @notice Nobody, the sender included, holds any right over the result beyond the officers seated here.
/// @dev The constructor is all there is. Contracts that name each other are possible because the addresses a contract
///      makes follow from its own address and a counter. It ends with every contract's own check.
/// @custom:security-contact security@civicportal.example
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
        Member[] administrators;
        Member[] guardians;
        /// At most 75, beside 10 holders of the token and 6 officers: all of this is one transaction of at most 2^24 gas
        /// (EIP-7825), of which a citizen takes 91,000 and a holder 84,000. The others are granted the role afterwards.
        Member[] citizens;
        string tokenName;
        string tokenSymbol;
        address[] tokenHolders;
        uint256[] tokenAmounts;
        /// Credits of a citizen in each period of quadratic votes, and the length of a period in seconds.
        uint32 quadraticCredits;
        uint48 quadraticPeriod;
        /// Base units of the token that a proposer needs.
        uint256 tokenThreshold;
    }

    struct Deployed {
        address executionModule;
        address votingEngine;
        address roleManager;
        address proposalManager;
        address strategyFactory;
        address governanceCore;
        address civicToken;
    }

    /// @notice All that was made; the last two are zero without a token.
    event DeploymentCompleted(
        address governanceCore,
        address proposalManager,
        address votingEngine,
        address roleManager,
        address executionModule,
        address strategyFactory,
        address onePersonOneVoteStrategy,
        address quadraticStrategy,
        address civicToken,
        address tokenWeightedStrategy
    );

    /// @notice The implementation given for this contract calls itself by another name.
    error GovernanceDeploymentWrongImplementation(bytes32 name);

    uint8 private constant ALL_TYPES = 0x3f;
    /// @dev POLICY and BUDGET.
    uint8 private constant OPEN_TYPES = 0x03;

    address public immutable executionModule;
    address public immutable votingEngine;
    address public immutable roleManager;
    address public immutable proposalManager;
    address public immutable strategyFactory;
    address public immutable governanceCore;
    address public immutable onePersonOneVoteStrategy;
    address public immutable quadraticStrategy;
    address public immutable civicToken;
    address public immutable tokenWeightedStrategy;

    /// @param code Implementations.
    /// @param setup Parameters, officers, citizens and token holders of the first day.
    constructor(Implementations memory code, Setup memory setup) {
        Deployed memory d = _predict(code.civicToken != address(0));
        _deployBase(code, setup, d);
        _assertPlace(address(new StrategyFactory(d.votingEngine)), d.strategyFactory);
        if (d.civicToken != address(0)) _deployToken(code, setup, d);
        _deployCore(code, setup, d);
        _check(d);

        executionModule = d.executionModule;
        votingEngine = d.votingEngine;
        roleManager = d.roleManager;
        proposalManager = d.proposalManager;
        strategyFactory = d.strategyFactory;
        governanceCore = d.governanceCore;
        civicToken = d.civicToken;
        GovernanceCore core = GovernanceCore(d.governanceCore);
        onePersonOneVoteStrategy = core.strategyAt(1);
        quadraticStrategy = core.strategyAt(2);
        tokenWeightedStrategy = core.strategyAt(3);
        emit DeploymentCompleted(
            d.governanceCore,
            d.proposalManager,
            d.votingEngine,
            d.roleManager,
            d.executionModule,
            d.strategyFactory,
            core.strategyAt(1),
            core.strategyAt(2),
            d.civicToken,
            core.strategyAt(3)
        );
    }

    /// @dev Where the contracts will be: this one makes them in the order of these numbers.
    function _predict(bool withToken) private view returns (Deployed memory d) {
        d.executionModule = _made(1);
        d.votingEngine = _made(2);
        d.roleManager = _made(3);
        d.proposalManager = _made(4);
        d.strategyFactory = _made(5);
        if (withToken) d.civicToken = _made(6);
        d.governanceCore = _made(withToken ? 7 : 6);
    }

    /// @dev Every proxy, and the name that each implementation behind it has to keep.
    function _proxies(Deployed memory d) private pure returns (address[] memory proxies, bytes32[] memory names) {
        uint256 count = d.civicToken == address(0) ? 5 : 6;
        proxies = new address[](count);
        names = new bytes32[](count);
        (proxies[0], names[0]) = (d.governanceCore, "GovernanceCore");
        (proxies[1], names[1]) = (d.proposalManager, "ProposalManager");
        (proxies[2], names[2]) = (d.votingEngine, "VotingEngine");
        (proxies[3], names[3]) = (d.roleManager, "RoleManager");
        (proxies[4], names[4]) = (d.executionModule, "ExecutionModule");
        if (count == 6) (proxies[5], names[5]) = (d.civicToken, "CivicToken");
    }

    /// @dev Order matters: seating citizens calls the engine.
    function _deployBase(Implementations memory code, Setup memory setup, Deployed memory d) private {
        (address[] memory proxies, bytes32[] memory names) = _proxies(d);
        bytes memory call = abi.encodeCall(
            ExecutionModule.initialize,
            (d.governanceCore, d.proposalManager, d.votingEngine, d.roleManager, proxies, names)
        );
        _proxy(d, d.executionModule, code.executionModule, call);
        call = abi.encodeCall(VotingEngine.initialize, (d.governanceCore, d.proposalManager, d.roleManager));
        _proxy(d, d.votingEngine, code.votingEngine, call);
        call = abi.encodeCall(
            RoleManager.initialize,
            (
                d.governanceCore,
                d.votingEngine,
                d.executionModule,
                setup.administrators,
                setup.guardians,
                setup.citizens
            )
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
    }

    function _deployCore(Implementations memory code, Setup memory setup, Deployed memory d) private {
        GovernanceCore.Registry memory registry = GovernanceCore.Registry({
            proposalManager: d.proposalManager,
            votingEngine: d.votingEngine,
            roleManager: d.roleManager,
            executionModule: d.executionModule,
            strategyFactory: d.strategyFactory,
            civicToken: d.civicToken
        });
        StrategyTerms[] memory strategies = _strategies(setup, d.civicToken);
        bytes memory call = abi.encodeCall(GovernanceCore.initialize, (setup.params, registry, strategies));
        _proxy(d, d.governanceCore, code.governanceCore, call);
    }

    /// @dev One person one vote for everything; the quadratic count and the token's for POLICY and BUDGET.
    function _strategies(Setup memory setup, address token) private pure returns (StrategyTerms[] memory strategies) {
        strategies = new StrategyTerms[](token == address(0) ? 2 : 3);
        strategies[0].counting = Counting.ONE_PERSON;
        strategies[0].types = ALL_TYPES;
        strategies[1].counting = Counting.QUADRATIC;
        strategies[1].types = OPEN_TYPES;
        strategies[1].credits = setup.quadraticCredits;
        strategies[1].periodLength = setup.quadraticPeriod;
        if (token == address(0)) return strategies;
        strategies[2].counting = Counting.TOKEN;
        strategies[2].types = OPEN_TYPES;
        strategies[2].token = token;
        strategies[2].threshold = setup.tokenThreshold;
    }

    /// @dev What an UPGRADE has to pass, the deployment has to pass first.
    function _check(Deployed memory d) private view {
        (address[] memory proxies, bytes32[] memory names) = _proxies(d);
        for (uint256 i; i < proxies.length; ++i) {
            bytes32 name = IUpgradeChecked(proxies[i]).contractName();
            if (name != names[i]) revert GovernanceDeploymentWrongImplementation(names[i]);
        }
        for (uint256 i; i < proxies.length; ++i) {
            IUpgradeChecked(proxies[i]).selfCheck();
        }
    }

    /// @dev Makes a proxy whose ProxyAdmin belongs to the timelock, and checks that it is where others expect it.
    function _proxy(Deployed memory d, address expected, address implementation, bytes memory call) private {
        _assertPlace(address(new TransparentUpgradeableProxy(implementation, d.executionModule, call)), expected);
    }

    function _assertPlace(address made, address expected) private pure {
        assert(made == expected);
    }

    /// @dev Address of the `nonce`th contract (1 to 127) that this one makes.
    function _made(uint8 nonce) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), address(this), nonce)))));
    }
}
