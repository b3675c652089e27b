"""One page asked hundreds of questions: what that does to the page and to the server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

from evals.speed.load import LoadError
from evals.stats import percentile

if TYPE_CHECKING:
    from rich.table import Table

    from rag.models.weights import Progress

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LOOKS = 10  # at the memory, evenly spread


@dataclass(frozen=True, slots=True)
class Look:
    """The page and the server after so many questions.

    `heap_mib` is what the page's scripts hold after a collection, `nodes` counts its document's
    nodes, `server_mib` is the server's resident memory, `p50_ms` the median time of an answer since
    the look before, from Enter to its end on the page.
    """

    asked: int
    heap_mib: float
    nodes: int
    server_mib: float
    p50_ms: float


def _unseen(_look: Look) -> None:
    """Nobody looks on."""


def run_long(
    url: str,
    questions: Sequence[str],
    count: int,
    server_mib: Callable[[], float],
    headers: dict[str, str] | None = None,
    progress: Progress | None = None,
    looked: Callable[[Look], None] = _unseen,
) -> tuple[Look, ...]:
    """Ask `count` times in one conversation of one page in headless chromium.

    Each look is given to `looked` as it is taken.

    Raises LoadError where playwright or chromium is missing, or an answer stays away.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise LoadError("it drives a browser: pip install -e '.[dev]'") from error
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise LoadError("no chromium here; on Debian: apt-get install chromium")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(extra_http_headers=headers)
            page.goto(url)
            page.locator("#question textarea").wait_for()
            return tuple(_asked(page, questions, count, server_mib, progress, looked))
    except Error as error:
        raise LoadError(f"the page could not be asked: {error}") from error


def _asked(
    page: Any,
    questions: Sequence[str],
    count: int,
    server_mib: Callable[[], float],
    progress: Progress | None,
    looked: Callable[[Look], None],
) -> list[Look]:
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")
    every = max(1, count // LOOKS)
    looks: list[Look] = []
    times: list[float] = []
    for number in range(1, count + 1):
        if progress:
            progress("asking in one page", number - 1, count)
        began = time.perf_counter()
        box = page.locator("#question textarea")
        box.fill(questions[number % len(questions)])
        box.press("Enter")
        done = f'.turn[data-turn="{number}"] .reply[aria-busy="false"]'
        page.locator(done).wait_for(timeout=120_000, state="attached")
        times.append((time.perf_counter() - began) * 1000)
        page.locator("#question .submit-button").wait_for()  # the page takes the next one
        if number % every == 0:
            client.send("HeapProfiler.collectGarbage")
            told = client.send("Performance.getMetrics")["metrics"]
            now = {metric["name"]: metric["value"] for metric in told}
            looks.append(
                Look(
                    number,
                    now["JSHeapUsedSize"] / 2**20,
                    page.evaluate("document.getElementsByTagName('*').length"),
                    server_mib(),
                    percentile(times, 50),
                )
            )
            looked(looks[-1])
            times = []
    return looks


def growth(looks: Sequence[Look]) -> tuple[float, float] | None:
    """KiB by which a question makes the page and the server grow, by least squares over the looks.

    The first fifth of the questions is left out: caches fill in it. None with fewer than two looks
    after it.
    """
    later = [look for look in looks if look.asked > looks[-1].asked / 5] if looks else []
    if len(later) < 2:
        return None
    asked = [look.asked for look in later]
    page = linear_regression(asked, [look.heap_mib * 1024 for look in later])
    server = linear_regression(asked, [look.server_mib * 1024 for look in later])
    return page.slope, server.slope


def long_table(looks: Sequence[Look]) -> Table:
    """The looks for a terminal."""
    from rich.table import Table

    caption = "too few looks to tell a growth"
    if grown := growth(looks):
        page, server = grown
        caption = f"after the first fifth, a question: page {page:+.1f}, server {server:+.1f} KiB"
    table = Table(title="One page, one conversation", caption=caption)
    for heading in ("questions", "page's heap, MiB", "nodes", "server, MiB", "answer p50, ms"):
        table.add_column(heading, justify="right")
    for one in looks:
        table.add_row(
            *(str(one.asked), f"{one.heap_mib:.1f}", str(one.nodes)),
            *(f"{one.server_mib:.0f}", f"{one.p50_ms:.0f}"),
        )
    return table
