"""What the relayer offers for gas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.client.rpc import Client
from contracts.errors import NodeRefused

GWEI: Final = 10**9
# A node takes a replacement only with 10 % more of both prices; an eighth is what wallets use.
_BUMP_NUMERATOR: Final = 9
_BUMP_DENOMINATOR: Final = 8


@dataclass(frozen=True, slots=True)
class Fees:
    """Prices per gas unit, in wei (EIP-1559)."""

    cap: int
    tip: int

    def bumped_over(self, cap: int, tip: int) -> Fees:
        """These prices, but at least an eighth above what a transaction already offers."""
        return Fees(max(self.cap, _bump(cap)), max(self.tip, _bump(tip)))


def current_fees(client: Client) -> Fees:
    """A cap that outlives some five full blocks, and the tip that the node suggests."""
    try:
        tip = client.max_priority_fee()
    except NodeRefused:
        tip = GWEI
    return Fees(2 * client.base_fee() + tip, tip)


def gas_limit(estimate: int) -> int:
    """The limit in gas units: a fifth of margin, as state moves between estimate and block."""
    return estimate + estimate // 5 + 20_000


def _bump(price: int) -> int:
    return price * _BUMP_NUMERATOR // _BUMP_DENOMINATOR + 1
