"""The report in a real browser: read, filtered, printed, by keyboard, on a phone, under attack."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from evals.report.content import make_report
from evals.report.page import report_html
from tests.evals.answers import TOWER
from tests.evals.report.reported import hostile_run, run
from tests.ui.browsing import LAPTOP, PHONE
from tests.ui.report_pages import CONTRAST, opened

pytestmark = pytest.mark.browser

LEGIBLE = 4.5  # WCAG 2, level AA, for text of any size


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reports") / "report.html"
    path.write_text(report_html(make_report(run(), run({}, "old"))), encoding="utf-8")
    return path


def visible(page: Page) -> list[str]:
    """The ids of the cases that are shown."""
    return [str(case.get_attribute("id")) for case in page.locator(".case:not([hidden])").all()]


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


# --- filters ------------------------------------------------------------------------------------


def test_cases_are_found_by_outcome_kind_tag_split_change_and_text(
    browser: Browser, file: Path
) -> None:
    wanted = (
        ("Outcome", "failed", ["c3"]),
        ("Outcome", "abstained", ["c4"]),
        ("Outcome", "right fact ✗", ["c2", "c3"]),
        ("Outcome", "right fact ✓", ["c1"]),
        ("Kind", "false premise", ["c5"]),
        ("Tag", "high", ["c1"]),
        ("Split", "test", ["c5"]),
        ("Change", "fixed", ["c1", "c4"]),
    )
    with opened(browser, file) as page:
        for label, option, cases in wanted:
            choose(page, label, option)
            assert visible(page) == cases, (label, option)
            page.get_by_role("button", name="Reset").click()
            expect(page.locator("#count")).to_have_text("5 cases")
        page.get_by_label("Text").fill("BRIDGES thaw")
        assert visible(page) == ["c2"]
        expect(page.locator("#count")).to_have_text("1 of 5 cases")


def test_filters_are_taken_together_and_say_when_nothing_is_left(
    browser: Browser, file: Path
) -> None:
    with opened(browser, file) as page:
        choose(page, "Outcome", "wrong")
        choose(page, "Tag", "high")
        assert visible(page) == []
        expect(page.locator("#none")).to_be_visible()


def test_all_cases_that_are_shown_open_and_close_at_once(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        choose(page, "Outcome", "wrong")
        page.get_by_role("button", name="Open all").click()
        expect(page.locator(".case[open]")).to_have_count(3)
        assert len(visible(page)) == 3
        page.get_by_role("button", name="Close all").click()
        expect(page.locator(".case[open]")).to_have_count(0)


# --- reading ------------------------------------------------------------------------------------


def test_a_case_opens_by_keyboard_and_its_marker_leads_to_the_quote(
    browser: Browser, file: Path
) -> None:
    with opened(browser, file) as page:
        page.locator("#c1 > summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        marker = page.locator("#c1 .marker").first
        expect(marker).to_be_focused()
        page.keyboard.press("Enter")
        quote = page.locator("#c1 .passage mark").first
        expect(quote).to_have_text("The tallest reaches 3.5 m.")
        expect(quote).to_be_in_viewport()
        expect(quote).not_to_have_css("box-shadow", "none")


def test_a_changed_case_opens_where_it_stands_even_if_filtered_out(
    browser: Browser, file: Path
) -> None:
    with opened(browser, file) as page:
        choose(page, "Outcome", "failed")
        page.locator("#changes a").first.click()
        expect(page.locator("#c1")).to_have_attribute("open", "")
        expect(page.locator("#c1")).to_be_in_viewport()


def test_a_metric_is_chosen_for_kinds_and_tags(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        page.locator("#by-metric").select_option(label="abstained rightly")
        expect(page.locator(".groups:not([hidden])")).to_have_count(1)
        expect(page.locator(".groups:not([hidden])")).to_contain_text("false premise")


def test_without_scripts_all_of_it_can_be_read(browser: Browser, file: Path) -> None:
    with opened(browser, file, scripts=False) as page:
        assert not page.locator("#filters").is_visible()
        page.locator("#c1 > summary").click()
        expect(page.locator("#c1 .passage")).to_be_visible()
        assert page.locator(".groups h3:visible").count() > 5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, file: Path, dark: bool
) -> None:
    with opened(browser, file, dark=dark) as page:
        page.get_by_role("button", name="Open all").click()
        faint = page.evaluate(
            f"""() => [...document.querySelectorAll("body *:not(svg *, script, option, optgroup)")]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .filter(e => e.checkVisibility())
            .map(e => [e.className || e.tagName, ({CONTRAST})(e)])
            .filter(([_, contrast]) => contrast < {LEGIBLE})"""
        )
        assert faint == []


def test_a_phone_shows_all_of_it_without_sideways_scrolling(browser: Browser, file: Path) -> None:
    with opened(browser, file, PHONE) as page:
        page.get_by_role("button", name="Open all").click()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_on_paper_closed_cases_are_open_and_close_again(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        choose(page, "Tag", "high")
        printed = page.pdf()
        expect(page.locator(".case[open]")).to_have_count(0)
    pages = pypdfium2.PdfDocument(printed)
    text = " ".join(" ".join(one.get_textpage().get_text_bounded().split()) for one in pages)
    assert TOWER.abstract in text
    assert "Ice bridges thaw." not in text  # of a case that the filter left out


# --- attack -------------------------------------------------------------------------------------


def test_hostile_text_runs_nothing_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(report_html(make_report(hostile_run(), hostile_run())), encoding="utf-8")
    with opened(browser, path) as page:
        page.get_by_role("button", name="Open all").click()
        assert page.evaluate("window.stung") is None
        assert visible(page) == ["c1", "c2", "c3"]
        assert page.evaluate("document.documentElement.scrollWidth") == LAPTOP[0]
