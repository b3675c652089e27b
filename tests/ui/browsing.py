"""A real server on loopback and a real browser that tells on every request and error."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, expect

from rag.config import Config
from rag.library import Library
from tests.conftest import CHROMIUM
from tests.ui.scripted import FakeLibrary, ScriptedAnswerer
from ui.http.api import make_app

IN_BROWSER = [pytest.mark.browser]
"""The `pytestmark` of tests of the app in a browser."""

LAPTOP = (1280, 800)
PHONE = (390, 844)
WAIT_MS = 30_000  # for what comes in a moment, on a machine that is busy with much else
LONG_MS = 90_000  # for what takes seconds: a start, a page's loading, the real models' answer
RESTED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => {})))"""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def scripted_app(answerer: ScriptedAnswerer, config: Config) -> FastAPI:
    """The app over papers about lamps that answers as scripted."""
    return make_app(cast(Library, FakeLibrary()), lambda _: answerer, config)


def launch(playwright: Playwright) -> Browser:
    """Debian's chromium, without a window; what is expected of its pages is waited for."""
    expect.set_options(timeout=WAIT_MS)
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@dataclass
class Visit:
    """A page open on the app, with all it asked for and all it complained about."""

    page: Page
    url: str
    shots: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._request)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.url)
        self.page.locator("#brand .brand").wait_for(timeout=LONG_MS)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    @property
    def outside(self) -> list[str]:
        """Requests that went anywhere but to the app."""
        return [url for url in self.requests if not url.startswith((self.url, "data:", "blob:"))]

    def ask(self, question: str) -> None:
        """Type a question and send it."""
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")

    def answered(self, turn: int) -> None:
        """Wait until this turn has ended."""
        ended = self.page.locator(f'.turn[data-turn="{turn}"] .reply[aria-busy="false"]')
        ended.wait_for(timeout=LONG_MS)

    def go(self, address: str) -> None:
        """Open another address in the page, as by a link."""
        self.page.goto(address)
        self.complaints.clear()  # that leaving the page cut off what it was asking for
        self.page.locator("#brand .brand").wait_for(timeout=LONG_MS)

    def reload(self) -> None:
        """Load the page anew, as a person would."""
        self.page.reload()
        self.complaints.clear()  # as in `go`
        self.page.locator("#brand .brand").wait_for(timeout=LONG_MS)

    def rest(self) -> None:
        """Wait until nothing is being fetched for what is seen, and all colours are what they
        will be.
        """
        busy = self.page.locator('[role="tabpanel"]:visible [aria-busy="true"]')
        expect(busy).to_have_count(0)
        self.page.evaluate(RESTED)

    def shoot(self, name: str) -> None:
        """Keep a picture of the window among the test's files."""
        self.page.evaluate(RESTED)
        self.page.screenshot(path=self.shots / f"{name}.png")


@contextmanager
def visiting(
    browser: Browser, url: str, shots: Path, size: tuple[int, int] = LAPTOP, *, dark: bool = False
) -> Iterator[Visit]:
    """A visit that must end without a request to the outside and without a complaint.

    The page scrolls at once: where it would glide, nobody knows when it has arrived.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    try:
        visit = Visit(context.new_page(), url, shots)
        yield visit
        assert visit.outside == []
        assert visit.complaints == []
    finally:
        context.close()
