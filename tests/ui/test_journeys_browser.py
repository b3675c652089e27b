"""Whole journeys in a real browser against the app as a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rag.config import Config
from rag.library import Library
from tests.ui.browsing import IN_BROWSER, LONG_MS, scripted_app
from tests.ui.running import serving
from tests.ui.scripted import FakeLibrary, ScriptedAnswerer
from ui.http.api import make_app
from ui.http.passwords import Password
from ui.http.protection import Protection

pytestmark = IN_BROWSER

WEBGPT = "How often are WebGPT's answers preferred over the human demonstrators' answers?"
CHAT = (sys.executable, "-c", "from ui.cli import main; main()", "chat", "--port")
SLOW = (sys.executable, "-m", "tests.ui.slow_server")


@contextmanager
def process(*command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server and its address, as soon as it tells it; killed in the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            yield served, served.stdout.readline().split()[-1]
        finally:
            served.kill()


def ask(page: Page, question: str) -> None:
    """Type a question and send it, once the page hears what is done on it."""
    page.locator("#brand .brand").wait_for()
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def answered(page: Page, turn: int) -> None:
    """Wait until this turn has its answer."""
    page.locator(f'.turn[data-turn="{turn}"] .reply[aria-busy="false"]').wait_for(timeout=LONG_MS)


def test_from_the_first_start_to_a_cited_answer(browser: Browser, config: Config) -> None:
    """Nothing is there: no papers, no page. A splash page, then the app, an example, its quote."""
    with process(*CHAT, "0") as (_, url), browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        expect(page.locator("h1")).to_have_text("askpapers")
        example = page.get_by_role("button", name=WEBGPT)
        example.wait_for(timeout=LONG_MS)
        example.click()
        answered(page, 1)
        expect(page.locator("#now .reply .text")).to_contain_text("56%")
        page.locator("#now .marker").first.click()
        expect(page.locator("mark.shown").first).to_contain_text("56%")


def test_a_page_whose_server_is_killed_in_mid_answer_comes_back_to_its_conversation(
    browser: Browser, sample_copy: Config
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        with process(*SLOW, "0") as (served, url):
            page.goto(url)
            page.locator("#question textarea").wait_for(timeout=LONG_MS)
            ask(page, WEBGPT)
            answered(page, 1)
            ask(page, "And now slowly: how was it trained?")
            expect(page.locator("#now")).to_contain_text("Half a sentence")
            expect(page).to_have_url(re.compile("conversation="))
            there = page.url
            served.kill()
            served.wait(30)
        expect(page.locator("body")).to_contain_text("Connection", timeout=LONG_MS)
        with process(*SLOW, url.rpartition(":")[2].rstrip("/")):
            half = page.get_by_text("Half a sentence")
            expect(half).to_have_count(0, timeout=LONG_MS)  # the page has loaded itself anew
            first = page.locator('.turn[data-turn="1"] .reply[aria-busy="false"] .text')
            expect(first).to_contain_text("56%", timeout=LONG_MS)
            assert page.url == there
            ask(page, "What is Codex fine-tuned on?")
            answered(page, 2)
            expect(page.locator("#now .question")).to_contain_text("Codex")


def test_two_browsers_at_once_have_a_conversation_each(browser: Browser, config: Config) -> None:
    app = scripted_app(ScriptedAnswerer(), config)
    with (
        serving(app) as url,
        browser.new_context() as one_context,
        browser.new_context() as other_context,
    ):
        one, other = one_context.new_page(), other_context.new_page()
        for page in (one, other):
            page.goto(url)
            page.locator("#question textarea").wait_for()
        ask(one, "How fast do lamps dim?")
        ask(other, "How do wicks burn?")
        for page in (one, other):
            answered(page, 1)
        ask(other, "And in winter?")
        answered(other, 2)
        expect(one.locator(".turn .question")).to_have_count(1)
        expect(one.locator("#now .question")).to_contain_text("lamps dim")
        expect(other.locator("#past .question")).to_contain_text("wicks burn")
        for page in (one, other):
            expect(page).to_have_url(re.compile("conversation="))
        assert one.url != other.url


def test_a_guarded_app_asks_for_its_password_and_then_answers(
    browser: Browser, config: Config
) -> None:
    secret = "correct horse battery"
    guarded = Protection(Password.of(secret), b"a key of this test")
    library = cast(Library, FakeLibrary())
    app = make_app(library, lambda _: ScriptedAnswerer(), config, protection=guarded)
    with serving(app) as url, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}/?tab=library")
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("button", name="Enter").click()
        expect(page.get_by_role("alert")).to_contain_text("not the password")
        assert not Axe().run(page).response["violations"]
        page.get_by_label("Password").fill(secret)
        page.get_by_role("button", name="Enter").click()
        expect(page).to_have_url(f"{url}/?tab=library")
        page.goto(url)
        ask(page, "How fast do lamps dim?")
        answered(page, 1)
