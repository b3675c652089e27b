"""What a page shows stays right though only the pieces that it lacks are sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, expect

from rag.config import Config
from tests.ui.browsing import IN_BROWSER, scripted_app, visiting
from tests.ui.running import serving
from tests.ui.scripted import ScriptedAnswerer

pytestmark = IN_BROWSER


@dataclass
class Pondering(ScriptedAnswerer):
    """Takes its time over the first question that is to be suggested."""

    pondered: threading.Event = field(default_factory=threading.Event)
    pondering: threading.Event = field(default_factory=threading.Event)

    def sure_of(self, _question: str) -> float:
        """Nothing can be answered."""
        self.pondering.set()
        self.pondered.wait(20)
        return 0.0


def test_an_answer_is_not_drawn_over_the_next_when_its_handler_ends(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    answerer = Pondering()
    with serving(scripted_app(answerer, config)) as url, visiting(browser, url, tmp_path) as visit:
        visit.ask("How fast do lamps dim?")
        visit.answered(1)
        assert answerer.pondering.wait(20)
        visit.ask("And in winter?")
        visit.answered(2)
        answerer.pondered.set()
        visit.ask("And in summer?")  # told only after what was told before
        visit.answered(3)
        expect(visit.page.locator("#past .question")).to_have_text(
            ["How fast do lamps dim?", "And in winter?"]
        )
        visit.page.wait_for_timeout(500)
        expect(visit.page.locator("#now .question")).to_have_text("And in summer?")


def test_a_page_that_has_lost_a_piece_is_sent_all_of_them_again(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    answerer = ScriptedAnswerer()
    with serving(scripted_app(answerer, config)) as url, visiting(browser, url, tmp_path) as visit:
        for number, question in enumerate(("How fast do lamps dim?", "And in winter?"), 1):
            visit.ask(question)
            visit.answered(number)
        expect(visit.page.locator("#past .turn")).to_have_count(1)
        visit.page.evaluate("document.querySelector('#past .turn').remove()")
        visit.ask("And in summer?")
        visit.answered(3)
        expect(visit.page.locator("#past .turn")).to_have_count(2)
        expect(visit.page.locator("#evidence .evidence:not([hidden]) .about")).to_have_text(
            "And in summer?"
        )


def test_turns_that_left_the_page_come_back_in_order(
    browser: Browser, config: Config, tmp_path: Path
) -> None:
    asked = [f"How fast do {number} lamps dim?" for number in range(10)]
    app = scripted_app(ScriptedAnswerer(), config)
    with serving(app) as url, visiting(browser, url, tmp_path) as visit:
        for number, question in enumerate(asked, 1):
            visit.ask(question)
            visit.answered(number)
        expect(visit.page.locator("#past .question")).to_have_text(asked[2:-1])
        visit.page.locator("#past .earlier button").click()
        expect(visit.page.locator("#past .question")).to_have_text(asked[:-1])
        expect(visit.page.locator("#evidence .evidence")).to_have_count(10)
        expect(visit.page.locator("#past .earlier")).to_have_count(0)
