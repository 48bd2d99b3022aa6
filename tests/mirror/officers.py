"""Officers of the town who send their calls, with the mirror held against the contract after each."""

from __future__ import annotations

from typing import Any

from contracts.acts.hashes import keccak_hex, role_id
from contracts.addresses import ZERO_HASH
from contracts.calldata import encode_call
from contracts.errors import CallReverted
from contracts.selectors import chain_head, chain_now
from contracts.times import MAX_UINT48
from identity.census.selectors.persons import person_key
from identity.reasons.services import keep_reason
from identity.roles.admin.requests import carry_out_call
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import RequestKind, RequestStatus, Role, RoleRequest
from identity.roles.selectors.announced import announced_officer_changes
from identity.roles.selectors.fates import request_fate
from identity.roles.selectors.objections import objected_until
from identity.roles.selectors.requests import open_role_requests, request_of
from tests.mirror.conftest import Riverbend

NOT_SCHEDULED = keccak_hex(b"RoleManagerNotScheduled(bytes32)")[:10]
REASON = "They moved to the county seat."


def key(account: str) -> str:
    """A person who stands behind a newcomer's account."""
    return keccak_hex(account.lower().encode())


class Officers:
    """Three administrators and the guardians, who send their calls; each step is followed by a comparison."""

    def __init__(self, town: Riverbend) -> None:
        self.town = town
        self.first, self.second, self.third = (each.address for each in town.people.administrators[:3])
        self.guardian = town.people.guardians[0].address
        self.anyone = town.people.citizens[-1].address

    def send(self, sender: str, function: str, *args: Any) -> None:
        self.town.send(sender, "RoleManager", function, *args)
        self.compare()

    def grant(self, sender: str, role: Role, *accounts: str, until: int = MAX_UINT48) -> None:
        """Ask for a role for these accounts, or agree to it as the second."""
        keys = [self.person(account) for account in accounts]
        self.send(sender, "grantRoles", role_id(role), list(accounts), keys, until)

    def revoke(self, sender: str, role: Role, *accounts: str) -> None:
        """Ask to take a role back, or agree to it as the second."""
        self.send(sender, "revokeRoles", role_id(role), list(accounts), keep_reason(REASON))

    def person(self, account: str) -> str:
        """Who stands behind an account: as recorded, else somebody new."""
        return person_key(account) or key(account)

    def wait(self, seconds: int) -> None:
        self.town.wait(seconds)
        self.compare()

    def status(self, kind: RequestKind = RequestKind.ROLE) -> RequestStatus:
        """What became of the newest request of this kind."""
        row = RoleRequest.objects.filter(kind=kind).order_by("-event_id").first()
        assert row is not None
        return request_fate(row).status

    def compare(self) -> None:
        """Hold every request that there ever was against the contract's own answer at the mirrored block."""
        self.town.read()
        ids = set(RoleRequest.objects.values_list("request_id", flat=True))
        rows = [row for each in ids if (row := request_of(each)) is not None]
        assert {row.pk for row in open_role_requests()} == {row.pk for row in rows if self._is_open(row)}
        for role in (Role.ADMINISTRATOR, Role.GUARDIAN):
            for account in {each for row in rows for each in row.accounts}:
                until = objected_until(role, account)
                said = self._ask("objectedUntil", ROLE_HASHES[role], account)
                in_force = said if said > chain_now().timestamp() else 0
                assert in_force == (int(until.timestamp()) if until else 0), (role, account)
        announced = {change.request.pk for change in announced_officer_changes()}
        assert announced == {row.pk for row in rows if self._waits(row)}

    def _is_open(self, row: RoleRequest) -> bool:
        if row.kind == RequestKind.PERSON:
            return bool(self._ask("isCorrectionOpen", row.accounts[0], row.person_keys[0]))
        if row.kind == RequestKind.MOVE:
            return bool(self._ask("isMoveOpen", *row.accounts))
        role = ROLE_HASHES[Role(row.role)]
        reason = row.reason_hash or ZERO_HASH
        return bool(
            self._ask(
                "isRequestOpen", role, row.accounts, row.person_keys, row.until_seconds, reason, row.grant
            )
        )

    def _waits(self, row: RoleRequest) -> bool:
        """Whether the contract would carry it out, now or once its time has come."""
        if row.kind != RequestKind.ROLE:
            return False
        call = carry_out_call(row)
        try:
            self.town.client.call(call["to"], call["data"], chain_head().number)
        except CallReverted as refusal:
            return not str(refusal.data["revert"]).startswith(NOT_SCHEDULED)
        return True

    def _ask(self, function: str, *args: Any) -> int:
        address = self.town.deployment.address("RoleManager")
        return int(
            self.town.client.call(address, encode_call("RoleManager", function, args), chain_head().number),
            16,
        )
