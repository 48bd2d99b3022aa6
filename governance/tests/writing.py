"""What the tests of the writing page share: a town, forms as people fill them in, what came of them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from contracts.addresses import checksum
from governance.tests.factories import (
    Town,
    digest,
    person,
)
from identity.accounts.models import User
from identity.roles.models import Role
from identity.tests.factories import granted, identified

GUARDIANS = (person(900), person(901))
NEW_CODE = "0x" + "ab" * 20
WORDS = {
    "title": "Plant trees",
    "topic": "Parks",
    "summary": "Forty trees.",
    "description": "## Why\n\nShade.",
}
ROLE = {
    "proposal_type": "ROLE",
    "role-0-do": "give",
    "role-0-role": "DELEGATE",
    "role-0-account": checksum(person(1)),
}
EMERGENCY = {"proposal_type": "EMERGENCY", "emergency-0-dismiss": GUARDIANS[0]}
KEY = digest("the papers of a newcomer")
UPGRADE = {
    "proposal_type": "UPGRADE",
    "upgrade-0-contract": "VotingEngine",
    "upgrade-0-implementation": NEW_CODE,
}
QUADRATIC_WAY = {
    "proposal_type": "UPGRADE",
    "ways-0-admit": "quadratic",
    "ways-0-types": "BUDGET",
    "ways-0-credits": "64",
    "ways-0-days": "90",
}
TOKEN_WAY = {
    "proposal_type": "UPGRADE",
    "ways-0-admit": "token-weighted",
    "ways-0-types": "POLICY BUDGET",
    "ways-0-token": NEW_CODE,
    "ways-0-threshold": "2.5",
}


@pytest.fixture
def town() -> Town:
    """Five citizens, two guardians, and names for some."""
    town = Town.founded(citizens=5)
    for guardian in GUARDIANS:
        town.block(identified(guardian), granted(Role.GUARDIAN, guardian))
    town.block(identified(person(2), digest("Maya")))
    User.objects.create(username="maya", address=person(1), metadata={"displayName": "Maya O."})
    User.objects.create(username="ruth", address=GUARDIANS[0], metadata={"displayName": "Ruth A."})
    return town


def text_of(response: Any) -> str:
    """The page's words, tags dropped and white space joined."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def sent(client: Client, fields: dict[str, str]) -> Any:
    """The answer to the filled form, wherever it leads."""
    return client.post("/proposals/new", {**WORDS, **fields, "then": "preview"}, follow=True)


def signed_fields(response: Any) -> dict[str, Any]:
    """What the preview's button hands to the wallet."""
    found = re.search(r'data-sign-fields="([^"]+)"', response.content.decode())
    assert found, text_of(response)
    return json.loads(html.unescape(found.group(1)))


def complaint(response: Any, control: str) -> str:
    """The complaint that stands beside a control and is named by it."""
    page = response.content.decode()
    tag = re.search(rf'<(?:input|select)[^>]*name="{control}"[^>]*>', page)
    assert tag, f"no control {control}"
    assert 'aria-invalid="true"' in tag.group(0)
    assert f"id_{control}_error" in tag.group(0)
    found = re.search(rf'id="id_{control}_error">(.*?)</div>', page)
    assert found, f"no complaint beside {control}"
    return html.unescape(re.sub(r"<[^>]+>", "", found.group(1)))
