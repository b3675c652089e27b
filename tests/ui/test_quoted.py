"""A quote that is part of a sentence or of a value only says so wherever it is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Answer, Citation, Sentence
from tests.ui.scripted import ABSTAINED, LAMPS, LAMPS_ANSWER, cite
from tests.ui.test_render import Page
from ui.app.answer_page import answer_page
from ui.app.evidence import evidence
from ui.app.render import turn_html
from ui.app.summary_html import in_place
from ui.app.turns import Turn
from ui.commands.ask_commands import print_evidence
from ui.export import answer_markdown
from ui.quoted import quoted

WHOLE = cite(LAMPS, 1, "Lamps dim 12% faster when watched.")
PART = replace(cite(LAMPS, 1, "dim 12% faster"), shortened=True)
YEAR = replace(cite(LAMPS, 1, "2021", "published"), shortened=True)


def citing(*citations: Citation) -> Answer:
    sentence = Sentence("They dim [1].", tuple(range(len(citations))), "supported")
    return replace(LAMPS_ANSWER, answer=sentence.text, sentences=(sentence,), citations=citations)


def test_a_whole_quote_is_printed_as_it_stands() -> None:
    assert quoted(WHOLE) == "Lamps dim 12% faster when watched."


def test_part_of_a_sentence_has_an_ellipsis_on_either_side() -> None:
    assert quoted(PART) == "… dim 12% faster …"


def test_the_beginning_of_a_catalogue_value_has_an_ellipsis_behind_it() -> None:
    assert quoted(YEAR) == "2021…"


def test_the_command_line_marks_what_is_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    print_evidence(citing(WHOLE, PART, YEAR))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert '"Lamps dim 12% faster when watched."' in lines
    assert '"… dim 12% faster …"' in lines
    assert 'published: "2021…"' in lines


def test_the_markdown_of_an_answer_marks_what_is_shortened() -> None:
    text = answer_markdown(citing(PART, YEAR))
    assert "> … dim 12% faster … *(abstract)*" in text
    assert "> 2021… *(published)*" in text


def test_the_evidence_of_the_app_marks_a_shortened_value() -> None:
    assert "published2021…" in Page(evidence(Turn(1, "?", answer=citing(YEAR)))).text


def test_what_comes_near_in_the_app_marks_what_is_shortened() -> None:
    near = replace(ABSTAINED, nearest=(PART,))
    assert "<blockquote>… dim 12% faster … <cite>" in turn_html(Turn(1, "?", answer=near))


def test_the_page_of_an_answer_marks_a_shortened_value() -> None:
    assert "<dt>published</dt><dd><mark>2021…</mark></dd>" in answer_page(citing(YEAR))


def test_the_page_of_an_abstention_marks_what_is_shortened() -> None:
    assert "<q>… dim 12% faster …</q>" in answer_page(replace(ABSTAINED, nearest=(PART,)))


def test_a_shortened_value_behind_a_summary_is_marked() -> None:
    assert in_place(YEAR, LAMPS) == "<mark>2021…</mark>"


def test_a_quote_within_its_surroundings_needs_no_ellipsis() -> None:
    assert "Lamps <mark>dim 12% faster</mark> when watched." in in_place(PART, LAMPS)
