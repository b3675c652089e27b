"""A real server on loopback and a real browser that tells on every request and error."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

from rag.config import Config
from rag.library import Library
from tests.conftest import CHROMIUM
from tests.ui.scripted import FakeLibrary, ScriptedAnswerer
from ui.http.api import make_app

LAPTOP = (1280, 800)
PHONE = (390, 844)
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
    """Debian's chromium, without a window."""
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
        self.page.locator("#brand .brand").wait_for()

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
        self.page.locator(f'.turn[data-turn="{turn}"] .reply[aria-busy="false"]').wait_for()

    def shoot(self, name: str) -> None:
        """Keep a picture of the window among the test's files."""
        time.sleep(0.4)  # smooth scrolling and colours come to rest
        self.page.screenshot(path=self.shots / f"{name}.png")


@contextmanager
def visiting(
    browser: Browser, url: str, shots: Path, size: tuple[int, int] = LAPTOP, *, dark: bool = False
) -> Iterator[Visit]:
    """A visit that must end without a request to the outside and without a complaint."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    try:
        visit = Visit(context.new_page(), url, shots)
        yield visit
        assert visit.outside == []
        assert visit.complaints == []
    finally:
        context.close()
