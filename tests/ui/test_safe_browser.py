"""Every tab in a real browser: nothing asked of elsewhere, nothing axe finds serious."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from tests.ui.browsing import IN_BROWSER, PHONE, Visit, scripted_app, visiting
from tests.ui.pictures import choose
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer

pytestmark = IN_BROWSER

TABS = ("Chat", "Library", "Summaries", "Evals", "Settings")
SERIOUS = ("serious", "critical")
NO_FRAME_RULES = {"resultTypes": ["violations"], "iframes": False}


def every_tab(visit: Visit) -> Iterator[str]:
    """Open one tab after the other, each once it has all that it shows; their names."""
    expect(visit.page.get_by_role("tab")).to_have_text(list(TABS))
    for tab in TABS:
        choose(visit.page, tab)
        visit.rest()
        yield tab


def stumbles(page: Page, where: str) -> list[str]:
    """What axe finds serious on the page as it is, with the elements."""
    found: list[dict[str, Any]] = Axe().run(page, options=NO_FRAME_RULES).response["violations"]
    return [
        f"{where}: {one['id']} at {node['html'][:160]}: {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def test_no_tab_asks_anything_of_elsewhere_and_the_policy_is_never_broken(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    """`visiting` holds every request to this server, and the console to no complaint."""
    app = scripted_app(ScriptedAnswerer(), config)
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim?")
        visit.answered(1)
        visit.page.locator("#now .marker").first.click()
        for tab in every_tab(visit):
            visit.shoot(tab)
        assert len(visit.requests) > 20


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_on_any_tab(
    browser: Browser, config: Config, tmp_path: Path, *, dark: bool
) -> None:
    app, found = scripted_app(ScriptedAnswerer(), config), list[str]()
    with serving(app) as url, visiting(browser, url, tmp_path, dark=dark) as visit:
        visit.rest()
        found += stumbles(visit.page, "welcome")
        visit.ask("How fast do lamps dim?")
        visit.answered(1)
        visit.page.locator("#now .marker").first.click()
        for tab in every_tab(visit):
            visit.shoot(f"{tab}-{dark}")
            found += stumbles(visit.page, tab)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_on_a_phone(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    app, found = scripted_app(ScriptedAnswerer(), config), list[str]()
    with serving(app) as url, visiting(browser, url, tmp_path, PHONE) as visit:
        for tab in every_tab(visit):
            found += stumbles(visit.page, tab)
    assert not found, "\n".join(found)
