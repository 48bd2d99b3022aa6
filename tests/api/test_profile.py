"""What people show of themselves over HTTP: signed, off the chain, and the newest alone stands."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from eth_account import Account
from eth_account.signers.local import LocalAccount

from audit.models import AuditLog
from contracts.acts.errors import ActUnknown
from contracts.acts.hashes import keccak_hex
from contracts.acts.services import unsigned_call
from contracts.addresses import checksum, short
from contracts.models import RelayedAct
from core.http.rendering import dumps
from governance.tests.factories import CONTRACTS, Town
from identity.accounts.models import User
from identity.roles.models import Role
from identity.tests.factories import granted

pytestmark = pytest.mark.django_db
JSON = "application/json"
MINE: LocalAccount = Account.from_key("0x" + "31" * 32)
OTHER: LocalAccount = Account.from_key("0x" + "32" * 32)
URL = f"/api/users/{MINE.address}"
WORDS: dict[str, Any] = {"displayName": "Ada Reyes", "bio": "Shade, benches, water.\n\nAnd <b>buses</b>."}


@pytest.fixture(autouse=True)
def town(anvil: Any) -> Town:
    """A town in which MINE is a delegate. The node is asked only whether an address has code."""
    town = Town.founded(citizens=3)
    town.block(granted(Role.DELEGATE, MINE.address.lower()))
    return town


def draft(client: Client, **body: Any) -> Any:
    return client.post(
        "/api/acts/typed-data", {"act": "profile", "signer": MINE.address, **body}, content_type=JSON
    )


def signed(client: Client, *, by: LocalAccount = MINE, **fields: Any) -> dict[str, Any]:
    """A body for ``PUT``: what signing the draft of ``fields`` makes."""
    drafted = draft(client, **fields)
    assert drafted.status_code == 200, drafted.content
    found = drafted.json()
    signature = by.sign_typed_data(full_message=found["typedData"]).signature
    return {**fields, "deadline": found["deadline"], "signature": "0x" + bytes(signature).hex()}


def put(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.put(URL, body, content_type=JSON, headers=headers)


def shown(client: Client) -> dict[str, str]:
    return dict(client.get(URL).json()["metadata"])


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_what_is_signed_shows_and_nothing_else_of_it_is_kept(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    found = draft(client, **WORDS).json()
    assert found["typedData"]["domain"] == {
        "name": "Profile",
        "version": "1",
        "chainId": 31337,
        "verifyingContract": checksum(CONTRACTS["GovernanceCore"]),
    }
    assert WORDS["bio"] in [row["value"] for row in found["summary"]]
    body = signed(client, **WORDS)
    response = put(client, body, prefer="wait=5")
    assert response.status_code == 200, response.content
    answer = response.json()
    assert answer == {"digest": answer["digest"], "status": "final", "url": URL, "promise": None}
    assert response["Location"] == URL
    assert shown(client) == {**WORDS, "avatar": ""}
    (delegate,) = client.get("/api/delegates").json()["results"]
    assert (delegate["name"], delegate["statement"]) == (WORDS["displayName"], WORDS["bio"])

    user = User.objects.get(address=MINE.address.lower())
    assert not user.has_usable_password()
    assert {group.name for group in user.groups.all()} == {Role.DELEGATE}
    assert not RelayedAct.objects.exists()
    entry = AuditLog.objects.get(action="profile.signed")
    assert (entry.actor, entry.target) == (MINE.address.lower(), f"identity.user:{user.pk}")
    assert entry.details["signature"] == keccak_hex(bytes.fromhex(body["signature"][2:]))
    told = dumps([entry.details, entry.actor, entry.target]).decode() + caplog.text
    assert "act done" in told
    assert not [word for word in ("Ada", "Reyes", "Shade", "buses", body["signature"][2:]) if word in told]


def test_the_same_is_one_and_comes_through_either_door(client: Client) -> None:
    body = signed(client, **WORDS)
    first = put(client, body)
    again = client.post("/api/acts", {"act": "profile", "signer": MINE.address, **body}, content_type=JSON)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert AuditLog.objects.filter(action="profile.signed").count() == 1
    assert User.objects.filter(address=MINE.address.lower()).count() == 1


def test_an_older_profile_never_comes_back(client: Client, town: Town) -> None:
    old = signed(client, **WORDS)
    assert put(client, old).status_code == 200
    # At the same second of the chain, and after one that is good for longer.
    new = signed(client, displayName="Ada", bio="")
    assert new["deadline"] > old["deadline"]
    assert put(client, new).status_code == 200
    assert shown(client) == {"displayName": "Ada", "bio": "", "avatar": ""}
    assert refused(put(client, old)) == (409, "profile-outdated")
    same_moment = signed(client, **WORDS, deadline=new["deadline"])
    assert refused(put(client, same_moment)) == (409, "profile-outdated")
    assert shown(client)["displayName"] == "Ada"

    longest = signed(client, displayName="A", deadline=new["deadline"] + 5 * 86_400)
    assert put(client, longest).status_code == 200
    nothing = signed(client)
    assert put(client, nothing).status_code == 200
    for earlier in (old, new, longest):
        assert refused(put(client, earlier)) == (409, "profile-outdated")
    assert shown(client) == {"displayName": "", "bio": "", "avatar": ""}
    assert client.get("/api/delegates").json()["results"][0]["name"] == short(MINE.address.lower())


def test_words_that_an_officer_took_away_stay_away(client: Client) -> None:
    body = signed(client, **WORDS)
    put(client, body)
    User.objects.update(metadata={})
    assert refused(put(client, body)) == (409, "profile-outdated")
    User.objects.update(is_active=False)
    assert refused(draft(client, **WORDS)) == (403, "profile-closed")


@pytest.mark.django_db(transaction=True)
def test_the_latest_stands_whoever_of_many_comes_first(client: Client) -> None:
    first = draft(client).json()["deadline"]
    bodies = [signed(client, displayName=f"Ada {n}", deadline=first + n) for n in range(6)]

    def hand_in(body: dict[str, Any]) -> int:
        try:
            return int(put(Client(), body).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(hand_in, bodies))
    assert found <= {200, 409}
    assert shown(client)["displayName"] == "Ada 5"
    assert User.objects.filter(address=MINE.address.lower()).count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"displayName": "Ada R."}, 403, "signature-wrong-signer"),
        ({"bio": ""}, 403, "signature-wrong-signer"),
        ({"deadline": 2**36}, 422, "deadline-too-far"),
        ({"deadline": 1}, 410, "act-expired"),
        ({"signature": "0x" + "00" * 65}, 400, "signature-invalid"),
        ({"signature": None}, 422, "field-missing"),
        ({"signer": OTHER.address}, 422, "field-invalid"),
    ],
)
def test_what_was_not_signed_is_refused_and_nothing_written(
    client: Client, change: dict[str, Any], status: int, code: str
) -> None:
    assert refused(put(client, {**signed(client, **WORDS), **change})) == (status, code)
    assert not User.objects.exists()


def test_a_strangers_signature_is_refused(client: Client) -> None:
    body = signed(client, by=OTHER, **WORDS)
    assert refused(put(client, body)) == (403, "signature-wrong-signer")
    # Nor may a stranger hand in for themselves what they signed in this one's name.
    theirs = client.put(f"/api/users/{OTHER.address}", body, content_type=JSON)
    assert refused(theirs) == (403, "signature-wrong-signer")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("displayName", "x" * 61),
        ("displayName", "Ada\u202e"),
        ("displayName", "a\nb"),
        ("displayName", "a\x00b"),
        ("displayName", 7),
        ("displayName", " 0x71bE…5788"),
        ("bio", "x" * 1001),
        ("bio", "a\x00b"),
        ("bio", ["a"]),
    ],
)
def test_words_that_no_page_could_show_are_refused_before_anyone_signs(
    client: Client, field: str, words: Any
) -> None:
    response = draft(client, **{field: words})
    assert refused(response) == (422, "field-invalid")
    assert response.json()["field"] == field


def test_what_one_has_not_seen_can_be_kept_from_being_replaced(client: Client) -> None:
    etag = client.get(URL)["ETag"]
    assert put(client, signed(client, **WORDS), **{"if-match": etag}).status_code == 200
    late = signed(client, displayName="B")
    assert refused(put(client, late, **{"if-match": etag})) == (412, "precondition-failed")
    assert put(client, late, **{"if-match": client.get(URL)["ETag"]}).status_code == 200


def test_no_call_is_offered_for_it() -> None:
    with pytest.raises(ActUnknown):
        unsigned_call("profile", MINE.address, WORDS)


def test_an_account_that_is_there_keeps_what_else_it_has(client: Client) -> None:
    seen = timezone.now().replace(microsecond=0)
    User.objects.create_user("ada", address=MINE.address.lower(), metadata={"avatar": "a"}, last_active=seen)
    assert put(client, signed(client, **WORDS)).status_code == 200
    user = User.objects.get()
    assert (user.username, user.last_active, user.metadata["avatar"]) == ("ada", seen, "a")


def test_the_page_shows_it_as_text_and_the_form_to_its_owner_alone(client: Client) -> None:
    script = "<script>alert(1)</script>"
    assert (
        put(client, signed(client, displayName=script, bio=f'{script}\n\n</textarea>" x')).status_code == 200
    )
    page = client.get(f"/delegates/{MINE.address}").content.decode()
    part = f"/delegates/{MINE.address}/parts/statement"
    own = client.get(f"{part}?address={MINE.address}").content.decode()
    strange = [client.get(f"{part}?address={who}").content.decode() for who in (OTHER.address, "", "0x12")]
    for html in (page, own, *strange, client.get("/delegates").content.decode()):
        assert script not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'data-sign="profile"' in own
    assert own.count("</textarea>") == 1
    for html in (page, *strange):
        assert 'data-sign="profile"' not in html
    assert (
        client.get(f"/delegates/{OTHER.address}/parts/statement?address={OTHER.address}").status_code == 404
    )
