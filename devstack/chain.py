"""Keeps the local chain alive: a block at least every five seconds, and its state on disk.

Anvil itself rewrites its state file in place, so a kill in the middle of that would leave half a file. Here
the state is asked for over RPC and put in place in one step. A kill of Anvil loses at most the last second of
blocks, which the portal sees as a small reorg: acts are sent again.
"""

import asyncio
import gzip
import os
import time
from pathlib import Path

from devstack.console import say
from devstack.rpc import Rpc, RpcError

HEARTBEAT_SECONDS = 5
_POLL_SECONDS = 1.0
# Blocks without transactions carry nothing but the clock: saving them can wait.
_IDLE_SAVE_SECONDS = 60.0
# Saving takes at most this share of the time, however long the chain has grown.
_SAVE_SHARE = 0.2


class ChainKeeper:
    """Heartbeat and persistence of one Anvil.

    Args:
        url: its RPC address.
        state: the file that holds its state between runs.
    """

    def __init__(self, url: str, state: Path) -> None:
        self._rpc = Rpc(url)
        self._state = state
        self._saved_height = -1
        self._saved_at = 0.0
        self._save_took = 0.0
        self._loop: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    def start(self) -> None:
        """Begin the heartbeat."""
        self._loop = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """End the heartbeat and save once more."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self.save()

    async def save(self) -> None:
        """Write the chain's state to disk now, if the node answers."""
        async with self._busy:
            try:
                await asyncio.to_thread(self._save)
            except (RpcError, OSError) as error:
                say(f"the chain's state was not saved: {error}")

    async def catch_up(self) -> None:
        """Mine one block at the present time, from which the chain's clock then runs on with the wall
        clock."""
        async with self._busy:
            await asyncio.to_thread(self._mine_now)

    async def _keep(self) -> None:
        told = False
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            try:
                async with self._busy:
                    await asyncio.to_thread(self._beat)
                told = False
            except (RpcError, OSError) as error:
                # Anvil is starting again; the supervisor says so. Say only what it doesn't know, and once.
                if not told and not isinstance(error, RpcError):
                    say(f"the chain's state was not saved: {error}")
                    told = True

    def _beat(self) -> None:
        head = self._rpc.call("eth_getBlockByNumber", "latest", False)
        if time.time() - int(head["timestamp"], 16) >= HEARTBEAT_SECONDS:
            self._mine_now()
        if self._save_is_due(int(head["number"], 16)):
            self._save()

    def _mine_now(self) -> None:
        head = self._rpc.call("eth_getBlockByNumber", "latest", False)
        now = int(time.time())
        if int(head["timestamp"], 16) < now:
            # Also takes back any offset that was left by a walk through time.
            self._rpc.call("evm_setNextBlockTimestamp", now)
        self._rpc.call("evm_mine")

    def _save_is_due(self, height: int) -> bool:
        since = time.monotonic() - self._saved_at
        if height == self._saved_height or since < self._save_took / _SAVE_SHARE:
            return False
        if height < self._saved_height or since >= _IDLE_SAVE_SECONDS:
            return True
        numbers = range(self._saved_height + 1, height + 1)
        counts = (self._rpc.call("eth_getBlockTransactionCountByNumber", hex(number)) for number in numbers)
        return any(int(count, 16) for count in counts)

    def _save(self) -> None:
        began = time.monotonic()
        height = int(self._rpc.call("eth_blockNumber"), 16)
        state = gzip.decompress(bytes.fromhex(self._rpc.call("anvil_dumpState").removeprefix("0x")))
        temporary = self._state.with_name(f".{self._state.name}.new")
        with temporary.open("wb") as file:
            file.write(state)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._state)
        self._saved_height, self._saved_at = height, time.monotonic()
        self._save_took = self._saved_at - began
