"""The tabs in a browser: their addresses, and that nothing in them moves or scrolls by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from tests.ui.browsing import IN_BROWSER, PHONE, scripted_app, visiting
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer

pytestmark = IN_BROWSER

SCROLL_INSIDE = """() => {
  const blocks = [...document.querySelectorAll('[role="tabpanel"] .block')];
  return blocks.filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  const scrolls = /auto|scroll/;
  return one.offsetParent && (
    (scrolls.test(overflowX) && one.scrollWidth > one.clientWidth) ||
    (scrolls.test(overflowY) && one.scrollHeight > one.clientHeight));
}).map((one) => one.id || one.className); }"""


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    with serving(scripted_app(ScriptedAnswerer(), config)) as served:
        yield served


def chosen(page: Page, name: str) -> None:
    expect(page.locator('[role="tab"][aria-selected="true"]')).to_have_text(name)


def test_the_address_names_the_open_tab_and_back_leads_to_the_one_before(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, f"{url}/?tab=settings", tmp_path) as visit:
        visit.url = url
        page = visit.page
        chosen(page, "Settings")
        page.get_by_role("tab", name="Evals").click()
        expect(page).to_have_url(f"{url}/?tab=evals")
        visit.reload()
        chosen(page, "Evals")
        page.get_by_role("tab", name="Chat").click()
        expect(page).to_have_url(f"{url}/")
        visit.ask("How fast do lamps dim?")
        visit.answered(1)
        expect(page).to_have_url(re.compile("conversation="))
        page.get_by_role("tab", name="Summaries").click()
        expect(page).to_have_url(re.compile("conversation=.*tab=summaries"))
        page.go_back()
        chosen(page, "Chat")
        expect(page.locator("#now .reply")).to_be_visible()


def test_no_part_of_a_form_scrolls_within_itself_on_a_phone(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path, PHONE) as visit:
        for tab in ("Summaries", "Evals", "Settings"):
            visit.page.get_by_role("tab", name=tab).click()
            visit.rest()
            assert visit.page.evaluate(SCROLL_INSIDE) == [], tab
