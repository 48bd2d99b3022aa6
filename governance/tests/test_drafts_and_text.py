"""Words: of drafts, which belong to whoever holds the key, and of proposals, which belong to their hash."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.acts.hashes import actions_hash, content_hash
from contracts.models import RelayedAct
from core.canonical import canonical_json
from core.content import digest_of
from core.errors import DomainError
from governance.authoring.models import ProposalDraft
from governance.authoring.selectors.drafts import drafts, get_draft
from governance.authoring.services import (
    MAX_DRAFTS,
    create_draft,
    delete_draft,
    mark_signed,
    owner_key,
    prepare_proposal,
    update_draft,
)
from governance.ballots.models import BallotReason, Vote
from governance.ballots.services import erase_reason, keep_reason
from governance.errors import DraftNotFound, FieldInvalid, FieldMissing
from governance.parameters import kinds
from governance.proposals import text
from governance.proposals.models import ProposalType
from governance.tests.factories import ONE_PERSON_STRATEGY, Town, digest, happened, person, vote
from identity.tests.factories import BOUNDS

OWNER, STRANGER = owner_key("one browser"), owner_key("another")
TEXT = {"title": "A bench", "summary": "In short.", "description": "At **length**.", "topic": "Parks"}


# --- text ---


def test_same_words_have_the_same_hash_however_they_were_typed() -> None:
    one = text.check(title=" A bench ", summary="In\r\nshort.", description="x")
    other = text.check(title="A bench", summary="In\nshort.", description="x")
    assert one.metadata_hash == other.metadata_hash == digest_of(one.as_bytes())
    assert text.parse(one.as_bytes()) == one


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_none(data: bytes) -> None:
    assert text.parse(data) is None or isinstance(text.parse(data), text.ProposalText)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["title", "summary", "description", "topic"]), inner, max_size=4
            )
        ),
        max_leaves=6,
    )
)
def test_any_json_is_a_text_or_none(value: object) -> None:
    found = text.parse(json.dumps(value).encode())
    assert found is None or (found.title.strip() and (found.summary.strip() or found.description.strip()))


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"title":"\\ud800","summary":"x"}', b'{"title":1e999}', b"9" * 5000]
)
def test_hostile_text_is_no_text(data: bytes) -> None:
    assert text.parse(data) is None


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"title": ""}, FieldMissing, "title"),
        ({"summary": " \n"}, FieldMissing, "summary"),
        ({"description": "x" * 100_001}, FieldInvalid, "description"),
        ({"description": "\U0001f600" * 70_000}, FieldInvalid, "description"),
        ({"title": "a\x00b"}, FieldInvalid, "title"),
        ({"title": "a\ud800"}, FieldInvalid, "title"),
    ],
)
def test_text_that_cannot_be_published_names_the_part(
    changes: dict[str, str], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as caught:
        text.check(**{**TEXT, **changes})
    assert caught.value.field == field


# --- rules ---


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "no time"),
        (90, "1 minute 30 seconds"),
        (3600, "1 hour"),
        (129_600, "1 day 12 hours"),
        (432_000, "5 days"),
    ],
)
def test_lengths_of_time_are_in_words(seconds: int, words: str) -> None:
    assert kinds.in_words("votingPeriod", seconds) == words


@pytest.mark.django_db
@pytest.mark.parametrize("value", [True, 1.5, "1.5", "-1", "", "٣", "1" * 79, None, [1], 0, 51])
def test_rule_takes_whole_numbers_within_bounds_alone(value: object) -> None:
    Town.founded()
    with pytest.raises(DomainError):
        kinds.check_changes({"quorumPercentage": value})


@pytest.mark.django_db
def test_rules_bounds_are_those_of_the_deployment_and_both_allowed() -> None:
    Town.founded()
    assert set(kinds.KINDS) == set(BOUNDS)
    for name, (minimum, maximum) in BOUNDS.items():
        for value in (minimum, str(maximum)):
            assert kinds.check_changes({name: value}) == {name: int(value)}
        for value in (minimum - 1, maximum + 1):
            with pytest.raises(FieldInvalid):
                kinds.check_changes({name: value})


@pytest.mark.parametrize(("value", "words"), [(50, "5%"), (15, "1.5%"), (1, "0.1%")])
def test_permille_is_said_in_percent(value: int, words: str) -> None:
    assert kinds.in_words("endorsementPermille", value) == words


# --- drafts ---


@pytest.mark.django_db
def test_draft_is_found_by_its_key_alone() -> None:
    draft = create_draft(owner=OWNER, fields={"title": "A bench"})
    assert get_draft(OWNER, draft.pk) == draft
    for owner, draft_id in ((STRANGER, draft.pk), (OWNER, uuid4()), (OWNER, "x")):
        with pytest.raises(DraftNotFound):
            get_draft(owner, draft_id)
        with pytest.raises(DraftNotFound):
            update_draft(owner=owner, draft_id=draft_id, fields={"title": "Mine now"})
        with pytest.raises(DraftNotFound):
            delete_draft(owner=owner, draft_id=draft_id)
    delete_draft(owner=OWNER, draft_id=draft.pk)
    assert not ProposalDraft.objects.exists()


@pytest.mark.django_db
def test_half_a_draft_is_kept_as_it_is_typed() -> None:
    draft = create_draft(owner=OWNER)
    update_draft(owner=OWNER, draft_id=draft.pk, fields={"title": " A be", "parameters": {}})
    draft.refresh_from_db()
    assert draft.title == " A be"
    with pytest.raises(FieldMissing):
        prepare_proposal(draft=draft)
    mistakes: list[dict[str, object]] = [
        {"title": "x" * 201},
        {"title": 7},
        {"proposal_type": "WISH"},
        {"parameters": []},
    ]
    for wrong in mistakes:
        with pytest.raises(FieldInvalid):
            update_draft(owner=OWNER, draft_id=draft.pk, fields=wrong)


@pytest.mark.django_db
def test_one_browser_keeps_a_bounded_number_of_drafts() -> None:
    for _ in range(MAX_DRAFTS):
        create_draft(owner=OWNER)
    with pytest.raises(FieldInvalid):
        create_draft(owner=OWNER)
    assert create_draft(owner=STRANGER)


@pytest.mark.django_db
def test_prepared_proposal_has_its_text_stored() -> None:
    Town.founded()
    fields = {**TEXT, "proposal_type": "PARAMETER", "parameters": {"quorumPercentage": "25"}}
    draft = create_draft(owner=OWNER, fields=fields)
    prepared = prepare_proposal(draft=draft)
    assert prepared == {
        **TEXT,
        "proposalType": "PARAMETER",
        "parameters": {"quorumPercentage": 25},
        "strategy": ONE_PERSON_STRATEGY,
    }
    assert text.load(text.check(**TEXT).metadata_hash) == text.parse(canonical_json(TEXT))


@pytest.mark.django_db
def test_draft_hides_behind_its_proposal_and_comes_back_when_a_reorg_takes_it() -> None:
    town = Town.founded()
    ancestor = town.number
    words = text.ProposalText("A bench by the river", "In short.", "At **length**.", "Parks")
    fingerprint = content_hash(person(0), 0, words.metadata_hash, actions_hash([]), ONE_PERSON_STRATEGY)
    draft = create_draft(owner=OWNER, fields={"title": words.title})
    mark_signed(draft=draft, content_hash=fingerprint)
    town.propose(title=words.title)
    assert not drafts(OWNER).exists()
    town.take_back(ancestor)
    assert drafts(OWNER).get() == draft


# --- reasons ---


@pytest.mark.django_db
def test_erased_reason_stays_erased_and_its_hash_stays() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    keep_reason(proposal_id=1, voter=person(1), reason="My knees.")
    act = RelayedAct.objects.create(
        digest=digest("act"),
        act="vote",
        signer=person(1),
        proposal_id=1,
        fields={"proposalId": "1", "support": 1, "reason": "My knees."},
        typed_data={},
        signature="0x",
        deadline=town.now,
    )
    town.block(vote(proposal, 1, reason="My knees."))
    assert erase_reason(proposal_id=1, voter=person(1)) == 1
    act.refresh_from_db()
    assert "knees" not in str(act.fields)
    row = Vote.objects.get()
    assert row.reason is None
    assert row.reason_hash is not None
    assert BallotReason.objects.get().text == ""
    keep_reason(proposal_id=1, voter=person(1), reason="My knees.")
    assert Vote.objects.get().reason is None
    height = town.number - 1
    town.take_back(height)
    town.block(vote(proposal, 1, reason="My knees."))
    assert Vote.objects.get().reason is None


@pytest.mark.django_db
def test_reason_published_on_chain_is_not_ours_to_erase() -> None:
    from contracts import events as chain

    town = Town.founded()
    proposal = town.open_vote()
    keep_reason(proposal_id=1, voter=person(1), reason="Shade.")
    town.block(
        vote(proposal, 1, reason="Shade."),
        happened(chain.VoteReasonPublished, voter=person(1), proposal_id=1, reason="Shade."),
    )
    erase_reason(proposal_id=1, voter=person(1))
    assert Vote.objects.get().reason == "Shade."


@pytest.mark.django_db
def test_reason_that_comes_after_its_ballot_is_shown() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    town.block(vote(proposal, 1, reason="My knees."))
    keep_reason(proposal_id=1, voter=person(1), reason="Another reason.")
    assert Vote.objects.get().reason is None
    keep_reason(proposal_id=1, voter=person(1), reason="My knees.")
    assert Vote.objects.get().reason == "My knees."
    assert proposal.proposal_type == ProposalType.POLICY
