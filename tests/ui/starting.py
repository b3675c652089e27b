"""How long `askpapers chat` takes from its process's start to the first paint, and to its use.

Run it: `python -m tests.ui.starting`. It opens the settings' own library in headless chromium.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress

from playwright.sync_api import Error, Page, sync_playwright

from tests.ui.browsing import launch

PAINT = """() => new Promise((done) => {
  const told = (entries) => done(performance.timeOrigin + entries[0].startTime);
  new PerformanceObserver((list) => told(list.getEntriesByName("first-contentful-paint")))
    .observe({ type: "paint", buffered: true });
})"""


def first_paint(page: Page, url: str) -> float:
    """When something could first be seen, in seconds since the epoch; opens the page for it."""
    while True:
        with suppress(Error):  # nobody listens yet
            page.goto(url)
            return float(page.evaluate(PAINT)) / 1000
        time.sleep(0.02)


def main() -> None:
    """Start the app once, print the two times in seconds."""
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
        finally:
            served.terminate()
            served.wait(30)
            browser.close()
    print(f"first paint {painted - began:.2f} s, question box {usable - began:.2f} s")


if __name__ == "__main__":
    main()
