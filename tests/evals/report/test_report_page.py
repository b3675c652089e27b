"""The page: texts of others stay text, nothing is loaded, and everything in it can be reached."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from urllib.parse import unquote

import lxml.html
import pytest
from lxml.html import HtmlElement

from evals.report.content import make_report
from evals.report.page import report_html
from evals.scorers.cards import Card
from tests.evals.answers import TOWER
from tests.evals.report.reported import BROKEN_ENDPOINT, HOSTILE, hostile_run, run

CARD = Card("fact", "SciFact", 300, "κ", 0.6, 0.5, 0.7, None, "2026-11-21", "eval validate")
EXACT = replace(CARD, scorer="exact")


def page(html: str) -> HtmlElement:
    return lxml.html.document_fromstring(html)


@pytest.fixture(scope="module")
def plain() -> HtmlElement:
    return page(report_html(make_report(run(), card_of={"fact": CARD, "exact": EXACT}.get)))


@pytest.fixture(scope="module")
def held_against() -> HtmlElement:
    return page(report_html(make_report(run(), run({}, "old"))))


@pytest.fixture(scope="module")
def hostile() -> str:
    return report_html(make_report(hostile_run(), hostile_run()))


def of(element: HtmlElement, *classes: str) -> list[HtmlElement]:
    """The elements of the last class that lie within elements of those before it."""
    steps = (f"//*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in classes)
    return list(element.xpath("." + "".join(steps)))


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


# --- text of others -----------------------------------------------------------------------------


def test_hostile_text_makes_no_element_and_no_attribute(hostile: str) -> None:
    ours = page(report_html(make_report(run(), run())))
    known = {element.tag for element in ours.iter()} | {"ol"}
    found = page(hostile)
    assert {element.tag for element in found.iter()} <= known
    assert len(found.xpath("//script")) == len(found.xpath("//style")) == 1
    attributes = {name for element in found.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or name == "src"}


def test_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    found = page(hostile)
    shown = " ".join(HOSTILE.split())
    for place in ("question", "words", "paper", "passage", "loose", "notice", "wanted", "grades"):
        assert any(shown in words(element) for element in of(found, place)), place
    assert shown in words(found.xpath("//h1")[0])


def test_no_link_leads_anywhere_but_to_papers_and_to_this_page(hostile: str) -> None:
    links = [element.get("href") for element in page(hostile).xpath("//*[@href]")]
    assert links
    assert all(
        link.startswith(("#", "https://arxiv.org/abs/", "https://doi.org/")) for link in links
    )


# --- nothing is loaded --------------------------------------------------------------------------


def test_the_policy_lets_run_and_style_only_what_is_written_here(hostile: str) -> None:
    found = page(hostile)
    policy = found.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        (inner,) = re.findall(rf"<{kind}>(.*?)</{kind}>", hostile, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_the_style_asks_for_nothing(hostile: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", hostile, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style


# --- what is there ------------------------------------------------------------------------------


def test_every_link_within_the_page_leads_to_one_place(held_against: HtmlElement) -> None:
    ids = held_against.xpath("//@id")
    assert len(ids) == len(set(ids))
    inner = {unquote(link[1:]) for link in held_against.xpath("//@href") if link.startswith("#")}
    assert inner <= set(ids)
    assert any("q" in link for link in inner)


def test_every_case_is_there_with_what_came_of_it(plain: HtmlElement) -> None:
    cases = of(plain, "case")
    assert len(cases) == 5
    texts = [words(case) for case in cases]
    assert "The tallest reaches 3.5 m. [1]" in texts[0]
    assert BROKEN_ENDPOINT in texts[2]
    assert "Abstained. nothing on that" in texts[3]


def test_a_sentence_says_how_it_is_supported_in_words(plain: HtmlElement) -> None:
    sentences = of(plain, "case", "sentence")
    told = [(element.get("class"), words(of(element, "mark")[0])) for element in sentences[:3]]
    assert told[0] == ("sentence supported", "✓ supported")
    assert told[2] == ("sentence unchecked", "unchecked")


def test_a_quote_is_marked_within_its_abstract(plain: HtmlElement) -> None:
    passage = of(plain, "passage")[0]
    assert passage.text_content() == TOWER.abstract
    assert [mark.text for mark in passage.xpath(".//mark")] == ["The tallest reaches 3.5 m."]


def test_a_scorer_without_a_card_is_called_unvalidated(plain: HtmlElement) -> None:
    cards = {
        row.xpath("th")[0].text.strip(): words(of(row, "card")[0])
        for row in of(plain, "figures")[0].xpath("tbody/tr")
    }
    assert cards["right fact"] == "κ 0.60 [0.50, 0.70] on SciFact, n = 300"
    assert cards["grounded"] == "exact: κ 0.60 [0.50, 0.70] on SciFact, n = 300"
    assert cards["right citation"] == "unvalidated"


def test_held_against_another_run_both_answers_and_the_difference_are_there(
    held_against: HtmlElement,
) -> None:
    first = words(of(held_against, "case")[0])
    assert "Answer of new The tallest reaches" in first
    assert f"Answer of old Failed. {BROKEN_ENDPOINT}" in first
    assert "Fixed" in words(held_against.get_element_by_id("changes"))
    assert of(held_against, "figures", "before")


def test_a_run_in_which_all_failed_has_a_page() -> None:
    found = page(report_html(make_report(run({}))))
    assert "5 failed" in words(of(found, "facts")[0])
    assert not of(found, "plot")
