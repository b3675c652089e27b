"""What a page goes on with, in a real browser, and all of a question by keyboard.

It goes on with suggestions, with what was typed, with a second summary, and with a run cut off.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from rag.library import Library
from rag.summary.compare_table import Cell, Row
from rag.summary.types import Summarised, Summary, SummaryEvent, SummaryNode, SummarySentence
from rag.types import Paper, Status
from tests.ui.browsing import IN_BROWSER, LONG_MS, scripted_app, visiting
from tests.ui.running import serving
from tests.ui.scripted import LAMPS, UNCITED, WICKS, FakeLibrary, ScriptedAnswerer, cite
from ui.http.api import make_app

pytestmark = IN_BROWSER

FAST = "How fast do lamps dim?"
HEAVY = "How heavy is a lamp?"


class Sure(ScriptedAnswerer):
    """An answerer that is sure of the findings of papers, and of nothing else."""

    def sure_of(self, question: str) -> float:
        """1 or 0."""
        return float("find" in question)


def test_a_suggestion_is_asked_by_a_click_and_answered(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    answerer = Sure()
    with (
        serving(scripted_app(answerer, config)) as url,
        visiting(browser, url, tmp_path) as visit,
    ):
        visit.ask(FAST)
        visit.answered(1)
        suggested = visit.page.locator("#further .suggestion", has_text=UNCITED.title)
        question = suggested.inner_text()
        suggested.click()
        visit.answered(2)
        expect(visit.page.locator("#now .question")).to_have_text(question)
        expect(visit.page.locator("#now .marker")).to_have_count(3)
        expect(suggested).to_have_count(0)  # it has been asked
    assert answerer.asked == [FAST, question]


def test_what_was_not_answered_or_only_typed_is_in_the_box_with_its_papers_after_a_restart(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    answerer, library = ScriptedAnswerer(), cast(Library, FakeLibrary())

    def started() -> FastAPI:
        return make_app(library, lambda _: answerer, config)

    with ExitStack() as first:
        url = first.enter_context(serving(started()))
        port = urlsplit(url).port or 0
        with visiting(browser, url, tmp_path) as visit:
            box = visit.page.locator("#question textarea")
            visit.ask(FAST)
            visit.answered(1)
            chip = visit.page.locator("#chips .chip")
            visit.page.locator('#evidence [data-go="ask-only"]').first.click()
            expect(chip).to_contain_text("only “Lamps that learn”")
            answerer.gate = threading.Event()
            visit.ask(HEAVY)
            expect(visit.page.locator("#now .streaming")).to_have_text("Lamps")
            first.close()
            answerer.gate = None
            with serving(started(), port):
                expect(visit.page.locator(".turn .question")).to_have_text([FAST], timeout=LONG_MS)
                expect(box).to_have_value(HEAVY, timeout=LONG_MS)
                expect(chip).to_contain_text("only “Lamps that learn”")
                box.fill("And in win")
                visit.page.reload()
                expect(box).to_have_value("And in win", timeout=LONG_MS)
                expect(chip).to_contain_text("only “Lamps that learn”")
                box.press("Enter")
                visit.answered(2)
                visit.page.reload()
                visit.answered(2)
                expect(box).to_have_value("")
                visit.complaints.clear()  # that there was no server, and what reloads cut off
    assert answerer.asked == [FAST, HEAVY, "And in win"]
    only = (LAMPS.paper_id,)
    assert [one.paper_ids for one in answerer.filters] == [(), only, only]


@dataclass
class Librarian:
    """Summarises the one paper whose title has the topic, in its first sentence."""

    papers: Sequence[Paper] = (LAMPS, WICKS)
    vectors: Any = None
    reranker: Any = None

    def about(self, topic: str, _k: int) -> list[Paper]:
        """That paper."""
        return [paper for paper in self.papers if topic in paper.title.lower()]

    def stream(self, papers: Sequence[Paper], _parts: Any, topic: str) -> Iterator[SummaryEvent]:
        """A Status, then the summary."""
        yield Status("Reading")
        (paper,) = papers
        field = "abstract" if paper.abstract else "summary"
        text = paper.text("abstract" if paper.abstract else "summary").partition(".")[0] + "."
        said = SummarySentence(text, (cite(paper, 1, text, field),), "supported")
        leaf = SummaryNode("paper", paper.title, (said,), paper_id=paper.paper_id)
        yield Summarised(Summary(topic, leaf, (paper,), "extractive"))


def test_a_second_summary_takes_the_place_of_the_first(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    app = make_app(
        cast(Library, FakeLibrary()),
        lambda _: ScriptedAnswerer(),
        config,
        summarisers=lambda _: cast(Any, Librarian()),
    )
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.get_by_role("tab", name="Summaries").click()
        for topic, said, other in (
            ("lamps", "We study lamps.", "The authors trim wicks."),
            ("wicks", "The authors trim wicks.", "We study lamps."),
        ):
            page.get_by_label("Topic", exact=True).fill(topic)
            page.get_by_role("button", name="Summarise", exact=True).click()
            expect(page.locator(".summary")).to_contain_text(said)
            expect(page.locator(".summary")).not_to_contain_text(other)
            with page.expect_download() as saved:
                page.get_by_role("button", name="Save as Markdown").click()
            assert saved.value.suggested_filename == f"{topic}.md"


def test_a_cell_that_was_opened_stays_open_while_rows_arrive_but_not_in_the_next_table(
    browser: Browser, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Semaphore(0)  # a row waits for each

    def compare(papers: Sequence[Paper], *_: Any) -> Iterator[Row]:
        for number, paper in enumerate(papers, 1):
            assert gate.acquire(timeout=60)
            said = Cell(cite(paper, number, "lamps", "abstract"))
            yield Row(paper, number, (said, said))

    monkeypatch.setattr("rag.summary.compare_table.compare", compare)
    app = make_app(
        cast(Library, FakeLibrary()),
        lambda _: ScriptedAnswerer(),
        config,
        summarisers=lambda _: cast(Any, Librarian((LAMPS, replace(LAMPS, paper_id="lamps")))),
    )
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.get_by_role("tab", name="Summaries").click()
        page.get_by_label("Topic", exact=True).fill("lamps")
        page.get_by_label("As a table to compare").check()
        rows, open_cells = page.locator(".compare tbody tr"), page.locator(".cell[open]")
        page.locator("#summarise").click()
        gate.release()
        expect(rows).to_have_count(1)
        page.locator(".cell > summary").nth(1).click()
        expect(open_cells).to_have_count(1)
        gate.release()
        expect(rows).to_have_count(2)
        expect(rows.first.locator("td").nth(1).locator(".cell[open]")).to_have_count(1)
        expect(open_cells).to_have_count(1)
        expect(rows.first.locator("td").nth(1).locator("summary")).to_be_focused()
        expect(page.locator("#summarise")).to_be_enabled()
        page.locator("#summarise").click()
        expect(rows).to_have_count(0)
        gate.release(2)
        expect(rows).to_have_count(2)
        expect(open_cells).to_have_count(0)


def test_a_run_that_was_going_on_is_stopped_after_a_restart_and_can_go_on(
    browser: Browser, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[str]] = []

    class Noted(subprocess.Popen[str]):
        """A process that is noted."""

        def __init__(self, *told: Any, **how: Any) -> None:
            begun.append(self)
            super().__init__(*told, **how)

    monkeypatch.setattr("ui.runs.subprocess.Popen", Noted)
    monkeypatch.setattr("ui.runs._RUN", "import time; time.sleep(600)")  # a run that takes long
    try:
        with serving(scripted_app(ScriptedAnswerer(), config)) as url:
            with visiting(browser, url, tmp_path) as visit:
                visit.page.get_by_role("tab", name="Evals").click()
                visit.page.get_by_role("button", name="Begin a run").click()
                expect(visit.page.locator(".run .badge")).to_have_text("asking")
            begun.pop().kill()  # as it is where the app's terminal is left
        with (
            serving(scripted_app(ScriptedAnswerer(), config)) as url,
            visiting(browser, url, tmp_path) as visit,
        ):
            badge = visit.page.locator(".run .badge")
            visit.page.get_by_role("tab", name="Evals").click()
            expect(badge).to_have_text("stopped")
            visit.page.get_by_role("button", name="Go on").click()
            expect(badge).to_have_text("asking")
            visit.page.get_by_role("button", name="Stop").locator("visible=true").click()
            expect(badge).to_have_text("stopped")
    finally:
        for process in begun:
            process.kill()
            process.wait(30)


def walk(page: Page, key: str, wanted: str) -> None:
    """Press `key` until what is `wanted` (a selector) has the focus."""
    for _ in range(80):
        page.keyboard.press(key)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def test_a_question_its_evidence_and_the_tabs_are_reached_by_keyboard_alone(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    app = scripted_app(ScriptedAnswerer(), config)
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.evaluate("document.activeElement.blur()")
        walk(page, "Tab", "#question textarea")
        page.keyboard.type(FAST)
        page.keyboard.press("Enter")
        visit.answered(1)
        walk(page, "Shift+Tab", '#now .marker[data-paper="2"]')
        page.keyboard.press("Enter")
        quote = page.locator("mark.shown")
        expect(quote).to_have_text("A trimmed wick burns twice as long.")
        expect(quote).to_be_focused()
        walk(page, "Shift+Tab", '[data-back="2"]')
        page.keyboard.press("Enter")
        expect(page.locator('#now .marker[data-paper="2"]')).to_be_focused()
        walk(page, "Shift+Tab", '[role="tab"]:not([aria-selected="true"])')
        page.keyboard.press("Enter")
        chosen = page.locator('[role="tab"][aria-selected="true"]')
        expect(chosen).to_be_focused()
        expect(chosen).not_to_have_text("Chat")
        expect(page.locator("#question")).not_to_be_visible()
