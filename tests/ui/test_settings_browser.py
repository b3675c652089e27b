"""The settings in a real browser: what is set holds after a reload, and keys stay off the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rag.config import Config
from tests.openai_stand_in import Reply, openai_stand_in, says
from tests.ui.browsing import IN_BROWSER, LONG_MS, scripted_app, visiting
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer

pytestmark = IN_BROWSER

KEY = "sk-very-secret-0123456789"


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    with serving(scripted_app(ScriptedAnswerer(), config)) as found:
        yield found


def test_what_is_set_holds_after_a_reload(browser: Browser, url: str, tmp_path: Path) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.get_by_role("tab", name="Settings").click()
        page.get_by_label("Keep it, visibly marked").check()
        expect(page.locator("#settings-told")).to_contain_text("Kept.")
        page.get_by_label("Dark", exact=True).check()
        expect(page.locator("body.dark")).to_have_count(1)
        expect(page.locator("#settings-told")).to_contain_text("The colours are kept.")
        page.evaluate("localStorage.clear()")  # as another browser would find it
        visit.reload()
        expect(page.locator("body.dark")).to_have_count(1)
        page.get_by_role("tab", name="Settings").click()
        expect(page.get_by_label("Keep it, visibly marked")).to_be_checked()


def test_an_endpoint_is_tried_and_used_and_its_key_leaves_the_page(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    yes_or_no = Reply(first_tokens=(("Yes", -0.1), ("No", -2.3)))
    with (
        openai_stand_in(says("Ready, <b>sir</b>."), yes_or_no) as endpoint,
        visiting(browser, url, tmp_path) as visit,
    ):
        page = visit.page
        page.get_by_role("tab", name="Settings").click()
        page.get_by_role("button", name="Use an endpoint").click()
        page.get_by_label("Address; empty for OpenAI's own").fill(endpoint.base_url)
        page.get_by_label("Model", exact=True).fill("tiny")
        page.get_by_label("Key, if it wants one").fill(KEY)
        page.get_by_role("button", name="Test").click()
        tried = page.locator("#endpoint-tried")
        expect(tried).to_contain_text("“Ready, <b>sir</b>.”", timeout=LONG_MS)  # imports, once
        page.get_by_role("button", name="Use it").click()
        expect(page.get_by_label("Endpoint: tiny at 127.0.0.1")).to_be_checked()
        expect(page.get_by_label("Key, if it wants one")).to_have_value("")
        assert KEY not in page.content()
