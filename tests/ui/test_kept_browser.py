"""What is kept, in a real browser: conversations found, renamed, deleted and back; votes cast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from rag.library import Library
from rag.settings import Configuration
from rag.stored.conversations import KeptTurn
from tests.ui.browsing import IN_BROWSER, PHONE, visiting
from tests.ui.running import serving
from tests.ui.scripted import LAMPS_ANSWER, FakeLibrary, ScriptedAnswerer
from ui.http.api import make_app
from ui.runs import VOTED, Runs

pytestmark = IN_BROWSER

EVIL = "<img src=x onerror=alert(1)>"
MADE = Configuration.of("scripted")


@pytest.fixture
def library() -> Library:
    fake = cast(Library, FakeLibrary())
    for name, question in (("a", "How fast do lamps dim?"), ("b", EVIL), ("c", "Which wick?")):
        answer = replace(LAMPS_ANSWER, id=f"answer-{name}", question=question)
        fake.conversations.keep(name, KeptTurn(1, answer, MADE))
    return fake


@pytest.fixture
def url(library: Library, config: Config) -> Iterator[str]:
    """The app over that library; whatever is asked is answered as scripted.

    An endpoint is set, so that there is more than one chat model whatever files this machine has.
    """
    answerer = ScriptedAnswerer()
    offered = replace(config, openai_base_url="http://127.0.0.1:9/v1")
    with serving(make_app(library, lambda _: answerer, offered)) as address:
        yield address


def titles(page: Page) -> list[str]:
    return page.locator("#conversations-list .open").all_inner_texts()


def open_drawer(page: Page) -> None:
    page.get_by_role("button", name="Conversations", exact=True).click()
    expect(page.get_by_placeholder("Search conversations")).to_be_focused()


def test_conversations_are_found_renamed_and_deleted_with_undo(
    browser: Browser, url: str, library: Library, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        open_drawer(page)
        entries = page.locator("#conversations-list .open")
        expect(entries).to_have_count(3)
        assert EVIL in titles(page)
        visit.shoot("drawer")

        page.keyboard.type("wick trimmed")
        expect(entries).to_have_count(3)  # all of the same answer
        page.keyboard.type(" which")
        expect(entries).to_have_count(1)
        page.get_by_placeholder("Search conversations").fill("")
        expect(entries).to_have_count(3)

        page.get_by_role("button", name="Rename “Which wick?”").click()
        page.get_by_label("New title").fill("On wicks")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="On wicks", exact=True)).to_be_visible()
        assert library.conversations.get("c").title == "On wicks"

        page.get_by_role("button", name="Delete “On wicks”").click()
        expect(entries).to_have_count(2)
        expect(page.locator("#conversations-said")).to_contain_text("Deleted “On wicks”")
        visit.shoot("deleted")
        page.get_by_role("button", name="Undo").click()
        expect(entries).to_have_count(3)

        page.get_by_role("button", name="How fast do lamps dim?", exact=True).click()
        expect(page.locator("#conversation .ballot")).to_have_count(1)
        expect(entries.first).not_to_be_visible()
        open_drawer(page)
        expect(page.locator("#conversations-list [aria-current]")).to_have_text(
            "How fast do lamps dim?"
        )
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Conversations", exact=True)).to_be_focused()


def test_an_answer_and_its_sentences_are_voted_on_and_become_a_case(
    browser: Browser, url: str, library: Library, config: Config, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path, PHONE) as visit:
        page = visit.page
        open_drawer(page)
        page.get_by_role("button", name="How fast do lamps dim?", exact=True).click()
        page.get_by_role("button", name="Good answer").click()
        expect(page.locator("#votes-said")).to_have_text("Your vote is kept.")
        page.get_by_text("Why?", exact=True).click()
        page.get_by_label("What makes the answer good or bad?").fill("It says how fast.")
        page.keyboard.press("Enter")
        expect(page.locator("#votes-said")).to_have_text("Your reason is kept.")
        page.get_by_role("button", name="Bad sentence 3").click()
        expect(page.locator("#votes-said")).to_have_text("Your vote is kept.")
        page.get_by_label("What makes sentence 3 good or bad?").fill("Of 2020.")
        page.keyboard.press("Enter")
        expect(page.locator("#votes-said")).to_have_text("Your reason is kept.")
        visit.shoot("votes")
        whole, third = library.votes.all()
        assert (whole.verdict, whole.sentence, whole.reason) == ("up", None, "It says how fast.")
        assert (third.verdict, third.sentence, third.reason) == ("down", 2, "Of 2020.")

        page.get_by_role("button", name="Make an eval case").click()
        expect(page.locator(".case-said")).to_have_text(
            "A draft is added to the cases “From votes”."
        )
        page.get_by_role("button", name="Make an eval case").click()
        expect(page.locator(".case-said")).to_contain_text("already")
        (made,) = Runs(config.home).cases(VOTED)
        assert (made.question, made.reviewed) == ("How fast do lamps dim?", False)

        pressed = page.get_by_role("button", name="Good answer")
        expect(pressed).to_have_attribute("aria-pressed", "true")
        pressed.click()
        expect(page.locator("#votes-said")).to_have_text("Your vote is taken back.")
        assert [vote.sentence for vote in library.votes.all()] == [2]
        page.get_by_role("button", name="Make an eval case").click()
        expect(page.locator(".case-said")).to_contain_text("not what is right")
        expect(page.locator(".case-run")).to_be_hidden()


def test_one_click_makes_cases_of_all_votes_and_they_are_run(
    browser: Browser, url: str, library: Library, config: Config, tmp_path: Path
) -> None:
    good, bad = (library.conversations.answer(f"answer-{name}") for name in "ab")
    library.votes.cast(good, "up", MADE)
    library.votes.cast(bad, "down", MADE)
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        page.get_by_role("tab", name="Evals").click()
        expect(page.locator("#voted")).to_contain_text("2 votes on 2 answers.")
        page.get_by_role("button", name="Make cases of them").click()
        kept = page.locator("#voted-kept")
        expect(kept).to_contain_text("1 draft added to “From votes”; 1 answer left out.")
        kept.locator("summary").click()
        expect(kept.locator("li")).to_contain_text(f"“{EVIL}”: the votes say what is wrong")
        visit.shoot("cases-of-votes")
        page.get_by_role("button", name="Make cases of them").click()
        expect(kept).to_contain_text("0 drafts added to “From votes”; 1 was there already")
        assert len(Runs(config.home).cases(VOTED)) == 1

        page.get_by_role("tab", name="Chat").click()
        open_drawer(page)
        page.get_by_role("button", name="How fast do lamps dim?", exact=True).click()
        page.get_by_text("Why?", exact=True).click()
        page.get_by_role("button", name="Make an eval case").click()
        page.get_by_role("button", name="Run them").click()
        expect(page.get_by_role("button", name="Begin a run")).to_be_focused()
        expect(page.locator("#case-set input")).to_have_value("From votes")
        page.keyboard.press("Enter")
        expect(page.locator("#runs .run")).to_contain_text("From votes")
        run = Runs(config.home).all()[0]
        assert [case.question for case in Runs(config.home).asked(run.name)] == [good.question]
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#runs .run.stopped")).to_be_visible()


def test_two_drafts_are_held_side_by_side_and_one_is_preferred(
    browser: Browser, url: str, library: Library, tmp_path: Path
) -> None:
    with visiting(browser, url, tmp_path) as visit:
        page = visit.page
        open_drawer(page)
        page.get_by_role("button", name="How fast do lamps dim?", exact=True).click()
        named = page.get_by_text("Vote on sentences, compare drafts, make an eval case")
        expect(named).to_be_visible()
        visit.shoot("folded")
        page.get_by_role("button", name="Bad answer").focus()
        page.keyboard.press("Tab")  # to what is folded away
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("What makes the answer good or bad?")).to_be_focused()
        page.get_by_role("button", name="Compare with another draft").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Two drafts side by side")
        dialog.get_by_role("button", name="extractive").click()
        expect(dialog.get_by_role("heading", level=3)).to_have_text(["First", "Second"])
        dialog.get_by_label("Why?").fill("They are the same.")
        visit.shoot("side-by-side")
        dialog.get_by_role("button", name="As good as each other").click()
        expect(dialog).to_contain_text("Kept. The first was written by")
        (kept,) = library.votes.comparisons()
        assert (kept.winner, kept.reason) == ("tie", "They are the same.")
        page.keyboard.press("Escape")
        expect(page.locator("#side-by-side dialog")).to_have_count(0)


def test_the_page_of_an_answer_asks_for_nothing_else(
    browser: Browser, url: str, tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/answer/answer-a")
    expect(page.get_by_role("heading", level=1)).to_have_text("How fast do lamps dim?")
    page.get_by_role("link", name="[1]").first.click()
    expect(page.locator("#paper-1 mark").first).to_be_visible()
    page.screenshot(path=tmp_path / "answer.png", full_page=True)
    assert [one.partition("#")[0] for one in asked if not one.endswith("/favicon.ico")] == [
        f"{url}/answer/answer-a"
    ]
    context.close()


def test_the_page_of_an_answer_can_be_read_by_everyone(browser: Browser, url: str) -> None:
    context = browser.new_context(bypass_csp=True)  # which forbids axe's script, too
    page = context.new_page()
    page.goto(f"{url}/answer/answer-a")
    colours: Literal["light", "dark"]
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        assert Axe().run(page).response["violations"] == []
    context.close()
