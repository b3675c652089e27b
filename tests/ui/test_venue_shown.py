"""The venue of a paper where papers are shown: after the year, escaped, cut if it is long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.evidence import Link
from rag.types import Paper, Record
from tests.ui.scripted import LAMPS, LAMPS_ANSWER, UNCITED, WICKS
from ui.app.answer_page import answer_page
from ui.app.evidence import evidence
from ui.app.library_paper import paper_page
from ui.app.turns import Turn

EVIL = 'Kew <img src=x onerror="alert(1)"> & Co'
SAFE = "Kew &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; Co"


def beside_the_chat(paper: Paper) -> str:
    return evidence(
        Turn(1, "How fast?", answer=replace(LAMPS_ANSWER, papers=(paper, WICKS, UNCITED)))
    )


def on_the_answers_own_page(paper: Paper) -> str:
    return answer_page(replace(LAMPS_ANSWER, papers=(paper, WICKS, UNCITED)))


def on_the_papers_page(paper: Paper) -> str:
    return paper_page(paper, [Link(Record("a.ris", 0, title=paper.title, venue=paper.venue))])


VIEWS = pytest.mark.parametrize(
    "view", [beside_the_chat, on_the_answers_own_page, on_the_papers_page]
)


@VIEWS
def test_the_venue_stands_after_the_date(view: Callable[[Paper], str]) -> None:
    html = view(replace(LAMPS, published="2021", venue="Kew Journal"))
    assert "2021 · Kew Journal · " in html.replace("</a>", "")


@VIEWS
def test_a_venue_is_never_taken_for_html(view: Callable[[Paper], str]) -> None:
    html = view(replace(LAMPS, venue=EVIL))
    assert "<img" not in html
    assert SAFE in html


@VIEWS
def test_a_long_venue_is_cut_among_the_facts(view: Callable[[Paper], str]) -> None:
    html = view(replace(LAMPS, venue="Kew " + "x" * 3_000))
    assert f"Kew {'x' * 115}… · " in html


@VIEWS
def test_without_a_venue_nothing_stands_for_it(view: Callable[[Paper], str]) -> None:
    assert "·  ·" not in view(replace(LAMPS, venue=""))


def test_a_papers_page_tells_which_record_says_where_it_appeared() -> None:
    html = on_the_papers_page(replace(LAMPS, venue="Kew Journal"))
    assert "says title, venue" in html
    assert f"<p>{LAMPS.title} · Kew Journal</p>" in html
