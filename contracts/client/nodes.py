"""Several nodes, asked as if they were one: the first that is well and knows enough."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import urllib3

from contracts.client.endpoint import Endpoint
from contracts.client.questions import Needs, Question, height_in, lacks_block, needs_of
from contracts.errors import ChainError, NodeForked, NodeMalformed, NodeUnreachable, NodeWrongChain

logger = logging.getLogger(__name__)

LAG_BLOCKS = 5  # a node this far below the best is not asked about the head
VERIFY_SECONDS = 3.0  # to say which chain it is on; a node that was away gets no longer to prove itself


@dataclass(frozen=True, slots=True)
class NodeReport:
    """How a node is doing, in what everyone may know: no address, no host.

    ``status`` is ``ok``, ``behind``, ``unknown`` (not asked yet) or the code of what it failed with;
    ``height`` its newest block as last seen, ``behind`` how many the best node has more (below zero: fewer);
    ``failures`` those in a row; ``answered_at`` when it last gave a proper answer.
    """

    name: str
    status: str
    height: int | None
    behind: int | None
    failures: int
    answered_at: datetime | None


class Nodes:
    """The nodes of one chain, in order of preference.

    Args:
        urls: their addresses.
        chain_id: the chain that each must be on; a node of another one is never asked anything else.
        timeout: seconds to connect and to wait for each part of an answer.
        clock: seconds that only ever grow.
    """

    def __init__(
        self,
        urls: Sequence[str],
        chain_id: int,
        *,
        timeout: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        pool = urllib3.PoolManager(maxsize=8, retries=False)
        self.endpoints = [Endpoint(url, f"node {place}", pool) for place, url in enumerate(urls, start=1)]
        self._chain_id = chain_id
        self._timeout = timeout
        self._clock = clock
        self._looked_at: float | None = None

    def ask(self, questions: Sequence[Question]) -> list[Any]:
        """Answers of the first node that has them, in the questions' order.

        A node that lacks a block, or is behind others, is passed over; what it said counts only if no other
        says more.

        Raises:
            ChainError: what the first failed with, if none answers; one that may recover says more about what
                to do than one on another chain.
        """
        first_error: ChainError | None = None
        poorer: list[Any] | None = None
        for endpoint in self._in_order(needs_of(questions)):
            try:
                self._verify(endpoint)
                answers = endpoint.ask(questions, timeout=self._timeout)
            except ChainError as error:
                if not error.retry and not isinstance(error, NodeWrongChain):
                    endpoint.health.answered()  # a refusal is an answer
                    raise
                self._note_failure(endpoint, error)
                if first_error is None or (error.retry and not first_error.retry):
                    first_error = error
            else:
                if self._note_answer(endpoint, questions, answers):
                    return answers
                poorer = poorer or answers
        if poorer is not None:
            return poorer
        raise first_error or self._why_nobody()

    def best_height(self) -> int | None:
        """The newest block that a node which is well was last seen with."""
        now = self._clock()
        heights = [
            each.health.height
            for each in self.endpoints
            if each.health.height is not None and not each.health.barred(now) and not each.health.rests(now)
        ]
        return max(heights, default=None)

    def look(self, landmark: tuple[int, str] | None = None) -> None:
        """Ask every node that is well for its chain and its height.

        Args:
            landmark: number and hash of a block that can't go any more. A node that has another one there is
                on a fork and not asked again until it is back, if at least one node has this one: if none
                has, the question is not which node is wrong.
        """
        self._looked_at = self._clock()
        questions: list[Question] = [("eth_chainId", ()), ("eth_blockNumber", ())]
        if landmark is not None:
            questions.append(("eth_getBlockByNumber", (hex(landmark[0]), False)))
        agree: list[Endpoint] = []
        differ: list[Endpoint] = []
        for endpoint in self.endpoints:
            try:
                answers = self._look_at(endpoint, questions)
            except ChainError as error:
                self._note_failure(endpoint, error)
                continue
            if answers and landmark is not None and isinstance(answers[2], dict):
                same = str(answers[2].get("hash")).lower() == landmark[1].lower()
                (agree if same else differ).append(endpoint)
        for endpoint in agree:
            endpoint.health.forked = False
        for endpoint in differ:
            if agree and not endpoint.health.forked:
                logger.error("%s tells another history: %s", endpoint.label, NodeForked.code)
            endpoint.health.forked = bool(agree)

    def looked_within(self, seconds: float) -> bool:
        """Whether all were looked at so recently."""
        return self._looked_at is not None and self._clock() - self._looked_at < seconds

    def report(self) -> list[NodeReport]:
        """How each node is doing, in order of preference."""
        best = self.best_height()
        return [
            NodeReport(
                name=each.name,
                status=each.health.status(best, LAG_BLOCKS),
                height=each.health.height,
                behind=None if best is None or each.health.height is None else best - each.health.height,
                failures=each.health.failures,
                answered_at=each.health.answered_at,
            )
            for each in self.endpoints
        ]

    def wait(self) -> float:
        """Seconds until a node may be asked; 0 if one may be now."""
        now = self._clock()
        return min((each.health.barred(now) for each in self.endpoints), default=0.0)

    def _look_at(self, endpoint: Endpoint, questions: list[Question]) -> list[Any]:
        now, health = self._clock(), endpoint.health
        if not health.forked and (health.barred(now) or health.rests(now)):
            return []
        answers = endpoint.ask(questions, timeout=min(self._timeout, VERIFY_SECONDS))
        self._check_chain(endpoint, answers[0])
        height = height_in(questions, answers)
        if height is None:
            raise NodeMalformed(node=endpoint.label, reason="no height")
        health.answered()
        health.saw(height)
        return answers

    def _in_order(self, needs: Needs) -> list[Endpoint]:
        now = self._clock()
        best = self.best_height()
        may = [each for each in self.endpoints if not each.health.barred(now)]
        well = [each for each in may if not each.health.rests(now) and _knows(each, needs, best)]
        others = [each for each in may if each not in well]
        # In need, first those that are well but know less; then those that failed, the soonest rested first.
        others.sort(key=lambda each: each.health.rests(now))
        return well + others

    def _verify(self, endpoint: Endpoint) -> None:
        if endpoint.verified:
            return
        seconds = min(self._timeout, VERIFY_SECONDS)
        self._check_chain(endpoint, endpoint.ask([("eth_chainId", ())], timeout=seconds)[0])

    def _check_chain(self, endpoint: Endpoint, told: Any) -> None:
        try:
            found = int(told, 16)
        except (TypeError, ValueError):
            raise NodeMalformed(node=endpoint.label, reason="no chain id") from None
        if found != self._chain_id:
            raise NodeWrongChain(node=endpoint.label, expected=self._chain_id, found=found)
        endpoint.verified = True

    def _note_failure(self, endpoint: Endpoint, error: ChainError) -> None:
        endpoint.verified = False
        endpoint.health.failed(error, self._clock())
        logger.warning("%s: %s", endpoint.label, error)

    def _note_answer(self, endpoint: Endpoint, questions: Sequence[Question], answers: list[Any]) -> bool:
        """Note that it answered; tells whether the answer is as good as others' would be."""
        endpoint.health.answered()
        height = height_in(questions, answers)
        if height is None:
            return not lacks_block(questions, answers)
        endpoint.health.saw(height)
        best = self.best_height()
        return best is None or height >= best - LAG_BLOCKS

    def _why_nobody(self) -> ChainError:
        waiting = [each.health for each in self.endpoints]
        if not waiting:
            return NodeUnreachable(reason="no node is configured")
        soonest = min(waiting, key=lambda health: health.barred(self._clock()))
        return soonest.reason()


def _knows(endpoint: Endpoint, needs: Needs, best: int | None) -> bool:
    height = endpoint.health.height
    if height is None:
        return True
    if needs.head and best is not None and height < best - LAG_BLOCKS:
        return False
    return height >= needs.block or (best is not None and needs.block > best)
