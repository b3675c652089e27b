"""How soon `askpapers chat` can be seen, can be used, and answers, from its process's start on.

Run it: `python -m tests.ui.starting --asks 20`. It opens the settings' own library in headless
chromium.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from playwright.sync_api import Error, Page, sync_playwright

from evals.cases import load_cases
from evals.machine import machine
from evals.stats import percentile
from tests.ui.browsing import launch

PAINT = """() => new Promise((done) => {
  const told = (entries) => done(performance.timeOrigin + entries[0].startTime);
  new PerformanceObserver((list) => told(list.getEntriesByName("first-contentful-paint")))
    .observe({ type: "paint", buffered: true });
})"""

WATCH = """() => {
  let sent = 0, before = 0;
  const number = () => Number(document.querySelector("#now .turn")?.dataset.turn || 0);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    [sent, before, window.firstWords] = [performance.now(), number(), null];
  }, true);
  new MutationObserver(() => {
    if (!sent || window.firstWords !== null || number() === before) return;
    const words = document.querySelector("#now .streaming, #now .reply .text");
    if (words && words.textContent.trim()) window.firstWords = performance.now() - sent;
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
"""Notes when Enter was pressed, and when the turn that followed had its first words."""


def first_paint(page: Page, url: str) -> float:
    """When something could first be seen, in seconds since the epoch; opens the page for it."""
    while True:
        with suppress(Error):  # nobody listens yet
            page.goto(url)
            return float(page.evaluate(PAINT)) / 1000
        time.sleep(0.02)


def first_words(page: Page, questions: Sequence[str]) -> list[float]:
    """Milliseconds on the page from Enter to the first words of each answer."""
    page.evaluate(WATCH)
    found = []
    for number, question in enumerate(questions, 1):
        box = page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        done = f'.turn[data-turn="{number}"] .reply[aria-busy="false"]'
        page.locator(done).wait_for(state="attached", timeout=60_000)
        page.locator("#question .submit-button").wait_for()
        told = page.evaluate("window.firstWords")
        if told is not None:  # an abstention has no words of an answer
            found.append(float(told))
    return found


def main() -> None:
    """Start the app once, print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks", type=int, default=0, help="questions to ask then")
    asks = parser.parse_args().asks
    cases = (case for case in load_cases() if case.split == "dev" and not case.history)
    questions = [case.question for case in cases if case.answerable]
    spread = [questions[i * len(questions) // asks] for i in range(asks)]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        began = time.time()
        served = subprocess.Popen(
            [sys.executable, "-c", "from ui.cli import main; main()", "chat", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert served.stdout is not None
            painted = first_paint(page, served.stdout.readline().split()[-1])
            page.locator("#question textarea").wait_for(timeout=120_000)
            usable = time.time()
            print(f"first paint {painted - began:.2f} s, question box {usable - began:.2f} s")
            if asks:
                found = first_words(page, spread)
                middle, late = percentile(found, 50), percentile(found, 95)
                print(
                    f"first words p50 {middle:.0f} ms, p95 {late:.0f} ms, of {len(found)} answers"
                )
        finally:
            served.terminate()
            served.wait(30)
            browser.close()
    print(machine())


if __name__ == "__main__":
    main()
