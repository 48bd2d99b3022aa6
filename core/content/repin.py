"""Healing: what is missing here is fetched, what our node or the pinning service lacks is given to them."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from core.content import pinning
from core.content.cids import Cid
from core.content.errors import ContentCorrupt, ContentMalformed, ContentMissing, ContentTooLarge, SourceError
from core.content.pinning import PinningService
from core.content.sources import KuboNode
from core.content.store import Store

logger = logging.getLogger(__name__)

Say = Callable[[str], None]
_CANNOT_BE_HAD = (ContentMissing, ContentMalformed, ContentTooLarge)


@dataclass
class Report:
    """What a run did.

    ``pinned``, ``asked`` and ``waiting`` count files by the label of a node or service; ``refused`` tells, by
    label, why it was left alone; ``missing`` names what nobody has.
    """

    files: int = 0
    fetched: int = 0
    missing: list[str] = field(default_factory=list)
    pinned: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether everything is here and everybody who should keep it does, or is about to."""
        return not self.missing and not self.refused


class Repinner:
    """Goes through files one by one, each step of its own account: killed anywhere, it is simply run again.

    Args:
        store: has the files, or knows who may.
        node: our Kubo node, if any.
        service: the pinning service, if any.
        say: is told each thing that was done, in a line.
    """

    def __init__(
        self,
        store: Store,
        node: KuboNode | None = None,
        service: PinningService | None = None,
        *,
        say: Say = lambda line: None,
    ) -> None:
        self._store, self._node, self._service, self._say = store, node, service, say
        self._batch: dict[Cid, str] = {}
        self._open: list[Cid] = []
        self._origins: list[str] | None = None
        self.report = Report()

    def keep(self, cid: Cid, *, limit: int, name: str = "") -> bool:
        """See to it that the file is here and pinned; answers whether it had to be fetched.

        Args:
            cid: the file.
            limit: the most bytes it may have.
            name: what the pinning service's own pages call it.
        """
        self.report.files += 1
        fetched = False
        try:
            self._store.get(cid, limit=limit)
        except (ContentMissing, ContentCorrupt):
            fetched = self._fetch(cid, limit)
            if not fetched:
                return False
        except _CANNOT_BE_HAD as error:
            self._lost(cid, error)
            return False
        self._pin_at_node(cid, limit)
        if self._service:
            self._batch[cid] = name
            if len(self._batch) == pinning.BATCH:
                self._pin_at_service()
        return fetched

    def finish(self, *, patience: float = 0, pause: float = 2) -> Report:
        """Ask the service for the last few and, for at most ``patience`` seconds, wait until it has them."""
        self._pin_at_service()
        until = time.monotonic() + patience
        while self._open and self._service and time.monotonic() < until:
            time.sleep(pause)
            self._look_again(self._service)
        if self._open and self._service:
            self.report.waiting[self._service.label] += len(self._open)
        return self.report

    def _fetch(self, cid: Cid, limit: int) -> bool:
        try:
            self._store.fetch(cid, limit=limit)
        except _CANNOT_BE_HAD as error:
            self._lost(cid, error)
            return False
        self.report.fetched += 1
        self._say(f"{cid} fetched")
        return True

    def _lost(self, cid: Cid, error: ContentMissing | ContentMalformed | ContentTooLarge) -> None:
        self.report.missing.append(str(cid))
        told = error.data.get("asked") or {}
        facts = ", ".join(f"{label} {code}" for label, code in told.items())
        self._say(f"{cid} {error.code}" + (f" ({facts})" if facts else ""))

    def _pin_at_node(self, cid: Cid, limit: int) -> None:
        if self._node is None:
            return
        try:
            if self._node.has_pinned(cid):
                return
            self._node.pin(cid, self._store.blocks(cid, limit=limit))
        except SourceError as error:
            self._leave_alone(self._node.label, error)
            self._node = None
        else:
            self.report.pinned[self._node.label] += 1
            self._say(f"{cid} pinned at {self._node.label}")

    def _pin_at_service(self) -> None:
        batch, self._batch = self._batch, {}
        if self._service is None or not batch:
            return
        try:
            known = self._service.statuses(list(batch))
            for cid, name in batch.items():
                self._pin_one(self._service, cid, name, known)
        except SourceError as error:
            self._leave_alone(self._service.label, error)
            self._service = None

    def _pin_one(self, service: PinningService, cid: Cid, name: str, known: Mapping[str, str]) -> None:
        status = known.get(str(cid), pinning.FAILED)
        if status == pinning.FAILED:
            pin = service.pin(cid, name=name, origins=self._our_addresses())
            status = pin.status
            self.report.asked[service.label] += 1
            self._say(f"{cid} asked {service.label} to pin: {status}")
            for address in pin.delegates:
                self._introduce(address)
        if status != pinning.PINNED:
            self._open.append(cid)

    def _look_again(self, service: PinningService) -> None:
        still: list[Cid] = []
        try:
            for start in range(0, len(self._open), pinning.BATCH):
                batch = self._open[start : start + pinning.BATCH]
                known = service.statuses(batch)
                for cid in batch:
                    if known.get(str(cid)) == pinning.PINNED:
                        self._say(f"{cid} pinned at {service.label}")
                    else:
                        still.append(cid)
        except SourceError as error:
            self._leave_alone(service.label, error)
            self._service = None
        else:
            self._open = still

    def _our_addresses(self) -> list[str]:
        """Where the service finds our node, which has the files."""
        if self._origins is None:
            self._origins = []
            if self._node:
                with suppress(SourceError):
                    self._origins = self._node.addresses()
        return self._origins

    def _introduce(self, address: str) -> None:
        if self._node:
            with suppress(SourceError):
                self._node.connect(address)

    def _leave_alone(self, label: str, error: SourceError) -> None:
        self.report.refused[label] = error.code
        logger.warning("%s keeps nothing for now: %s %s", label, error.code, error.data)
        self._say(f"{label} left alone: {error.code}")
