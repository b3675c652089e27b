"""The library's tab in a real browser: papers dropped and asked about, found, deleted, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.facts import Facts
from ingest.settle import Settler
from rag.config import Config
from rag.library import Library
from rag.types import Record
from tests.fakes import HashEmbedder
from tests.ui.browsing import IN_BROWSER, LONG_MS, PHONE, Visit, visiting
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer
from ui.http.api import make_app

if TYPE_CHECKING:
    from rag.models.embed import Embedder
    from rag.models.rerank import Reranker

pytestmark = IN_BROWSER

EVIL = "<img src=x onerror=alert(1)>"
KINDS = ("moss", "ferns", "kelp", "lichens", "owls")


@pytest.fixture
def many_url(config: Config) -> Iterator[str]:
    """The app over 120 papers, one of them merged from two records, one of hostile words."""
    records = [
        Record("walls.bib", i, f"w{i}", f"On {KINDS[i % 5]}, part {i:03}", f"Part {i} of walls.",
               authors=(f"Ada Lumen{i}",), published=str(2000 + i % 20), categories=(KINDS[i % 5],))
        for i in range(118)
    ]  # fmt: skip
    records.append(Record("evil.csv", 0, EVIL, EVIL, EVIL, authors=(EVIL,), categories=(EVIL,)))
    twin = Record("walls.bib", 200, "t", "Two of one", "", arxiv_id="2101.00001")
    records += [twin, replace(twin, source="twin.bib", authors=("B C",), published="2030")]
    with Library.open(config, HashEmbedder()) as library:
        Settler(library, Facts([])).take(records)
        library.fill()
        with serving(make_app(library, lambda _: ScriptedAnswerer(), config)) as url:
            yield url


def opened(visit: Visit, query: str = "") -> Page:
    """The library's tab, clicked on, or the page of an address, come to anew."""
    if query:
        visit.go(f"{visit.url}/?{query}")
    else:
        visit.page.get_by_role("tab", name="Library").click()
    visit.page.locator('.lib-page[aria-busy="false"]').wait_for(state="attached")
    return visit.page


def titles(page: Page) -> list[str]:
    return page.locator(".lib-table td.title a").all_inner_texts()


def drop(page: Page, name: str, text: str) -> None:
    """Drop a file on the library, as a hand would."""
    transfer = page.evaluate_handle(
        "([name, text]) => { const t = new DataTransfer();"
        " t.items.add(new File([text], name)); return t; }",
        [name, text],
    )
    page.dispatch_event("#library .library", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("#library .library", "drop", {"dataTransfer": transfer})


def test_a_bibtex_file_of_500_entries_is_dropped_and_one_of_them_asked_about(
    browser: Browser, config: Config, embedder: Embedder, reranker: Reranker, tmp_path: Path
) -> None:
    from rag.answer import Answerer
    from rag.models.chat import ExtractiveChat

    entries = [
        f"@article{{k{i}, title = {{{KINDS[i % 5]} on ridge {i}}}, author = {{Wick, Otto}},"
        f" journal = {{{EVIL} Letters}},"
        f" year = {{{2000 + i % 25}}}, abstract = {{We walked ridge {i} of the northern hills."
        f" There {KINDS[i % 5]} grow for {i + 3} days after rain.}}}}"
        for i in range(499)
    ]
    entries.append(f"@article{{evil, title = {{{EVIL}}}, abstract = {{Nothing grows.}}}}")
    with Library.open(config, embedder) as library:
        answerer = Answerer(library, ExtractiveChat(), reranker)
        app = make_app(library, lambda _: answerer, replace(config, backend="extractive"))
        with serving(app) as url, visiting(browser, url, tmp_path) as visit:
            page = opened(visit)
            expect(page.locator(".lib-empty")).to_contain_text("Drop a BibTeX")
            drop(page, "ridges.bib", "\n".join(entries) + "\n@article{broken, title = {No")
            done = page.locator(".lib-job.done")
            expect(done).to_contain_text("500 records: 500 new", timeout=LONG_MS)
            done.locator("summary").click()
            expect(done.locator(".lib-rejected")).to_contain_text("is no BibTeX entry")
            expect(page.locator(".lib-told")).to_have_text("500 papers")
            visit.shoot("dropped")
            page.locator('[name="words"]').fill("onerror")
            expect(page.locator(".lib-table td.title a")).to_have_text([EVIL])
            page.locator(".lib-table td.title a").click()
            expect(page.locator(".lib-paper h2")).to_have_text(EVIL)
            page.get_by_role("tab", name="Chat").click()
            visit.ask("How long do ferns grow after rain on ridge 176 of the northern hills?")
            visit.answered(1)
            expect(page.locator("#now .reply .text")).to_contain_text("179 days")
            byline = page.locator(".evidence:visible .paper .byline").first
            expect(byline).to_have_text(f"Otto Wick · 2001 · {EVIL} Letters")


def test_papers_are_searched_sorted_and_paged_and_the_address_names_the_open_one(
    browser: Browser, many_url: str, tmp_path: Path
) -> None:
    with visiting(browser, many_url, tmp_path) as visit:
        page = opened(visit)
        told = page.locator(".lib-told")
        expect(told).to_have_text("120 papers")
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".lib-pages span")).to_have_text("51–100 of 120")
        page.locator("th.title button").click()
        expect(page.locator("th.title")).to_have_attribute("aria-sort", "ascending")
        assert titles(page)[0] == EVIL
        page.locator('[name="words"]').fill("moss part 01")
        expect(told).to_have_text("2 papers")
        assert titles(page) == ["On moss, part 010", "On moss, part 015"]
        page.locator(".lib-table .tag").first.click()
        page.locator('[name="words"]').fill("")
        expect(told).to_have_text("24 papers")
        year = page.locator('.bar[data-with="2010"]')
        expect(year).to_have_attribute("title", "2010: 6 papers")
        year.click()
        expect(told).to_have_text("6 papers")
        page.locator(".lib-table td.title a").first.click()
        title = page.locator(".lib-paper h2")
        expect(title).to_contain_text("On moss")
        expect(page).to_have_url(re.compile(r"\?paper=title%3A"))
        name = title.inner_text()
        visit.reload()
        expect(title).to_have_text(name)
        page.go_back()
        expect(page.locator(".lib-paper")).to_be_hidden()


