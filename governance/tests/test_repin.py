"""``manage.py repin`` and its tasks: what the mirror refers to is kept here and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.actions import COMMAND_FINISHED, COMMAND_STARTED
from audit.models import AuditLog
from core.content import cid_of, get
from core.content.tests.pinning_server import TOKEN, PinningServer
from core.content.tests.servers import serve
from core.content.tests.test_sources import honest
from governance import tasks
from governance.authoring.services import create_draft, prepare_proposal
from governance.proposals.models import Proposal
from governance.proposals.text import ProposalText
from governance.tests.factories import Town
from tests.kubo import Kubo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.CONTENT_ROOT = tmp_path / "content"
    return tmp_path / "content"


@pytest.fixture
def node(kubo: Kubo, settings: Any) -> Iterator[str]:
    with kubo.rpc() as url:
        settings.IPFS_API_URL = url
        yield url


@pytest.fixture
def service(settings: Any) -> Iterator[PinningServer]:
    server = PinningServer(course=("queued",))
    with server.listen() as url:
        settings.PINNING_SERVICE_URL, settings.PINNING_SERVICE_TOKEN = url, TOKEN
        yield server


def repin() -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("repin", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_texts_of_the_record_are_pinned_and_drafts_are_not(kubo: Kubo, node: str) -> None:
    proposal = Town.founded().propose(title="Pinned for all to read")
    draft = create_draft(
        owner="someone", fields={"title": "Nobody’s business yet", "summary": "x", "description": "y"}
    )
    fields = prepare_proposal(draft=draft)
    words = ProposalText(*(fields[name] for name in ("title", "summary", "description", "topic")))
    assert get(words.metadata_hash)
    code, lines = repin()
    assert (code, lines) == (
        0,
        [f"{proposal.cid} pinned at {node}", f"1 files: 0 fetched, 1 pinned at {node}, 0 missing"],
    )
    assert proposal.cid in kubo.pins()
    assert cid_of(words.metadata_hash) not in kubo.pins()
    assert repin() == (0, ["1 files: 0 fetched, 0 missing"])


def test_missing_text_is_fetched_and_shown(settings: Any) -> None:
    proposal = Town.founded().propose(title="Text kept by others", stored=False)
    words = ProposalText("Text kept by others", "In short.", "At **length**.", "Parks")
    with serve(honest(words.as_bytes())) as url:
        settings.IPFS_GATEWAY_URLS = [url]
        code, lines = repin()
    assert (code, lines[0]) == (0, f"{proposal.cid} fetched")
    assert Proposal.objects.get(pk=proposal.pk).title == "Text kept by others"
    assert get(proposal.metadata_hash) == words.as_bytes()


def test_command_fails_while_a_text_is_nowhere() -> None:
    proposal = Town.founded().propose(title="Lost words", stored=False)
    code, lines = repin()
    assert (code, lines[0]) == (1, f"{proposal.cid} content-missing")
    assert lines[-1] == "1 files: 0 fetched, 1 missing"


def test_command_writes_its_beginning_and_its_end_into_the_audit_log(node: str) -> None:
    Town.founded().propose(title="Audited words")
    repin()
    started, finished = AuditLog.objects.order_by("sequence")
    assert (started.action, finished.action) == (COMMAND_STARTED, COMMAND_FINISHED)
    assert finished.details == {
        "files": 1,
        "fetched": 0,
        "missing": 0,
        "pinned": 1,
        "asked": 0,
        "waiting": 0,
        "refused": 0,
    }


def test_task_looks_at_new_proposals_and_the_nightly_one_at_all(service: PinningServer) -> None:
    town = Town.founded()
    old = town.propose(title="An old decision")
    new = town.propose(title="A new decision")
    Proposal.objects.filter(pk=new.pk).update(created_at=timezone.now())
    Proposal.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    tasks.repin_new()
    assert (service.of(old.cid), service.of(new.cid)) == ([], ["queued"])
    tasks.repin_all()
    assert (service.of(old.cid), service.of(new.cid)) == (["queued"], ["queued"])


def test_proposing_needs_nobody_else(settings: Any) -> None:
    settings.IPFS_API_URL = settings.PINNING_SERVICE_URL = "http://127.0.0.1:9"
    settings.IPFS_GATEWAY_URLS = ["http://127.0.0.1:9"]
    Town.founded()
    draft = create_draft(
        owner="someone", fields={"title": "A bench", "summary": "In short.", "description": "At length."}
    )
    fields = prepare_proposal(draft=draft)
    assert fields["title"] == "A bench"
    tasks.repin_all()  # nobody answers; nothing breaks
