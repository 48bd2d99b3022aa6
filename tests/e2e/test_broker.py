"""Tasks on a real RabbitMQ: nothing is lost, and what can't be done waits for an officer."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.test import Client
from django.urls import reverse
from kombu import Connection

from audit.models import AuditLog
from conftest import environment_of_tests
from core.db.locks import connection
from core.queue import deadletters
from core.queue.queues import DELIVERIES
from devstack import programs
from identity.accounts.models import User
from tests.e2e.labour import HEARD
from tests.servers import RabbitMQ, eventually

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30
NOBODYS_ID = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    server = RabbitMQ(tmp_path_factory.mktemp("rabbit"))
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def broker(rabbit: RabbitMQ, settings: Any) -> Iterator[Celery]:
    """The portal's queues on RabbitMQ, and somebody who sends; empty after the test."""
    settings.CELERY_BROKER_URL = rabbit.url
    sender = Celery("sender", fixups=[])
    sender.config_from_object("daoportal.settings.base", namespace="CELERY")
    sender.conf.update(broker_url=rabbit.url)
    yield sender
    with Connection(rabbit.url) as opened:
        for name in ("default", deadletters.DEAD_LETTERS):
            channel: Any = opened.default_channel
            try:
                channel.queue_purge(name)
            except opened.channel_errors:  # nobody has made it yet
                channel.close()
    sender.close()


class Labourer:
    """A worker as `make run` starts it, started again each time it dies."""

    def __init__(self, url: str, log: Path) -> None:
        self._line = [
            "tests.e2e.labour" if word == "daoportal.celery" else word for word in programs.worker()
        ]
        self._environment = {**environment_of_tests(), "CELERY_BROKER_URL": url}
        self._log = log
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def keep_alive(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self.starts += 1
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._line, env=self._environment, stdout=log, stderr=subprocess.STDOUT
                )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def labourer(broker: Celery, rabbit: RabbitMQ, tmp_path: Path) -> Iterator[Labourer]:
    started = Labourer(rabbit.url, tmp_path / "worker.log")
    started.keep_alive()
    yield started
    started.kill()


def heard() -> list[str]:
    words: Any = connection().lrange(HEARD, 0, -1)
    return [word.decode() for word in words]


def wait_heard(*words: str) -> None:
    eventually(lambda: heard() == list(words), seconds=PATIENCE_SECONDS, what=f"{words}")


def dead() -> list[deadletters.DeadLetter]:
    return list(deadletters.read().shown)


def one_dead() -> deadletters.DeadLetter:
    (letter,) = eventually(dead, seconds=PATIENCE_SECONDS, what="a dead letter")
    return letter


def test_task_that_kills_its_workers_ends_among_the_dead_letters(broker: Celery, labourer: Labourer) -> None:
    broker.send_task("labour.kill", [7])

    def buried() -> bool:
        labourer.keep_alive()
        return len(heard()) == DELIVERIES and bool(dead())

    eventually(buried, seconds=90, what="the funeral")
    letter = one_dead()
    assert (letter.task, letter.why, letter.arguments, letter.queue) == (
        "labour.kill",
        "killed",
        "7",
        "default",
    )
    assert letter.at is not None
    labourer.keep_alive()
    broker.send_task("labour.note", ["alive"])
    wait_heard(*["killing"] * DELIVERIES, "alive")


def test_worker_killed_in_the_middle_loses_nothing(broker: Celery, labourer: Labourer) -> None:
    broker.send_task("labour.hold")
    wait_heard("begun")
    labourer.kill()
    labourer.keep_alive()
    wait_heard("begun", "begun")
    connection().rpush("let go", "now")
    wait_heard("begun", "begun", "done")
    assert dead() == []


def test_failure_that_may_pass_is_tried_again_after_growing_pauses(
    broker: Celery, labourer: Labourer
) -> None:
    broker.send_task("labour.stumble", [2])
    wait_heard("try 0", "try 1", "try 2")
    broker.send_task("labour.note", ["after"])
    wait_heard("try 0", "try 1", "try 2", "after")
    assert dead() == []


