"""The documentation page in a browser, under the portal's own policy."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect


@pytest.mark.browser
def test_the_documentation_opens_without_breaking_the_policy(live_server: Any, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    outside: list[str] = []
    page.on(
        "request",
        lambda request: None if request.url.startswith(live_server.url) else outside.append(request.url),
    )
    page.goto(f"{live_server.url}/api/docs")
    expect(page.get_by_role("heading", name="DAO Portal")).to_be_visible(timeout=20_000)
    paths = requests.get(f"{live_server.url}/api/schema", timeout=10).json()["paths"].values()
    expect(page.locator(".opblock")).to_have_count(sum(len(operations) for operations in paths))
    page.locator("#operations-Proposals-listProposals .opblock-summary-control").click()
    expect(page.get_by_text("List proposals, newest first.").last).to_be_visible()
    assert [text for text in said if "Content Security Policy" in text or "Error" in text] == []
    assert [url for url in outside if not url.startswith("data:")] == []
