"""What is published is what was registered."""

from __future__ import annotations

import pytest

from core.live.registry import check_payload, register_snapshot, register_topic, topics
from core.live.stream import Message, publish
from core.live.tests.messages import block, vote
from core.payloads import PayloadInvalid


def test_a_registered_payload_passes() -> None:
    for message in (block(1), vote(7)):
        check_payload(message.event, message.data)


@pytest.mark.parametrize(
    "change",
    [{"number": "1"}, {"number": None}, {"number": True}, {"more": 1}, {"hash": None}],
)
def test_a_payload_of_another_shape_is_refused_where_it_is_published(change: dict[str, object]) -> None:
    message = block(1)
    with pytest.raises(PayloadInvalid):
        publish([Message(message.event, {**message.data, **change})])
    with pytest.raises(PayloadInvalid):
        publish([Message(message.event, {key: message.data[key] for key in list(message.data)[1:]})])


def test_an_event_that_nobody_registered_is_refused() -> None:
    with pytest.raises(PayloadInvalid):
        publish([Message("chain:forked", {})])


def test_nothing_is_registered_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        register_topic("votes")
    with pytest.raises(ValueError, match="twice"):
        register_topic("ballots", {"vote:cast": dict})
    assert "ballots" not in topics()
    with pytest.raises(ValueError, match="two members"):
        register_snapshot("chain", lambda subject: None)
