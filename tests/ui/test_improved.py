"""What was done to make an answer better: in words, and as the app shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Answer, Critique, Step, Usage
from tests.ui.scripted import ABSTAINED, LAMPS_ANSWER
from tests.ui.test_render import Page
from ui.app.actions import account
from ui.app.improved_html import improved_html
from ui.app.render import turn_html
from ui.app.turns import Turn
from ui.improved import criticised, looked_again

EVIL = '<script>alert("1")</script>'
TRAIL = (
    Step("search", "lamp memory", 0),
    Step("open", "On wicks", 1),
    Step("stop", "what was found may answer it"),
)
CRITIQUES = (
    Critique(0, "overstated", "in winter", "revised"),
    Critique(1, "wrong number", "12%", "kept"),
    Critique(1, "left out", "", "invalid"),
)
KINDS = pytest.mark.parametrize("answer", [LAMPS_ANSWER, ABSTAINED], ids=["answer", "abstention"])


def shown(answer: Answer) -> str:
    return turn_html(Turn(1, "How fast do lamps dim?", answer=answer))


def test_each_step_of_looking_again_is_said_in_words() -> None:
    assert looked_again(replace(LAMPS_ANSWER, trail=TRAIL)) == [
        "searched again: lamp memory (no new quotes)",
        "read “On wicks” whole (1 new quote)",
        "stopped looking: what was found may answer it",
    ]


def test_critiques_are_said_in_words_and_invalid_ones_counted() -> None:
    assert criticised(replace(LAMPS_ANSWER, critiques=CRITIQUES)) == [
        "sentence 1, written anew: overstated: “in winter”",
        "sentence 2, left as it was: wrong number: “12%”",
        "critiques that no quote bears out, left out: 1",
    ]


@KINDS
def test_the_trail_is_folded_away_under_its_summary(answer: Answer) -> None:
    html = shown(replace(answer, trail=TRAIL))
    assert "<summary>How it looked again</summary>" in html
    assert "<li>Searched again: lamp memory (no new quotes)</li>" in html
    assert "What was criticised" not in html


@KINDS
def test_critiques_are_folded_away_under_their_summary(answer: Answer) -> None:
    html = shown(replace(answer, critiques=CRITIQUES))
    assert "<summary>What was criticised</summary>" in html
    assert "<li>Sentence 1, written anew: overstated: “in winter”</li>" in html
    assert "How it looked again" not in html


@KINDS
def test_what_was_done_is_closed_until_it_is_opened(answer: Answer) -> None:
    page = Page(shown(replace(answer, trail=TRAIL, critiques=CRITIQUES)))
    folded = page.with_class("improved")
    assert len(folded) == 2
    assert not any("open" in attributes for attributes in folded)


@KINDS
def test_of_an_answer_on_which_nothing_was_spent_nothing_is_shown(answer: Answer) -> None:
    assert improved_html(answer) == ""
    assert "improved" not in shown(answer)


@KINDS
def test_a_script_in_the_trail_is_only_text(answer: Answer) -> None:
    html = shown(replace(answer, trail=(Step("search", EVIL), Step("open", EVIL))))
    assert "<script" not in html
    assert Page(html).text.count(EVIL) == 2


@KINDS
def test_a_script_in_a_critique_is_only_text(answer: Answer) -> None:
    html = shown(replace(answer, critiques=(Critique(0, EVIL, EVIL),)))
    assert "<script" not in html
    assert Page(html).text.count(EVIL) == 2


def test_the_account_tells_the_tokens_read_and_written() -> None:
    answer = replace(LAMPS_ANSWER, usage=Usage(1500, 60))
    assert "scripted · 1,500 tokens read, 60 written · 42 ms" in Page(account(answer)).text


def test_the_account_tells_how_many_tokens_were_not_read_anew() -> None:
    answer = replace(LAMPS_ANSWER, usage=Usage(1500, 60, 1200))
    assert "1,500 tokens read (1,200 of them cached), 60 written" in Page(account(answer)).text


def test_the_account_of_an_abstention_tells_its_tokens_too() -> None:
    assert "900 tokens read, 8 written" in Page(shown(replace(ABSTAINED, usage=Usage(900, 8)))).text


def test_the_account_tells_no_tokens_where_none_are_known() -> None:
    assert "token" not in Page(account(LAMPS_ANSWER)).text