def test_task_that_fails_each_time_ends_among_the_dead_letters(broker: Celery, labourer: Labourer) -> None:
    sent = broker.send_task("labour.stumble", [99])
    letter = one_dead()
    assert heard() == ["try 0", "try 1", "try 2"]
    assert (letter.id, letter.why, letter.queue) == (sent.id, "failed", "default")
    assert letter.error == "ConnectionError: no luck"


def test_what_the_rules_refuse_is_dead_at_once_and_its_words_stay_private(
    broker: Celery, labourer: Labourer
) -> None:
    broker.send_task("labour.refuse", [12], {"secret": "Her name is Amara."})
    letter = one_dead()
    assert heard() == ["refusing"]
    assert letter.arguments == "12, secret=…"
    assert "number 12" in letter.error


def test_ticks_that_nobody_fetched_leave_no_trace(broker: Celery, rabbit: RabbitMQ, tmp_path: Path) -> None:
    assert dead() == []
    for _ in range(50):
        broker.send_task("labour.note", ["late"], expires=0.05)
    labourer = Labourer(rabbit.url, tmp_path / "worker.log")
    labourer.keep_alive()
    try:
        broker.send_task("labour.note", ["in time"])
        wait_heard("in time")
    finally:
        labourer.kill()
    assert dead() == []


# --- what an officer sees ---


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create_superuser("root", "root@riverbend.example", "not-secret")


@pytest.fixture
def desk(officer: User, client: Client) -> Client:
    client.force_login(officer)
    return client


def page(desk: Client) -> str:
    return desk.get(reverse("admin:failed_tasks")).content.decode()


def test_officer_sends_a_failed_task_again_or_discards_it(
    broker: Celery, labourer: Labourer, desk: Client
) -> None:
    assert "No task has failed" in page(desk)
    sent = broker.send_task("labour.refuse", [12], {"secret": "Her name is Amara."})
    one_dead()
    shown = page(desk)
    assert "labour.refuse" in shown
    assert sent.id in shown
    assert "Amara" not in shown

    again = reverse("admin:failed_task", args=[sent.id, "again"])
    assert "Send this task again?" in desk.get(again).content.decode()
    assert (heard(), AuditLog.objects.filter(action__startswith="task.").count()) == (["refusing"], 0)
    desk.post(again)
    wait_heard("refusing", "refusing")
    one_dead()

    desk.post(reverse("admin:failed_task", args=[sent.id, "discard"]))
    assert dead() == []
    assert "No task has failed" in page(desk)
    entries = AuditLog.objects.filter(action__startswith="task.").order_by("sequence")
    assert [(entry.action, entry.target) for entry in entries] == [
        ("task.sent-again", f"task:{sent.id}"),
        ("task.discarded", f"task:{sent.id}"),
    ]


def test_letter_that_is_gone_is_said_and_recorded(broker: Celery, desk: Client) -> None:
    answer = desk.post(reverse("admin:failed_task", args=[NOBODYS_ID, "discard"]), follow=True)
    assert "isn’t among the failed ones any more" in answer.content.decode()
    last = AuditLog.objects.order_by("-sequence")[0]
    assert (last.action, last.details) == (
        "task.left",
        {"asked": "task.discarded", "code": "dead-letter-gone"},
    )


def test_broker_away_is_said(desk: Client, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "amqp://guest:guest@127.0.0.1:9//"
    assert "doesn’t answer just now" in page(desk)


def test_broker_without_such_a_queue_is_said(desk: Client, settings: Any, valkey_url: str) -> None:
    settings.CELERY_BROKER_URL = valkey_url
    assert "keeps no failed tasks" in page(desk)
    assert desk.get(reverse("admin:failed_task", args=[NOBODYS_ID, "again"])).status_code == 404


def test_only_officers_come_here(broker: Celery, client: Client) -> None:
    clerk = User.objects.create_user("clerk", "clerk@riverbend.example", "not-secret")
    User.objects.filter(pk=clerk.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=clerk.pk))
    for page_of in (
        reverse("admin:failed_tasks"),
        reverse("admin:failed_task", args=[NOBODYS_ID, "discard"]),
    ):
        assert client.post(page_of)["Location"].startswith("/admin/login/")
