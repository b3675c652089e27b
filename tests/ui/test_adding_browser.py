"""Adding papers in a real browser: a folder named, a job paused, ids pasted and tried again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag.config import Config
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.ingest.test_arxiv import entry, feed
from tests.replies import Reply, answering
from tests.ui.browsing import IN_BROWSER, LONG_MS, Visit, visiting
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer
from ui.http.api import make_app

pytestmark = IN_BROWSER

PAPERS = 4000  # take long enough to be paused in the midst of them


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    """The app over an empty library."""
    with (
        Library.open(config, HashEmbedder()) as library,
        serving(make_app(library, lambda _: ScriptedAnswerer(), config)) as served,
    ):
        yield served


def filled(visit: Visit, label: str, text: str) -> Page:
    """What there is to add is typed, and sent."""
    page = visit.page
    page.get_by_role("tab", name="Library").click()
    page.locator('.lib-page[aria-busy="false"]').wait_for(state="attached")
    page.get_by_role("button", name="Add papers").first.click()
    page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Add", exact=True).click()
    return page


def job(page: Page) -> Locator:
    return page.locator(".lib-job").filter(has=page.get_by_role("button", name="Dismiss"))


def test_a_folder_is_named_and_its_job_paused_and_gone_on_with(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    rows = (json.dumps({"title": f"Moss {i}", "abstract": "It is green."}) for i in range(PAPERS))
    (folder / "moss.jsonl").write_text("\n".join(rows))
    with visiting(browser, url, tmp_path) as visit:
        page = filled(visit, "A folder or file of this machine", str(folder))
        page.get_by_role("button", name="Pause").first.click(timeout=LONG_MS)
        paused = page.locator(".lib-job.paused")
        expect(paused).to_contain_text("paused")
        expect(paused.get_by_role("button", name="Resume")).to_be_focused()
        visit.shoot("paused")
        page.keyboard.press("Enter")
        expect(paused).to_have_count(0)
        expect(job(page)).to_contain_text(f"{PAPERS:,} records: {PAPERS:,} new", timeout=LONG_MS)


def test_ids_that_could_not_be_fetched_are_tried_again_by_a_click(
    browser: Browser, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = filled(visit, "arXiv ids, DOIs, addresses", "2101.00001, 2101.00002")
        expect(job(page)).to_contain_text("2101.00001 and 1 more", timeout=LONG_MS)
        expect(job(page)).to_contain_text("try again later")
        visit.shoot("failed")
        both = feed(entry("2101.00001"), entry("2101.00002"))
        with answering(Reply(both)) as (arxiv, asked):
            monkeypatch.setenv("ASKPAPERS_ARXIV_URL", arxiv)
            page.get_by_role("button", name="Try again").click()
            expect(job(page)).to_contain_text("2 records", timeout=LONG_MS)
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert [one.query["id_list"] for one in asked] == ["2101.00001,2101.00002"]


def test_what_is_no_id_is_told_and_stays_in_its_field(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = filled(visit, "arXiv ids, DOIs, addresses", "2101.00001 moss")
        expect(page.locator(".lib-notice")).to_contain_text("'moss' is no arXiv id")
        expect(page.get_by_label("arXiv ids, DOIs, addresses")).to_have_value("2101.00001 moss")