def test_a_deletion_is_undone_even_after_the_page_was_closed(
    browser: Browser, many_url: str, tmp_path: Path
) -> None:
    with visiting(browser, many_url, tmp_path) as visit:
        page = opened(visit)
        page.locator("[data-pick]").nth(1).check()
        page.locator("[data-pick]").nth(2).check()
        gone = titles(page)[1:3]
        page.locator(".lib-picked").get_by_role("button", name="Delete").click()
        expect(page.locator(".lib-told")).to_have_text("118 papers")
        expect(page.locator("#brand")).to_contain_text("118 papers")
        assert not set(gone) & set(titles(page))
    with visiting(browser, many_url, tmp_path) as visit:
        page = opened(visit)
        lately = page.locator(".lib-deleted")
        lately.locator("summary").click()
        undo = lately.get_by_role("button", name="Undo")
        expect(undo).to_have_count(2)
        undo.first.click()
        expect(lately.locator("summary")).to_have_text("Deleted in the last day: 1 paper")
        expect(undo).to_be_visible()  # what was unfolded stays so
        undo.click()
        expect(page.locator(".lib-told")).to_have_text("120 papers")
        expect(lately).to_have_count(0)
        assert set(gone) <= set(titles(page))


def test_what_was_deleted_comes_back_also_to_a_library_left_empty(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    with Library.open(config, HashEmbedder()) as library:
        Settler(library, Facts([])).take([Record("walls.bib", 0, "w", "On moss", "Moss grows.")])
        library.fill()
        app = make_app(library, lambda _: ScriptedAnswerer(), config)
        with serving(app) as url, visiting(browser, url, tmp_path) as visit:
            page = opened(visit)
            page.locator("[data-pick]").check()
            page.locator(".lib-picked").get_by_role("button", name="Delete").click()
            expect(page.locator(".lib-empty")).to_be_visible()
            page.locator(".lib-deleted summary").click()
            page.locator(".lib-deleted").get_by_role("button", name="Undo").click()
            expect(page.locator(".lib-told")).to_have_text("1 paper")


def test_a_wrong_merge_is_split_and_the_split_undone(
    browser: Browser, many_url: str, tmp_path: Path
) -> None:
    with visiting(browser, many_url, tmp_path) as visit:
        page = opened(visit, "paper=2101.00001")
        expect(page.locator(".lib-merged")).to_contain_text("same arXiv id 2101.00001")
        page.locator("[data-record]").first.check()
        page.locator('[data-do="split"]').click()
        expect(page.locator(".lib-notice")).to_contain_text("Now apart")
        expect(page.locator("[data-record]")).to_have_count(0)
        page.locator(".lib-notice [data-do='join']").click()
        expect(page.locator(".lib-notice")).to_contain_text("Now one paper")
        expect(page.locator("[data-record]")).to_have_count(2)


def test_hostile_words_stay_words_in_list_page_and_map_also_on_a_phone(
    browser: Browser, many_url: str, tmp_path: Path
) -> None:
    with visiting(browser, many_url, tmp_path, PHONE) as visit:
        page = opened(visit)
        alerts: list[str] = []
        page.on("dialog", lambda dialog: alerts.append(dialog.message))
        page.locator('button[data-do="map"]').click()
        expect(page.locator(".lib-map circle")).to_have_count(120)
        page.locator('[name="words"]').fill("onerror")
        expect(page.locator(".lib-table td.title a")).to_have_text([EVIL])
        page.locator(".lib-table td.title a").click()
        expect(page.locator(".lib-paper h2")).to_have_text(EVIL)
        expect(page.locator(".lib-merged")).to_contain_text(f"evil.csv#{EVIL}")
        visit.shoot("hostile")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert page.locator("#library img").count() == 0
        assert alerts == []


def test_papers_like_a_cited_one_are_listed_by_a_click_in_the_evidence(
    browser: Browser, many_url: str, tmp_path: Path
) -> None:
    with visiting(browser, many_url, tmp_path) as visit:
        visit.ask("Which wall?")
        visit.answered(1)
        page = visit.page
        page.get_by_role("button", name="More like this").first.click()
        expect(page.get_by_role("tab", name="Library")).to_have_attribute("aria-selected", "true")
        expect(page.locator(".lib-told")).to_contain_text("Like “Two of one”")
        expect(page.locator(".lib-table td.title a").first).to_be_visible()
        assert "Two of one" not in titles(page)


def test_an_open_paper_leaves_the_conversation_in_the_address(
    browser: Browser, many_url: str, tmp_path: Path
) -> None:
    with visiting(browser, many_url, tmp_path) as visit:
        visit.ask("Which wall?")
        visit.answered(1)
        visit.page.wait_for_url("**conversation=*")
        conversation = visit.page.url.split("?")[1]
        page = opened(visit)
        page.locator(".lib-table td.title a").first.click()
        page.locator(".lib-paper h2").wait_for()
        expect(page).to_have_url(re.compile(f"{conversation}.*paper="))
        page.go_back()
        expect(page.locator(".lib-paper")).to_be_hidden()
        assert conversation in page.url
