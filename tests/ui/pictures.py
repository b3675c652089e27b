"""Pictures of every view of the app: light and dark, at desktop and phone width.

Run it: `python -m tests.ui.pictures --out docs/pictures`. The real app over the sample papers in a
temporary home, asked with the extractive chat model, in headless chromium (docs/app.md).
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Error, Page, sync_playwright

from rag.config import Config
from tests.conftest import isolated
from tests.ui.browsing import LAPTOP, LONG_MS, PHONE, launch
from tests.ui.running import serving

LARGEST = 150_000  # bytes of one picture
COLOURS = (256, 128, 64, 32)  # tried in this order until it is small enough
WIDTHS = {"desktop": LAPTOP, "phone": PHONE}
COLOUR_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
REST_S = 0.6  # until fonts, scrolling and colours have come to rest

FIRST = "How often are WebGPT's answers preferred over the human demonstrators' answers?"
NEXT = "How does loss scale with model size, dataset size and compute?"
PAPER = "arxiv:2112.09332"
SUMMARISE = """(papers) => document.dispatchEvent(
  new CustomEvent("go:summarise", { detail: JSON.stringify(papers) }))"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A view in a state worth a picture: `prepare` brings an opened page there."""

    name: str
    prepare: Callable[[Page], None]
    path: str = "/"


def ask(page: Page, question: str, turn: int) -> None:
    """Ask, and wait for the answer."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    page.locator(f'.turn[data-turn="{turn}"] .reply[aria-busy="false"]').wait_for()


def choose(page: Page, tab: str) -> None:
    """Open a tab by its name, also where it has moved into the menu of those without room."""
    shown = page.get_by_role("tab", name=tab, exact=True)
    if shown.count() and shown.is_visible():
        shown.click()
    else:
        page.get_by_role("button", name="More tabs").first.click()
        page.locator(".overflow-dropdown button", has_text=tab).click()
    page.locator(f"#view-{tab.lower()}").wait_for()


def answered(page: Page) -> None:
    """A cited answer, a marker of which shows its quote."""
    ask(page, FIRST, 1)
    page.locator("#now .marker").first.click()


def told_apart(page: Page) -> None:
    """A second question, which the papers answer in several sentences."""
    ask(page, FIRST, 1)
    ask(page, NEXT, 2)


def no_answer(page: Page) -> None:
    """What the papers do not say."""
    ask(page, "What learning rate was used to train InstructGPT?", 1)


def paper(page: Page) -> None:
    """One paper's own page."""
    page.locator("#view-library").get_by_role("heading", name="WebGPT").first.wait_for()


def summary(page: Page) -> None:
    """A summary of two papers, asked for as any view asks for it."""
    choose(page, "Summaries")
    page.evaluate(SUMMARISE, ["arxiv:2112.09332", "arxiv:2009.01325"])
    view = page.locator("#view-summaries")
    view.get_by_role("heading", name="2 papers").wait_for()
    time.sleep(REST_S)
    sentence = view.locator("summary").first
    if sentence.count():
        sentence.click()


def run(page: Page) -> None:
    """A run that has ended, of a few of the shipped cases; begun if there is none yet."""
    choose(page, "Evals")
    view = page.locator("#view-evals")
    view.locator("#runs .run, #runs .hint").first.wait_for()
    if not view.locator(".run").count():
        view.locator("#case-count input[type=number]").fill("10")
        view.get_by_role("button", name="Begin a run").click()
    view.locator(".run.done").wait_for(timeout=LONG_MS)
    view.locator(".run.done").scroll_into_view_if_needed()


def scenes(tabs: list[str]) -> Iterator[Scene]:
    """What is pictured, of the tabs that are there."""
    yield Scene("welcome", lambda _: None)
    yield Scene("chat", answered)
    yield Scene("conversation", told_apart)
    yield Scene("abstains", no_answer)
    for tab in tabs[1:]:
        yield Scene(tab.lower(), partial(choose, tab=tab))
    if "Library" in tabs:
        yield Scene("paper", paper, f"/?paper={PAPER}")
    if "Summaries" in tabs:
        yield Scene("summary", summary)
    if "Evals" in tabs:
        yield Scene("run", run)


def small_png(picture: bytes) -> bytes:
    """The same picture with as many colours as `LARGEST` bytes allow, at least `COLOURS[-1]`."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        few = image.quantize(colours, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def shoot(browser: Browser, url: str, scene: Scene, out: Path) -> list[str]:
    """The scene in both widths and colours; what went wrong, if anything."""
    problems = []
    for width, (across, down) in WIDTHS.items():
        context = browser.new_context(
            viewport={"width": across, "height": down}, reduced_motion="reduce"
        )
        context.set_default_timeout(20_000)
        try:
            page = context.new_page()
            page.goto(url + scene.path)
            page.locator("#brand .brand").wait_for()
            scene.prepare(page)
            time.sleep(REST_S)
            for colours in COLOUR_SCHEMES:
                page.emulate_media(color_scheme=colours, reduced_motion="reduce")
                time.sleep(REST_S / 2)
                name = f"{scene.name}-{width}-{colours}.png"
                (out / name).write_bytes(small_png(page.screenshot()))
                print(name, flush=True)
        except Error as error:
            problems.append(f"{scene.name}, {width}: {str(error).splitlines()[0]}")
        finally:
            context.close()
    return problems


@contextmanager
def sample_app() -> Iterator[str]:
    """The URL of the real app over the sample papers, in a home that goes with it."""
    from ingest.run import ingest
    from rag.library import Library
    from rag.models.embed import OnnxEmbedder
    from ui.http.api import make_app
    from ui.http.quick_import import without_stubs
    from ui.opening import Answerers

    without_stubs()
    with tempfile.TemporaryDirectory(prefix="askpapers-pictures-") as home:
        os.environ.update(isolated(Path(home)))
        config = Config.from_env(os.environ)
        with Library.open(config, OnnxEmbedder.load(config)) as library:
            ingest(library, [])
            answerers = Answerers(library, config)
            answerers("extractive").warm()
            with serving(make_app(library, answerers, config)) as url:
                yield url


def main() -> None:
    """Make the pictures; exit 1 if one could not be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder for them")
    parser.add_argument("--only", default="", help="only scenes whose name begins so")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with sample_app() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("tab").first.wait_for()
        tabs = [tab.text_content() or "" for tab in page.get_by_role("tab").all()]
        page.context.close()
        for scene in scenes(tabs):
            if scene.name.startswith(asked.only):
                problems += shoot(browser, url, scene, asked.out)
        browser.close()
    print(*problems, sep="\n", file=sys.stderr)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
