"""A conversation in a real browser: reloaded, restarted, edited, kept to papers, asked anew."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from rag.library import Library
from rag.settings import Configuration
from rag.stored.conversations import KeptTurn
from tests.ui.browsing import IN_BROWSER, LAPTOP, PHONE, visiting
from tests.ui.running import serving
from tests.ui.scripted import ABSTAINED, LAMPS, LAMPS_ANSWER, FakeLibrary, ScriptedAnswerer
from ui.app import frame
from ui.app.render import turn_html
from ui.app.turns import Turn
from ui.http.api import make_app

pytestmark = IN_BROWSER

FAST = "How fast do lamps dim?"
NAMED = re.compile("conversation=")
HEAVY = "How heavy is a lamp?"


@pytest.fixture
def answerer() -> ScriptedAnswerer:
    return ScriptedAnswerer()


@pytest.fixture
def url(answerer: ScriptedAnswerer, config: Config) -> Iterator[str]:
    app = make_app(cast(Library, FakeLibrary()), lambda _: answerer, config)
    with serving(app) as served:
        yield served


def shows(page: Page, *questions: str) -> None:
    """Hold the page to these questions, in this order."""
    expect(page.locator(".turn .question")).to_have_text(list(questions))


def test_a_page_reloaded_in_mid_answer_goes_on_with_it(
    browser: Browser, url: str, answerer: ScriptedAnswerer, tmp_path: Path
) -> None:
    answerer.gate = threading.Event()
    with visiting(browser, url, tmp_path) as visit:
        visit.ask(FAST)
        expect(visit.page.locator("#now .streaming")).to_have_text("Lamps")
        visit.reload()
        expect(visit.page.locator("#now .streaming")).to_have_text("Lamps")
        answerer.gate.set()
        visit.answered(1)
        expect(visit.page.locator("#now .marker")).to_have_count(3)
        visit.reload()
        visit.answered(1)
        shows(visit.page, FAST)
    assert answerer.asked == [FAST]


def test_after_a_restart_the_address_leads_back_to_what_was_answered(
    browser: Browser, answerer: ScriptedAnswerer, config: Config, tmp_path: Path
) -> None:
    library = FakeLibrary()

    def started() -> FastAPI:
        return make_app(cast(Library, library), lambda _: answerer, config)

    with serving(started()) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask(FAST)
        visit.answered(1)
        visit.ask("And in winter?")
        visit.answered(2)
        expect(visit.page).to_have_url(NAMED)
        _, _, name = visit.page.url.partition("?")
    with serving(started()) as url, visiting(browser, url, tmp_path) as visit:
        visit.go(f"{url}/?{name}")
        visit.answered(2)
        shows(visit.page, FAST, "And in winter?")
        visit.page.locator("#past .marker").nth(1).click()
        expect(visit.page.locator("mark.shown")).to_have_text("A trimmed wick burns twice as long.")
        visit.ask(HEAVY)
        visit.answered(3)
    assert [len(history) for history in answerer.histories] == [0, 1, 2]


def test_an_edited_question_takes_its_place_and_those_after_it_go(
    browser: Browser, url: str, answerer: ScriptedAnswerer, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        visit.ask(FAST)
        visit.answered(1)
        visit.ask("And in winter?")
        visit.answered(2)
        visit.page.locator("#past .edit").click()
        form = visit.page.locator(".editing")
        expect(form).to_contain_text("The question after it will go.")
        form.locator("textarea").fill(HEAVY)
        form.get_by_role("button", name="Ask again").click()
        shows(visit.page, HEAVY)
        visit.answered(1)
        visit.reload()
        shows(visit.page, HEAVY)
    assert answerer.histories[-1] == ()


def test_papers_are_left_out_and_the_answer_is_made_anew_and_says_so(
    browser: Browser, url: str, answerer: ScriptedAnswerer, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        visit.ask(FAST)
        visit.answered(1)
        visit.page.locator(f'.paper [data-go="exclude"][data-value="{LAMPS.paper_id}"]').click()
        expect(visit.page.locator("#now .note")).to_have_text(f"Asked without “{LAMPS.title}”.")
        chip = visit.page.locator("#chips .chip")
        expect(chip).to_contain_text(f"without “{LAMPS.title}”")
        chip.click()
        expect(chip).to_have_count(0)
        visit.page.locator('.paper [data-go="ask-only"]').first.click()
        expect(chip).to_contain_text(f"only “{LAMPS.title}”")
        expect(visit.page.locator("#question textarea")).to_be_focused()
        answerer.answer = ABSTAINED
        visit.ask(HEAVY)
        visit.answered(2)
        visit.page.get_by_role("button", name="Add papers").click()
        expect(visit.page.get_by_role("tab", name="Library")).to_have_attribute(
            "aria-selected", "true"
        )
        visit.page.get_by_role("tab", name="Chat").click()
        visit.page.get_by_role("button", name="Ask all papers").click()
        expect(chip).to_have_count(0)
        visit.answered(2)
        expect(visit.page.locator("#now .note")).to_have_count(0)
    filters = [(one.paper_ids, one.without) for one in answerer.filters]
    assert filters == [((), ()), ((), (LAMPS.paper_id,)), ((LAMPS.paper_id,), ()), ((), ())]


def test_a_paper_chosen_in_mid_answer_is_asked_next_and_again_after_a_reload(
    browser: Browser, url: str, answerer: ScriptedAnswerer, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        chip = visit.page.locator("#chips .chip")
        visit.ask(FAST)
        visit.answered(1)
        answerer.gate = threading.Event()
        visit.ask("And in winter?")
        expect(visit.page.locator("#now .streaming")).to_have_text("Lamps")
        visit.page.locator("#past .marker").first.click()
        visit.page.locator('.paper [data-go="ask-only"]:visible').first.click()
        expect(chip).to_contain_text(f"only “{LAMPS.title}”")
        answerer.gate.set()
        visit.answered(2)
        visit.ask(HEAVY)
        visit.answered(3)
        visit.page.reload()
        visit.complaints.clear()  # that the reload cut off what the page was asking for
        visit.answered(3)
        expect(chip).to_contain_text(f"only “{LAMPS.title}”")
        visit.page.locator("#now .edit").click()
        visit.page.get_by_role("button", name="Ask again").click()
        expect(visit.page.locator("#now .note")).to_have_text(f"Asked only “{LAMPS.title}”.")
        visit.answered(3)
        answerer.answer = replace(LAMPS_ANSWER, backend="another")
        visit.page.locator(".retry summary").click()
        visit.page.locator(".retry .item").last.click()
        expect(visit.page.locator("#now .account")).to_contain_text("another")
    only = (LAMPS.paper_id,)
    assert [one.paper_ids for one in answerer.filters] == [(), (), only, only, only]


def test_an_answer_is_asked_of_another_chat_model_and_saved(
    browser: Browser, url: str, answerer: ScriptedAnswerer, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        visit.ask(FAST)
        visit.answered(1)
        answerer.answer = replace(LAMPS_ANSWER, backend="another")
        visit.page.locator(".retry summary").click()
        visit.page.locator(".retry .item").last.click()
        expect(visit.page.locator("#now .account")).to_contain_text("another")
        shows(visit.page, FAST)
        visit.page.locator("#now .actions .menu summary").first.click()
        with visit.page.expect_download() as saved:
            visit.page.get_by_role("link", name="BibTeX").first.click()
        assert saved.value.path().read_text(encoding="utf-8").startswith("@misc{lumen2021lamps")


def test_an_answer_is_copied_with_what_it_cites(browser: Browser, url: str, tmp_path: Path) -> None:
    with visiting(browser, url, tmp_path) as visit:
        visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.ask(FAST)
        visit.answered(1)
        visit.page.get_by_role("button", name="Copy as Markdown").click()
        expect(visit.page.locator("#now .actions .action").first).to_have_text("Copied")
        copied = visit.page.evaluate("navigator.clipboard.readText()")
        assert copied == visit.page.evaluate(
            "async () => (await fetch(document.querySelector('[data-copy]').dataset.copy)).text()"
        )
        assert "Lamps dim 12% faster when watched." in copied
        assert LAMPS.title in copied
        visit.page.get_by_role("button", name="Copy a link").click()
        expect(visit.page.locator("#now .actions .action").last).to_have_text("Copied")
        link = visit.page.evaluate("navigator.clipboard.readText()")
        assert link.startswith(f"{url}/answer/")


def test_going_back_and_beginning_anew_follow_the_address(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        visit.ask(FAST)
        visit.answered(1)
        expect(visit.page).to_have_url(NAMED)
        visit.page.get_by_role("button", name="New conversation").click()
        expect(visit.page.locator("#welcome")).to_be_visible()
        expect(visit.page).not_to_have_url(NAMED)
        visit.page.go_back()
        shows(visit.page, FAST)


def test_a_conversation_that_is_not_there_is_told(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        visit.go(f"{url}/?conversation=lost")
        visit.page.locator("#now .error").wait_for()
        expect(visit.page.locator("#now .error")).to_contain_text("lost")
        visit.ask(FAST)
        visit.answered(1)


def test_a_long_conversation_shows_its_end_and_brings_back_the_rest(
    browser: Browser, answerer: ScriptedAnswerer, config: Config, tmp_path: Path
) -> None:
    library = FakeLibrary()
    made = Configuration.of("scripted")
    for number in range(1, 31):
        answer = replace(LAMPS_ANSWER, id=f"a{number}", question=f"Question {number}?")
        library.conversations.keep("long", KeptTurn(number, answer, made))
    app = make_app(cast(Library, library), lambda _: answerer, config)
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        visit.go(f"{url}/?conversation=long")
        visit.answered(30)
        expect(visit.page.locator(".turn")).to_have_count(8)
        visit.page.get_by_role("button", name="Show 20 of 22 earlier questions").click()
        expect(visit.page.locator(".turn")).to_have_count(28)
        visit.ask("Question 31?")
        visit.answered(31)
        expect(visit.page.locator(".turn")).to_have_count(8)
    assert len(answerer.histories[-1]) == 30


NAME_AND_ARROW = """() => {
  const input = document.querySelector("#under #model input");
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(input).font;
  const padding = parseFloat(getComputedStyle(input).paddingLeft);
  const begins = input.getBoundingClientRect().left + padding;
  const arrow = document.querySelector("#under #model svg").getBoundingClientRect();
  return [begins + pen.measureText(input.value).width, arrow.left];
}"""
"""Where the chosen chat model's name would end, and where the arrow behind it begins."""


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_the_chat_model_s_name_is_whole_and_its_arrow_close_behind(
    browser: Browser, url: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    with visiting(browser, url, tmp_path, size) as visit:
        expect(visit.page.get_by_label("Chat model")).to_have_value(re.compile("extractive"))
        ends, begins = visit.page.evaluate(NAME_AND_ARROW)
        assert 0 <= begins - ends < 24


APART = """([narrow, wide]) => {
  const apart = [];
  const line = (rects) => rects[rects.length - 1];
  for (let width = narrow; width <= wide; width += 1) {
    document.body.style.width = `${width}px`;
    document.querySelectorAll(".sentence .mark").forEach((mark) => {
      const before = document.createRange();
      before.setStart(mark.closest(".sentence"), 0);
      before.setEndBefore(mark.closest(".support"));
      const text = line(before.getClientRects()), box = mark.getBoundingClientRect();
      if (box.top > text.bottom || box.left < text.left) apart.push([width, mark.textContent]);
    });
  }
  return apart;
}"""
"""Marks that stand on another line than what is before them, at any width in between."""


def test_a_mark_is_never_alone_on_a_line_whatever_the_width(browser: Browser) -> None:
    turn = Turn(1, FAST, answer=replace(LAMPS_ANSWER, question=FAST))
    styles = "".join(path.read_text(encoding="utf-8") for path in frame.styles())
    context = browser.new_context()
    try:
        page = context.new_page()
        page.set_content(f"<style>{styles}</style>{turn_html(turn)}")
        assert page.locator(".sentence .mark").count() == 3
        assert page.evaluate(APART, [180, 390]) == []
        said = page.locator(".text").evaluate(
            "text => { getSelection().selectAllChildren(text); return getSelection().toString(); }"
        )
    finally:
        context.close()
    assert "Lamps dim 12% faster when watched [1]." in said
