// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title An implementation that answers what it is told to, of a contract that does nothing else. For tests only.
contract TestImplementation {
    bytes32 private immutable _name;
    uint64 private immutable _version;
    bool private immutable _sound;

    constructor(bytes32 name, uint64 version, bool sound) {
        _name = name;
        _version = version;
        _sound = sound;
    }

    /// @dev Takes every other call, an initialisation for one.
    fallback() external {}

    function contractName() external view returns (bytes32) {
        return _name;
    }

    /// @dev None is 0.
    function storageVersion() external view returns (uint64) {
        require(_version != 0, "none");
        return _version;
    }

    function selfCheck() external view {
        require(_sound, "broken");
    }
}
