"""The app in a real browser: asked, streamed, clicked, stopped, narrow, dark, and under attack."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from rag.config import Config
from rag.errors import ChatTimeout
from rag.types import Sentence, Understood
from tests.ui.browsing import IN_BROWSER, PHONE, scripted_app, visiting
from tests.ui.running import serving
from tests.ui.scripted import ABSTAINED, LAMPS, LAMPS_ANSWER, ScriptedAnswerer, cite

if TYPE_CHECKING:
    from rag.models.embed import Embedder
    from rag.models.rerank import Reranker

pytestmark = IN_BROWSER

WEBGPT = "How often are WebGPT's answers preferred over the human demonstrators' answers?"
WHOLE = 0.99  # of an element can be seen without scrolling, but for rounding
LEARNING_RATE = "What learning rate was used to train InstructGPT?"


@pytest.fixture
def sample_url(sample_config: Config, embedder: Embedder, reranker: Reranker) -> Iterator[str]:
    """The app over the sample library with the extractive chat model."""
    from rag.answer import Answerer
    from rag.library import Library
    from rag.models.chat import ExtractiveChat
    from ui.http.api import make_app

    config = replace(sample_config, backend="extractive")
    with Library.open(config, embedder) as library:
        answerer = Answerer(library, ExtractiveChat(), reranker)
        with serving(make_app(library, lambda _: answerer, config)) as url:
            yield url


# --- the sample library ---------------------------------------------------------------------------


def test_a_question_is_answered_and_its_marker_shows_the_quote(
    browser: Browser, sample_url: str, tmp_path: Path
) -> None:
    with visiting(browser, sample_url, tmp_path) as visit:
        visit.shoot("welcome")
        visit.page.get_by_role("button", name=WEBGPT).click()
        visit.answered(1)
        expect(visit.page.locator("#now .reply .text")).to_contain_text("56%")
        marker = visit.page.locator("#now .marker").first
        marker.click()
        quote = visit.page.locator("mark.shown").first
        expect(quote).to_contain_text("56%")
        expect(quote).to_be_in_viewport(ratio=WHOLE)
        visit.shoot("quote")
        card = visit.page.locator(".evidence:not([hidden]) .paper", has=quote)
        expect(card.locator("h3")).to_contain_text("WebGPT")
        expect(card.locator("h3 a")).to_have_attribute("href", "https://arxiv.org/abs/2112.09332")
        card.locator(".number").click()
        expect(marker).to_be_focused()


def test_what_the_papers_do_not_say_is_told_with_reason_and_next_step(
    browser: Browser, sample_url: str, tmp_path: Path
) -> None:
    with visiting(browser, sample_url, tmp_path) as visit:
        visit.ask(LEARNING_RATE)
        visit.answered(1)
        notice = visit.page.locator("#now .abstained")
        expect(notice).to_contain_text("learning")
        expect(notice).to_contain_text("Add papers")
        expect(visit.page.locator("#now .marker")).to_have_count(0)
        expect(visit.page.locator("#evidence .others")).to_contain_text("Nearest papers")
        visit.shoot("abstained")


def test_a_phone_shows_the_evidence_below_and_scrolls_to_the_quote(
    browser: Browser, sample_url: str, tmp_path: Path
) -> None:
    with visiting(browser, sample_url, tmp_path, PHONE) as visit:
        visit.ask(WEBGPT)
        visit.answered(1)
        visit.page.locator("#now .marker").first.click()
        expect(visit.page.locator("mark.shown").first).to_be_in_viewport(ratio=WHOLE)
        visit.shoot("phone")
        wide = visit.page.evaluate("document.documentElement.scrollWidth")
        assert wide == PHONE[0]


# --- while an answer is made ----------------------------------------------------------------------


def test_text_is_shown_while_it_streams_and_replaced_by_the_checked_answer(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    gate = threading.Event()
    app = scripted_app(ScriptedAnswerer(gate=gate), config)
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim?")
        expect(visit.page.locator("#now .streaming")).to_have_text("Lamps")
        expect(visit.page.locator("#now .working")).to_contain_text("Writing")
        visit.shoot("streaming")
        gate.set()
        visit.answered(1)
        expect(visit.page.locator("#now .streaming")).to_have_count(0)
        expect(visit.page.locator("#now .marker")).to_have_count(3)
        expect(visit.page.locator("#question textarea")).to_have_value("")


def test_a_stopped_answer_stays_stopped_and_the_next_question_works(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer(gate=gate)
    with serving(scripted_app(answerer, config)) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim?")
        expect(visit.page.locator("#now .streaming")).to_have_text("Lamps")
        visit.page.locator("#question .stop-button").click()
        expect(visit.page.locator("#now .status")).to_contain_text("Stopped")
        gate.set()
        visit.ask("And in winter?")
        visit.answered(2)
        expect(visit.page.locator("#past .status")).to_contain_text("Stopped")
        expect(visit.page.locator("#now .marker")).to_have_count(3)
    assert answerer.ended.wait(30)
    assert answerer.closed == 1
    assert answerer.asked == ["How fast do lamps dim?", "And in winter?"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ChatTimeout("no reply in 60 s: choose another chat model"), "choose another chat model"),
        (ZeroDivisionError("insides"), "the terminal it runs in shows what"),
    ],
    ids=["foreseen", "fault"],
)
def test_an_error_is_told_and_the_app_stays_alive(
    browser: Browser, config: Config, tmp_path: Path, error: Exception, told: str
) -> None:
    answerer = ScriptedAnswerer(error=error)
    with serving(scripted_app(answerer, config)) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim?")
        expect(visit.page.locator("#now .error")).to_contain_text(told)
        expect(visit.page.locator("body")).not_to_contain_text("insides")
        visit.shoot("error")
        answerer.error = None
        visit.ask("How fast do lamps dim?")
        visit.answered(2)
        expect(visit.page.locator("#now .marker")).to_have_count(3)


# --- a conversation -------------------------------------------------------------------------------


def test_a_marker_of_an_older_answer_shows_that_answers_evidence(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    answerer = ScriptedAnswerer()
    with serving(scripted_app(answerer, config)) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim?")
        visit.answered(1)
        answerer.answer = ABSTAINED
        visit.ask("How heavy is a lamp?")
        visit.answered(2)
        about = visit.page.locator(".evidence:not([hidden]) .about")
        expect(about).to_have_text("How heavy is a lamp?")
        visit.page.locator("#past .marker").nth(1).click()
        expect(about).to_have_text("How fast do lamps dim?")
        expect(visit.page.locator("mark.shown")).to_have_text("A trimmed wick burns twice as long.")


def test_a_filter_that_was_not_meant_is_taken_back_by_its_chip(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    since = Understood("years", "2022..", "since 2022")
    answerer = ScriptedAnswerer(replace(LAMPS_ANSWER, understood=(since,)))
    with serving(scripted_app(answerer, config)) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim since 2022?")
        visit.answered(1)
        expect(visit.page.locator("#now .understood")).to_have_text("Kept to papers from 2022 on")
        visit.shoot("chip")
        answerer.answer = LAMPS_ANSWER
        visit.page.locator("#chips button.chip:visible").click()
        expect(visit.page.locator("#now .understood")).to_have_count(0)
        visit.answered(1)
        expect(visit.page.locator("#chips button.chip:visible")).to_have_count(0)
    assert answerer.asked == ["How fast do lamps dim since 2022?"] * 2
    assert answerer.literally == [(), ("since 2022",)]


def test_a_new_conversation_begins_empty(browser: Browser, config: Config, tmp_path: Path) -> None:
    app = scripted_app(ScriptedAnswerer(), config)
    with serving(app) as url, visiting(browser, url, tmp_path, dark=True) as visit:
        visit.ask("How fast do lamps dim?")
        visit.answered(1)
        visit.shoot("dark")
        visit.page.get_by_role("button", name="New conversation").click()
        expect(visit.page.locator(".turn")).to_have_count(0)
        expect(visit.page.locator("#welcome")).to_be_visible()


def test_the_page_is_dark_where_the_system_is(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    app = scripted_app(ScriptedAnswerer(), config)
    with serving(app) as url:
        for dark, ground in ((False, "rgb(250, 249, 246)"), (True, "rgb(21, 24, 27)")):
            with visiting(browser, url, tmp_path, dark=dark) as visit:
                expect(visit.page.locator("body")).to_have_css("background-color", ground)


def test_hostile_text_stays_text(browser: Browser, config: Config, tmp_path: Path) -> None:
    attack = "<img src=x onerror='window.hit=1'>${window.hit=2}{{hit}}`<script>hit=3</script>"
    paper = replace(LAMPS, title=attack, abstract=f"{attack} dims.", authors=(attack,))
    answer = replace(
        LAMPS_ANSWER,
        answer=f"{attack} dims [1].",
        sentences=(Sentence(f"{attack} dims [1].", (0,), "unchecked"),),
        citations=(cite(paper, 1, f"{attack} dims."),),
        papers=(paper,),
    )
    app = scripted_app(ScriptedAnswerer(answer=answer), config)
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask(attack)
        visit.answered(1)
        visit.page.locator("#now .marker").click()
        expect(visit.page.locator("mark.shown")).to_have_text(f"{attack} dims.")
        expect(visit.page.locator("#now .question")).to_have_text(attack)
        assert visit.page.evaluate("window.hit") is None
