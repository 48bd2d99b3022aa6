"""The laws of ``/ws/events``."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async

from core.live import stream
from core.live.broadcaster import Broadcaster
from core.live.stream import Message
from core.live.tests.conftest import Client, Connect
from core.live.tests.messages import block, reverted, vote

pytestmark = pytest.mark.django_db(transaction=True)


async def say(*messages: Message) -> None:
    await sync_to_async(stream.publish)(messages)


async def test_first_frame_is_a_snapshot_with_the_last_id(connect: Connect) -> None:
    await say(block(1), block(2))
    client = await connect()
    snapshot = await client.frame()
    assert snapshot["event"] == "snapshot"
    assert set(snapshot) == {"event", "id", "at", "data"}
    assert snapshot["id"] == snapshot["data"]["lastId"] == str(Broadcaster.here().history.last)
    assert snapshot["data"]["gap"] is False
    assert snapshot["data"]["proposals"] == []


async def test_frames_follow_the_snapshot_with_ids_that_grow_by_one(connect: Connect) -> None:
    client = await connect()
    start = int((await client.frame())["id"])
    await say(block(1), vote(7), block(2))
    frames = await client.frames(3)
    assert [int(frame["id"]) for frame in frames] == [start + 1, start + 2, start + 3]
    assert [frame["event"] for frame in frames] == ["chain:block", "vote:cast", "chain:block"]
    assert (frames[1]["data"]["proposalId"], frames[1]["data"]["voter"]) == ("7", "0x1")
    assert set(frames[0]) == {"event", "id", "at", "data"}


async def test_topics_and_proposal_narrow_what_is_heard(connect: Connect) -> None:
    votes, seven, both = (
        await connect("topics=votes"),
        await connect("proposal=7"),
        await connect("topics=proposals,votes&proposal=007"),
    )
    for client in (votes, seven, both):
        await client.frame()
    await say(block(1), vote(7), vote(8))
    assert [f["data"]["proposalId"] for f in await votes.frames(2)] == ["7", "8"]
    for client in (seven, both):
        assert (await client.frame())["data"]["proposalId"] == "7"
        assert await client.nothing()


async def test_a_reorganisation_is_told_to_all(connect: Connect) -> None:
    client = await connect("topics=votes&proposal=3")
    await client.frame()
    await say(reverted(5))
    assert (await client.frame())["event"] == "chain:reverted"


async def test_since_resumes_without_a_gap(connect: Connect) -> None:
    first = await connect()
    await first.frame()
    await say(*(block(number) for number in range(5)))
    seen = await first.frames(5)
    since = seen[1]["id"]
    second = await connect(f"since={since}")
    snapshot = await second.frame()
    assert (snapshot["id"], snapshot["data"]["gap"]) == (since, False)
    assert snapshot["data"]["lastId"] == seen[-1]["id"]
    assert await second.frames(3) == seen[2:]
    await say(block(9))
    assert (await second.frame())["data"]["number"] == 9


async def test_since_is_filtered_like_everything_else(connect: Connect) -> None:
    first = await connect()
    await first.frame()
    await say(block(1), vote(1), block(2), vote(2))
    seen = await first.frames(4)
    second = await connect(f"topics=votes&since={seen[0]['id']}")
    await second.frame()
    assert await second.frames(2) == [seen[1], seen[3]]
    assert await second.nothing()


@pytest.mark.parametrize("since", ["1", "999999999999999999"])
async def test_since_that_is_not_kept_says_gap(connect: Connect, since: str) -> None:
    await say(block(1))
    client = await connect(f"since={since}")
    snapshot = await client.frame()
    assert snapshot["data"]["gap"] is True
    assert snapshot["id"] == snapshot["data"]["lastId"] != since
    assert await client.nothing()


async def test_a_number_left_out_says_gap_to_everyone(connect: Connect, valkey_url: str) -> None:
    await say(block(1))
    client = await connect()
    before = int((await client.frame())["id"])
    # What `publish` does after it could not reach Valkey.
    await sync_to_async(redis.Redis.from_url(valkey_url).incr)(stream.SEQUENCE)
    await say(block(2))
    snapshot = await client.frame()
    assert (snapshot["event"], snapshot["data"]["gap"]) == ("snapshot", True)
    frame = await client.frame()
    assert (frame["data"], int(frame["id"])) == (block(2).data, before + 2)
    late = await connect(f"since={before}")
    assert (await late.frame())["data"]["gap"] is True


async def test_an_emptied_stream_never_gives_a_number_twice(connect: Connect, valkey_url: str) -> None:
    await say(block(1))
    client = await connect()
    before = int((await client.frame())["id"])
    await sync_to_async(redis.Redis.from_url(valkey_url).flushall)()
    await say(block(2))
    assert (await client.frame())["data"]["gap"] is True
    frame = await client.frame()
    assert int(frame["id"]) > before
    assert frame["data"]["number"] == 2


@pytest.mark.parametrize(
    "query",
    [
        "topics=nonsense",
        "topics=",
        "proposal=x",
        "proposal=-1",
        "proposal=" + "9" * 79,
        "since=last",
        "since=",
        "colour=red",
        "since=1&since=2",
        "%zz",
        "topics=votes%00",
    ],
)
async def test_a_bad_query_is_closed_with_4400_and_a_reason(query: str) -> None:
    client = Client(query)
    assert await client.connect()
    closed = await client.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", 4400)
    assert 0 < len(closed["reason"].encode()) <= 123


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        (None, True),
        (b"http://testserver", True),
        (b"https://testserver", True),
        (b"http://localhost:8000", True),  # PUBLIC_URL
        (b"https://newsroom.example", True),
        (b"https://evil.example", False),
        (b"http://testserver:81", False),
        (b"http://testserver.evil.example", False),
        (b"null", False),
        (b"file://testserver", False),
    ],
)
async def test_only_our_pages_and_whitelisted_origins_are_let_in(
    origin: bytes | None, let_in: bool, settings: Any, connect: Connect
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://newsroom.example"]
    headers = [(b"host", b"testserver"), *([(b"origin", origin)] if origin else [])]
    client = Client("", headers)
    assert await client.connect() is let_in
    await client.leave()


async def test_a_host_that_is_not_ours_is_refused(connect: Connect) -> None:
    assert not await Client("", [(b"host", b"evil.example"), (b"origin", b"http://evil.example")]).connect()


async def test_what_the_client_sends_is_ignored(connect: Connect) -> None:
    client = await connect()
    await client.frame()
    await client.say(text='{"subscribe": "everything"}')
    await client.say(bytes=b"\x00")
    await say(block(1))
    assert (await client.frame())["event"] == "chain:block"


async def test_a_socket_that_left_is_forgotten(connect: Connect) -> None:
    client = await connect("topics=votes")
    await client.frame()
    broadcaster = Broadcaster.here()
    assert broadcaster.sockets == 1
    await client.leave()
    assert broadcaster.sockets == 0


async def test_another_address_is_refused() -> None:
    assert not await Client(path="/ws/else").connect()


async def test_messages_published_at_once_keep_one_order(connect: Connect) -> None:
    clients = [await connect() for _ in range(3)]
    for client in clients:
        await client.frame()
    await asyncio.gather(*(say(*(block(n * 10 + i) for i in range(10))) for n in range(4)))
    heard = [await client.frames(40) for client in clients]
    assert heard[0] == heard[1] == heard[2]
    ids = [int(frame["id"]) for frame in heard[0]]
    assert ids == list(range(ids[0], ids[0] + 40))
