"""Summaries and eval runs in a real browser, over the sample library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from rag.config import Config
from tests.ui.browsing import IN_BROWSER, LONG_MS, visiting
from tests.ui.running import serving
from tests.ui.test_runs import finished

if TYPE_CHECKING:
    from rag.models.embed import Embedder
    from rag.models.rerank import Reranker

pytestmark = IN_BROWSER

CASE = {
    "id": "webgpt",
    "question": "How often are WebGPT's answers preferred over the demonstrators' answers?",
    "papers": ["arxiv:2112.09332"],
    "facts": [["56%"]],
}


@pytest.fixture
def home(sample_copy: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A copy of the sample library, for processes that are started too."""
    monkeypatch.setenv("ASKPAPERS_HOME", str(sample_copy.home))
    return replace(sample_copy, backend="extractive")


@pytest.fixture
def url(home: Config, embedder: Embedder, reranker: Reranker) -> Iterator[str]:
    """The app with the extractive chat model."""
    from rag.answer import Answerer
    from rag.library import Library
    from rag.models.chat import ExtractiveChat
    from rag.summary.summarize import Summariser
    from ui.http.api import make_app

    with Library.open(home, embedder) as library:
        answerer = Answerer(library, ExtractiveChat(), reranker)
        summariser = Summariser(library, ExtractiveChat(), reranker)
        app = make_app(library, lambda _: answerer, home, summarisers=lambda _backend: summariser)
        with serving(app) as found:
            yield found


def test_a_summary_of_a_topic_opens_down_to_its_quotes_and_is_saved(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.set_default_timeout(LONG_MS)
        page.get_by_role("tab", name="Summaries").click()
        page.get_by_label("Topic", exact=True).fill("summaries of books")
        page.get_by_role("button", name="Summarise", exact=True).click()
        page.locator(".summary section.node .said > summary").first.click()
        expect(page.locator(".said[open] mark").first).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as Markdown").click()
        assert saved.value.suggested_filename == "summaries-of-books.md"
        assert "## Papers and quotes" in Path(saved.value.path()).read_text(encoding="utf-8")


def test_papers_are_chosen_by_searching_and_compared_in_a_table(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.set_default_timeout(LONG_MS)
        page.get_by_role("tab", name="Summaries").click()
        page.get_by_label("Papers I choose").check()
        page.get_by_label("Find papers to add").fill("2112.09332")
        page.get_by_label("Find papers to add").press("Enter")
        page.get_by_role("button", name="Add: WebGPT").click()
        expect(page.locator("#summary-chosen")).to_contain_text("1 paper")
        page.get_by_label("As a table to compare").check()
        page.get_by_label("Columns, with commas between").fill("method, year, favourite colour")
        page.locator("#summarise").click()
        row = page.locator("table.compare tbody tr")
        expect(row).to_contain_text("2021")
        expect(row.locator("td.blank")).to_have_count(1)
        row.locator(".cell > summary").first.click()
        expect(row.locator("mark").first).to_be_visible()


def test_a_run_of_one_s_own_cases_is_begun_followed_and_reported(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.set_default_timeout(LONG_MS)
        page.get_by_role("tab", name="Evals").click()
        page.get_by_role("button", name="Add cases of your own").click()
        page.get_by_label("Name", exact=True).fill("mine")
        page.get_by_label("Cases, a JSON object a line").fill(json.dumps(CASE))
        page.get_by_role("button", name="Add them").click()
        expect(page.locator("#run-told")).to_contain_text("1 added")
        page.get_by_role("button", name="Begin a run").click()
        run = page.locator(".run.done")
        expect(run).to_contain_text("1 of 1 cases", timeout=LONG_MS)
        with page.context.expect_page() as opened:
            run.get_by_role("link", name="Open the report").click()
        expect(opened.value.get_by_role("heading", level=1)).to_be_visible()


def test_two_runs_are_compared(browser: Browser, home: Config, url: str, tmp_path: Path) -> None:
    finished(home.home, "older", (1.0, 0.0, 0.0))
    finished(home.home, "newer", (1.0, 1.0, 0.0))
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.set_default_timeout(LONG_MS)
        page.get_by_role("tab", name="Evals").click()
        page.get_by_role("button", name="Compare", exact=True).last.click()
        expect(page.locator(".comparison")).to_contain_text("Fixed in B: 1")
