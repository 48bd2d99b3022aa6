"""Files of a proposal: signed with its text, kept under their CIDs, handed out to be saved, nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contracts import events as chain
from contracts.acts.hashes import actions_hash, content_hash
from core.content import cid_of, get, put, unixfs
from core.content import store as content_store
from core.content.errors import ContentFull
from core.content.store import MAX_FILE_BYTES, local_store
from core.content.tests.servers import Reply, serve
from core.content.tests.test_sources import honest
from core.errors import DomainError
from governance.authoring.models import ProposalDraft
from governance.authoring.services import attach_file, create_draft, detach_file, owner_key, prepare_proposal
from governance.errors import DraftNotFound, FieldInvalid
from governance.proposals import attachments, text
from governance.proposals.attachments import Attachment
from governance.proposals.models import Proposal
from governance.proposals.services.content import repin
from governance.tests.factories import ONE_PERSON_STRATEGY, Town, happened, person

pytestmark = pytest.mark.django_db

OWNER, STRANGER = owner_key("one browser"), owner_key("another")
PLAN = b"%PDF-1.7\n" + bytes(range(256)) * 2000
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(500)
PHOTO = b"\xff\xd8\xff\xe0" + bytes(500)
WORDS = {"title": "A bench", "summary": "In short.", "description": "At **length**.", "topic": "Parks"}


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.CONTENT_ROOT = tmp_path / "content"
    return tmp_path / "content"


def attach(draft: ProposalDraft, name: str = "plan.pdf", data: bytes = PLAN) -> ProposalDraft:
    return attach_file(owner=OWNER, draft_id=draft.pk, name=name, data=data)


@pytest.fixture
def draft() -> ProposalDraft:
    return create_draft(owner=OWNER, fields=WORDS)


def published(town: Town, words: text.ProposalText) -> Proposal:
    """A proposal with this text on the record."""
    town.proposals += 1
    event = happened(
        chain.ProposalCreated,
        proposal_id=town.proposals,
        proposer=person(0),
        proposal_type=0,
        strategy=ONE_PERSON_STRATEGY,
        metadata_hash=words.metadata_hash,
        content_hash=content_hash(person(0), 0, words.metadata_hash, actions_hash([]), ONE_PERSON_STRATEGY),
        actions=(),
    )
    town.block(event)
    return Proposal.objects.get(proposal_id=town.proposals)


def with_file(name: str = "plan.pdf", data: bytes = PLAN) -> text.ProposalText:
    words = text.check(**WORDS, files=[attachments.keep(name, data).as_json()])
    put(words.as_bytes())
    return words


# --- what may be attached ---


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PLAN, "application/pdf"),
        (PICTURE, "image/png"),
        (PHOTO, "image/jpeg"),
        ("Größe\tund\r\nmehr".encode(), "text/plain"),
        (b"<html><script>alert(1)</script></html>", "text/plain"),  # never served as anything else
        (b"\x7fELF" + bytes(50), None),
        (b"PK\x03\x04" + bytes(50), None),
        (b"GIF89a" + bytes(50), None),
        (b"text with \x00 in it", None),
        (b"text with \x1b[31m in it", None),
        ("text with \u202e in it".encode(), None),
        (b"\xff\xfe\x00", None),
    ],
)
def test_kind_of_a_file_is_told_by_its_bytes(data: bytes, media_type: str | None) -> None:
    assert attachments.sniff(data) == media_type


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Plan.PDF", "Plan.PDF"),
        ("plan.exe", "plan.pdf"),
        ("plan.pdf.exe", "plan.pdf.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', 'a"bSet-Cookie: x.pdf'),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("Größe 3.pdf", "Größe 3.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_name_loses_its_folders_and_ends_as_the_file_is(name: str, kept: str) -> None:
    found = attachments.keep(name, PLAN)
    assert found.name == kept
    assert attachments.parse([found.as_json()]) == (found,)


@given(st.text(max_size=150))
def test_any_name_becomes_one_that_the_text_may_hold(name: str) -> None:
    clean = attachments._clean_name(name, "application/pdf")
    assert clean == attachments._clean_name(clean, "application/pdf")
    assert 0 < len(clean) <= attachments.MAX_NAME
    assert clean.isprintable()
    assert not set("/\\") & set(clean)


@pytest.mark.parametrize("data", [b"", bytes(10), b"%PDF-" + bytes(MAX_FILE_BYTES)])
def test_file_that_cannot_be_attached_is_refused_and_not_kept(
    draft: ProposalDraft, store: Path, data: bytes
) -> None:
    with pytest.raises(FieldInvalid) as refusal:
        attach(draft, data=data)
    assert refusal.value.field == "file"
    assert not list(store.rglob("baf*"))
    assert ProposalDraft.objects.get().attachments == []


def test_nearly_full_disk_takes_texts_and_no_files(
    draft: ProposalDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_store, "RESERVED_BYTES", 10**18)
    with pytest.raises(ContentFull):
        attach(draft)
    Town.founded()
    assert prepare_proposal(draft=draft)


# --- drafts ---


def test_file_is_signed_with_the_text_under_the_cid_that_ipfs_gives_it(draft: ProposalDraft) -> None:
    Town.founded()
    fields = prepare_proposal(draft=attach(draft))
    cid = str(unixfs.root_of(PLAN))
    assert fields["attachments"] == [
        {"name": "plan.pdf", "cid": cid, "size": len(PLAN), "mediaType": "application/pdf"}
    ]
    words = text.check(**WORDS, files=fields["attachments"])
    assert json.loads(get(words.metadata_hash))["attachments"] == fields["attachments"]
    assert text.load(words.metadata_hash) == words


def test_text_without_files_is_what_it_always_was(draft: ProposalDraft) -> None:
    Town.founded()
    prepare_proposal(draft=draft)
    assert json.loads(get(text.check(**WORDS).metadata_hash)) == WORDS


def test_same_file_again_changes_its_name_and_a_sixth_is_refused(draft: ProposalDraft) -> None:
    for number in range(5):
        attach(draft, f"{number}.txt", b"file %d" % number)
    names = [file["name"] for file in attach(draft, "last.txt", b"file 4").attachments]
    assert names == ["0.txt", "1.txt", "2.txt", "3.txt", "last.txt"]
    with pytest.raises(FieldInvalid):
        attach(draft, "5.txt", b"file 5")
    cid = ProposalDraft.objects.get().attachments[0]["cid"]
    for _twice in range(2):
        after = detach_file(owner=OWNER, draft_id=draft.pk, cid=cid)
        assert [file["name"] for file in after.attachments] == ["1.txt", "2.txt", "3.txt", "last.txt"]


def test_draft_of_another_browser_takes_no_file(draft: ProposalDraft, store: Path) -> None:
    with pytest.raises(DraftNotFound):
        attach_file(owner=STRANGER, draft_id=draft.pk, name="x.pdf", data=PLAN)
    with pytest.raises(DraftNotFound):
        detach_file(owner=STRANGER, draft_id=draft.pk, cid="x")
    assert not list(store.rglob("baf*"))


GOOD = Attachment("plan.pdf", str(unixfs.root_of(PLAN)), len(PLAN), "application/pdf").as_json()


@pytest.mark.parametrize(
    "files",
    [
        "plan.pdf",
        5,
        {"name": "plan.pdf"},
        [5],
        [{}],
        [{**GOOD, "more": 1}],
        [{**GOOD, "name": "../plan.pdf"}],
        [{**GOOD, "name": "plan.exe"}],
        [{**GOOD, "name": 5}],
        [{**GOOD, "cid": "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"}],
        [{**GOOD, "cid": ["x"]}],
        [{**GOOD, "size": True}],
        [{**GOOD, "size": 1.5}],
        [{**GOOD, "size": 10**9}],
        [{**GOOD, "mediaType": "text/html"}],
        [GOOD] * 6,
        [GOOD],  # not stored here
    ],
)
def test_files_of_a_wrong_form_or_not_here_are_refused(files: Any) -> None:
    with pytest.raises(FieldInvalid) as refusal:
        text.check(**WORDS, files=files)
    assert refusal.value.field == "attachments"


@pytest.mark.parametrize("changes", [{"size": 5}, {"mediaType": "image/png", "name": "plan.png"}])
def test_file_that_is_not_what_the_text_says_is_refused(changes: dict[str, Any]) -> None:
    found = attachments.keep("plan.pdf", PLAN).as_json()
    with pytest.raises(FieldInvalid):
        text.check(**WORDS, files=[{**found, **changes}])


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
        max_leaves=8,
    )
)
def test_any_json_is_a_list_of_files_or_none(value: Any) -> None:
    attachments.parse(value)
    try:
        attachments.check(value)
    except DomainError as error:
        assert error.code == "field-invalid"  # noqa: PT017 - any other is a failure too


# --- handing out ---


def test_file_is_handed_out_to_be_saved_and_can_do_nothing(client: Client) -> None:
    published(Town.founded(), with_file("Plän.pdf"))
    response = client.get("/proposals/1/files/1")
    assert response.content == PLAN
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Pl%C3%A4n.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"].split("; ")
    assert policy[-1] == "sandbox"
    assert "default-src 'self'" in policy


def test_page_and_api_tell_of_the_files(client: Client) -> None:
    published(Town.founded(), with_file())
    page = client.get("/proposals/1").content.decode()
    assert '<a href="/proposals/1/files/1" download>plan.pdf</a>' in page
    told = client.get("/api/proposals/1").json()["attachments"]
    assert told == [{**GOOD, "url": "/proposals/1/files/1"}]


@pytest.mark.parametrize("address", ["/proposals/1/files/0", "/proposals/1/files/2", "/proposals/9/files/1"])
def test_file_that_no_text_names_is_not_there(client: Client, address: str) -> None:
    published(Town.founded(), with_file())
    assert client.get(address).status_code == 404


def test_file_that_rots_is_not_handed_out(client: Client, store: Path) -> None:
    published(Town.founded(), with_file())
    next(store.rglob(f"{unixfs.root_of(PLAN)}")).write_bytes(b"rot")
    assert client.get("/proposals/1/files/1").status_code == 404


def test_file_of_a_draft_has_no_address(client: Client, draft: ProposalDraft) -> None:
    attach(draft)
    assert client.get(f"/proposals/{draft.pk}/files/1").status_code == 404


# --- keeping ---


def test_repin_fetches_and_pins_files_as_it_does_texts(settings: Any) -> None:
    words = with_file()
    published(Town.founded(), words)
    cid = str(unixfs.root_of(PLAN))
    settings.CONTENT_ROOT = Path(settings.CONTENT_ROOT).parent / "another"
    text_of, file_of = honest(words.as_bytes()), honest(PLAN)

    def both(*asked: Any) -> Reply:
        found = text_of(*asked)
        return found if found.status == 200 else file_of(*asked)

    lines: list[str] = []
    with serve(both) as url:
        settings.IPFS_GATEWAY_URLS = [url]
        report = repin(say=lines.append)
    assert (report.files, report.fetched) == (2, 2)
    assert lines == [f"{cid_of(words.metadata_hash)} fetched", f"{cid} fetched"]
    assert local_store().get(unixfs.root_of(PLAN)) == PLAN


# --- the page on which a proposal is written ---


def test_file_is_attached_and_removed_on_the_page_and_the_words_stay(client: Client) -> None:
    Town.founded(citizens=3)
    sent = {**WORDS, "proposal_type": "POLICY", "then": "attach"}
    page = client.post(
        "/proposals/new", {**sent, "file": SimpleUploadedFile("plan.pdf", PLAN)}, follow=True
    ).content.decode()
    kept = ProposalDraft.objects.get()
    assert (kept.title, [file["name"] for file in kept.attachments]) == ("A bench", ["plan.pdf"])
    assert "plan.pdf" in page
    preview = client.get(reverse("draft-preview", args=[kept.pk])).content.decode()
    found = re.search(r'data-sign="propose" data-sign-fields="([^"]+)"', preview)
    assert found
    assert json.loads(found.group(1).replace("&quot;", '"'))["attachments"] == [GOOD]
    cid = kept.attachments[0]["cid"]
    client.post("/proposals/new", {**WORDS, "proposal_type": "POLICY", "draft": str(kept.pk), "detach": cid})
    assert ProposalDraft.objects.get().attachments == []


@pytest.mark.parametrize("file", [None, SimpleUploadedFile("x.zip", b"PK\x03\x04" + bytes(9))])
def test_page_says_why_a_file_cannot_be_attached(client: Client, file: SimpleUploadedFile | None) -> None:
    Town.founded(citizens=3)
    sent: dict[str, Any] = {**WORDS, "proposal_type": "POLICY", "then": "attach"}
    page = client.post("/proposals/new", sent | ({"file": file} if file else {})).content.decode()
    assert 'id="file-error"' in page
    assert "At **length**." in page
