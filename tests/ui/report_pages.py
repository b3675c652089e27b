"""A report in a real browser, opened from its file: nothing may be asked of any server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.browsing import LAPTOP, PHONE, launch

# Of text and what lies behind it, as WCAG 2 counts: the luminance of both, the lighter over the
# darker. What is partly see-through is mixed with what is behind it.
CONTRAST = """
(element) => {
  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], below) =>
    [...[r, g, b].map((c, i) => c * a + below[i] * (1 - a)), 1];
  const layers = [];
  for (let e = element; e; e = e.parentElement)
    layers.unshift(parts(getComputedStyle(e).backgroundColor));
  const behind = layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  const text = over(parts(getComputedStyle(element).color), behind);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const [low, high] = [light(text), light(behind)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
"""


@contextmanager
def opened(
    browser: Browser,
    file: Path,
    size: tuple[int, int] = LAPTOP,
    *,
    dark: bool = False,
    scripts: bool = True,
) -> Iterator[Page]:
    """The page; at the end it must have asked for nothing but itself, and complained of nothing."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    asked: list[str] = []
    complaints: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url.split("#")[0]))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        yield page
        assert set(asked) == {file.as_uri()}
        assert complaints == []
    finally:
        context.close()


def take_pictures(file: Path, into: Path) -> None:
    """The head, the plots and an open case, light and dark, wide and narrow, as PNG files."""
    into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for size, width in ((LAPTOP, "wide"), (PHONE, "phone")):
            for dark in (False, True):
                name = f"{file.stem}-{width}-{'dark' if dark else 'light'}"
                with opened(browser, file, size, dark=dark) as page:
                    for part, place in (("head", "body"), ("plots", "#plots"), ("cases", "#cases")):
                        page.locator(place).evaluate("e => e.scrollIntoView()")
                        if part == "cases":  # a case that has something to show
                            page.locator("#filter-outcome").select_option("wrong")
                            told = page.locator(".case:not([hidden]):has(mark)").first
                            told.locator("summary").first.click()
                            page.mouse.move(0, 0)
                        page.screenshot(path=into / f"{name}-{part}.png")
        browser.close()


if __name__ == "__main__":  # python -m tests.ui.report_pages REPORT.html FOLDER
    take_pictures(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
