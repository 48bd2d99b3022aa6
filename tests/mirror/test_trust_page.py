"""What the page on trust says in figures is what the deployed contracts answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from governance.authoring.selectors.effects import MAX_PERIOD_DAYS
from tests.mirror.conftest import Riverbend

pytestmark = pytest.mark.django_db


def test_what_officers_may_change_in_a_week_is_the_contracts_own(
    riverbend: Riverbend, client: Client
) -> None:
    riverbend.read()
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/trust").content.decode()).split())
    removals, additions = (riverbend.ask("RoleManager", name) for name in ("FREE_REMOVALS", "FREE_ADDITIONS"))
    assert f"one in ten (or {removals} people" in page
    assert f"as many as there are (or {additions:,})" in page
    period = timedelta(seconds=riverbend.ask("GovernanceCore", "officerDelay"))
    assert f"after {period.days} days" in page


def test_how_we_decide_shows_the_bounds_that_the_contract_answers(
    riverbend: Riverbend, client: Client
) -> None:
    riverbend.read()
    rows = {rule["name"]: rule for rule in client.get("/api/governance/params").json()["parameters"]}
    page = client.get("/rules").content.decode()
    for name, rule in rows.items():
        least, most = riverbend.ask("GovernanceCore", "bounds", name.encode().ljust(32, b"\0")).values()
        assert (rule["minimum"], rule["maximum"]) == (str(least), str(most)), name
        assert rule["text"] in page


def test_longest_period_of_credits_is_the_contracts_own(riverbend: Riverbend) -> None:
    longest = timedelta(seconds=riverbend.ask("QuadraticStrategy", "MAX_PERIOD_LENGTH"))
    assert longest == timedelta(days=MAX_PERIOD_DAYS)
