"""A stranger's way to the chain: raw JSON-RPC and a key, nothing of the portal's code."""

from __future__ import annotations

import time
from typing import Any

import requests
from eth_abi import decode, encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import function_signature_to_4byte_selector, to_checksum_address


def rpc(url: str, method: str, *params: Any) -> Any:
    answer = requests.post(
        url, json={"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}, timeout=20
    )
    body = answer.json()
    if "error" in body:
        raise RuntimeError(body["error"].get("message", str(body["error"])))
    return body["result"]


def calldata(signature: str, *values: Any) -> str:
    types = signature[signature.index("(") + 1 : -1]
    return (
        "0x"
        + (
            function_signature_to_4byte_selector(signature)
            + encode(types.split(",") if types else [], list(values))
        ).hex()
    )


def call(url: str, to: str, signature: str, returns: list[str], *values: Any) -> tuple[Any, ...]:
    answer = rpc(url, "eth_call", {"to": to, "data": calldata(signature, *values)}, "latest")
    return decode(returns, bytes.fromhex(answer[2:]))


def send(url: str, key: str, to: str, signature: str, *values: Any) -> dict[str, Any]:
    """Sign and send a call with ``key``; answers the receipt, raises when it reverts."""
    account = Account.from_key(key)
    data = calldata(signature, *values)
    request = {"from": account.address, "to": to, "data": data}
    transaction = {
        "to": to_checksum_address(to),
        "data": data,
        "value": 0,
        "nonce": int(rpc(url, "eth_getTransactionCount", account.address, "pending"), 16),
        "gas": int(int(rpc(url, "eth_estimateGas", request), 16) * 1.3),
        "maxFeePerGas": 5 * 10**9,
        "maxPriorityFeePerGas": 10**9,
        "chainId": int(rpc(url, "eth_chainId"), 16),
    }
    digest = rpc(
        url, "eth_sendRawTransaction", "0x" + account.sign_transaction(transaction).raw_transaction.hex()
    )
    for _attempt in range(200):
        receipt = rpc(url, "eth_getTransactionReceipt", digest)
        if receipt:
            if receipt["status"] != "0x1":
                raise RuntimeError("reverted")
            return receipt
        time.sleep(0.05)
    raise RuntimeError("not mined")


def now(url: str) -> int:
    """The newest block's time, Unix seconds."""
    return int(rpc(url, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)


def pass_time(url: str, seconds: int) -> None:
    """The chain's clock goes forward."""
    rpc(url, "evm_setNextBlockTimestamp", hex(now(url) + seconds))
    rpc(url, "evm_mine")


def sign(key: str, typed_data: dict[str, Any]) -> str:
    """``eth_signTypedData_v4`` as a wallet does it."""
    signed = Account.from_key(key).sign_message(encode_typed_data(full_message=typed_data))
    return "0x" + signed.signature.hex()
