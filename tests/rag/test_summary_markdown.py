"""Summaries and tables as Markdown: numbers, quotes, blanks, and nothing that acts as markup."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.summary.compare_table import Cell, Row
from rag.summary.markdown import byline_year, escaped, summary_markdown, table_markdown
from rag.summary.material import quotable
from rag.summary.types import Summary, SummaryNode, SummarySentence
from rag.types import Paper
from tests.rag.summary_parts import FERN, MOSS, paper

MOSSES = replace(paper("Moss *on* walls", MOSS, "2019"), arxiv_id="1901.00001")
FERNS = paper("Ferns <b>", FERN, "2021")


def said(one: Paper, number: int, place: int, **changed: object) -> SummarySentence:
    item = quotable(one, number)[place]
    made = SummarySentence(item.text, item.citations, "supported", part=item.part)
    return replace(made, **changed)  # type: ignore[arg-type]  # a test's own choice


def node(one: Paper, number: int, *places: int) -> SummaryNode:
    sentences = tuple(said(one, number, place) for place in places)
    return SummaryNode("paper", one.title, sentences, paper_id=one.paper_id)


def test_one_paper_is_prose_with_its_quotes_below() -> None:
    summary = Summary("", node(MOSSES, 1, 1, 2), (MOSSES,), "extractive")
    assert summary_markdown(summary).splitlines() == [
        r"# Moss \*on\* walls",
        "",
        "We propose a ruler that is read by light. [1]"
        " We find that mosses grow 3 mm a year in the shade. [1]",
        "",
        "## Papers and quotes",
        "",
        r"**[1]** Moss \*on\* walls. Byron et al. 2019, https://arxiv.org/abs/1901.00001",
        "",
        "> We propose a ruler that is read by light. *(abstract, 54–95)*",
        "",
        "> We find that mosses grow 3 mm a year in the shade. *(abstract, 96–146)*",
    ]


def test_parts_are_named_and_a_missing_one_is_said() -> None:
    summary = Summary("", node(MOSSES, 1, 1), (MOSSES,), "extractive", ("problem", "method"))
    text = summary_markdown(summary)
    assert "**Problem.** — *(the abstract does not say)*" in text
    assert "**Method.** We propose a ruler that is read by light. [1]" in text


def test_above_papers_each_sentence_says_whose_it_is() -> None:
    children = (node(MOSSES, 1, 1), node(FERNS, 2, 1))
    own = said(FERNS, 2, 1, rests_on=((1, 0),))
    both = replace(
        own, text="Both measure.", citations=(*own.citations, *said(MOSSES, 1, 1).citations)
    )
    root = SummaryNode("whole", "", (own, both), children)
    lines = summary_markdown(Summary("plants", root, (MOSSES, FERNS), "x")).splitlines()
    assert lines[0] == "# Plants"
    assert (
        "- Byron et al. 2021: In this work, we count spores in the air of 40 islands. [2]" in lines
    )
    assert "- Both measure. [2][1]" in lines
    assert r"## Ferns \<b\> · Byron et al. 2021" in lines


def test_what_is_not_supported_is_marked() -> None:
    doubtful = said(MOSSES, 1, 1, support="unchecked")
    root = SummaryNode("paper", "Moss", (doubtful,), paper_id=MOSSES.paper_id)
    text = summary_markdown(Summary("", root, (MOSSES,), "x"))
    assert "read by light. [1] *(unchecked)*" in text


def test_nothing_to_say_and_notes_are_said() -> None:
    text = summary_markdown(Summary("ice", None, (), "x", reason="no paper", notes=("one failed",)))
    assert text == "# Ice\n\nno paper\n*Note: one failed*\n"


def test_a_table_has_numbers_blanks_and_quotes() -> None:
    (citation,) = quotable(MOSSES, 1)[1].citations
    rows = [Row(MOSSES, 1, (Cell(citation), Cell(None)))]
    lines = table_markdown(["method", "a|b"], rows).splitlines()
    assert lines[:5] == [
        r"| paper | method | a\|b |",
        "| --- | --- | --- |",
        r"| Byron et al. 2019: Moss \*on\* walls [1]"
        " | We propose a ruler that is read by light. [1] | — |",
        "",
        "—: the abstract does not say.",
    ]
    assert "> We propose a ruler that is read by light. *(abstract, 54–95)*" in lines


def test_who_wrote_it_and_when() -> None:
    alone = Paper("x", "Moss", authors=("Ada Byron",), authors_complete=True, published="1843-09")
    assert byline_year(alone) == "Byron 1843"
    assert byline_year(replace(alone, authors=("Ada Byron", "Sand"))) == "Byron and Sand 1843"
    assert byline_year(Paper("x", "Moss")) == ""


def test_math_is_left_to_be_rendered() -> None:
    assert escaped("a_b of $x_{1}$") == r"a\_b of $x_{1}$"


@given(st.text(st.characters(codec="ascii", categories=("L", "P", "S", "Zs")), max_size=60))
def test_no_text_makes_a_link_an_image_or_html(text: str) -> None:
    plain = text.replace("$", "")
    printed = escaped(plain)
    bare = re.sub(r"\\.", "", printed)  # what is left is what no backslash stands before
    assert not set("[]<>*`_") & set(bare)
    assert re.sub(r"\\(.)", r"\1", printed) == plain
