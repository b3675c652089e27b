"""How soon `askpapers chat` can be seen, can be used, and answers, from its process's start on.

Run it: `python -m tests.ui.starting --asks 20`. It opens the settings' own library in headless
chromium. The first text of a turn is the line that says what is being done; its first words are
those of the answer.
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

PROGRAM = (sys.executable, "-c", "from ui.cli import main; main()")

PAINT = """() => new Promise((done) => {
  const told = (entries) => done(performance.timeOrigin + entries[0].startTime);
  new PerformanceObserver((list) => told(list.getEntriesByName("first-contentful-paint")))
    .observe({ type: "paint", buffered: true });
})"""

WATCH = """() => {
  let sent = 0, before = "";
  const number = () => document.querySelector("#now .turn")?.dataset.turn || "";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    [sent, before] = [performance.now(), number()];
    [window.firstText, window.firstWords] = [null, null];
  }, true);
  new MutationObserver(() => {
    if (!sent || window.firstWords !== null || number() === before) return;
    const some = (selector) => document.querySelector(selector)?.textContent.trim();
    const now = performance.now() - sent;
    if (some("#now .reply") && window.firstText === null) window.firstText = now;
    if (some("#now .streaming, #now .reply .text")) window.firstWords = now;
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
"""Notes when Enter was pressed, and when the turn that followed had its first text and words."""

REST_S = 1.0
"""Seconds between an answer and the next question, in which the page's work comes to rest."""


def first_paint(page: Page, url: str) -> float:
    """When something could first be seen, in seconds since the epoch; opens the page for it."""
    while True:
        with suppress(Error):  # nobody listens yet
            page.goto(url)
            return float(page.evaluate(PAINT)) / 1000
        time.sleep(0.02)


def first_told(page: Page, questions: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds on the page from Enter to the first text, and to the first words, of each."""
    page.evaluate(WATCH)
    texts: list[float] = []
    words: list[float] = []
    for number, question in enumerate(questions, 1):
        time.sleep(REST_S)
        box = page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        done = f'.turn[data-turn="{number}"] .reply[aria-busy="false"]'
        page.locator(done).wait_for(state="attached", timeout=60_000)
        page.locator("#question .submit-button").wait_for()
        text, word = page.evaluate("[window.firstText, window.firstWords]")
        texts.append(float(text))
        if word is not None:  # an abstention has no words of an answer
            words.append(float(word))
    return texts, words


def main() -> None:
    """Start the app once, print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks", type=int, default=0, help="questions to ask then")
    parser.add_argument("--backend", default="extractive", help="the chat model to ask")
    given = parser.parse_args()
    asks = given.asks
    cases = (case for case in load_cases() if case.split == "dev" and not case.history)
    questions = [case.question for case in cases if case.answerable]
    spread = [questions[i * len(questions) // asks] for i in range(asks)]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        began = time.time()
        served = subprocess.Popen(
            [*PROGRAM, "chat", "--port", "0", "--backend", given.backend],
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
                for what, found in zip(("text", "words"), first_told(page, spread), strict=True):
                    middle, late = percentile(found, 50), percentile(found, 95)
                    print(f"first {what} p50 {middle:.0f}, p95 {late:.0f} ms, of {len(found)}")
        finally:
            served.terminate()
            served.wait(30)
            browser.close()
    print(machine())


if __name__ == "__main__":
    main()
