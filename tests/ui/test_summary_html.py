"""Summaries and tables as HTML: openable down to the quotes, and nothing of a paper's is markup."""

from __future__ import annotations

from dataclasses import replace

from rag.summary.compare_table import Cell, Row
from rag.summary.types import Summary, SummaryNode, SummarySentence
from rag.types import Citation, Paper
from tests.rag.summary_parts import FERN, MOSS, paper
from ui.app.compare_html import table_html
from ui.app.saving import file_name, save_button
from ui.app.summary_choice import chosen_html
from ui.app.summary_html import growing_html, grown, in_place, summary_html

HOSTILE = "<img src=x onerror=alert(1)>"
GROWS = "We find that mosses grow 3 mm a year in the shade."


def cited(of: Paper, quote: str, marker: int = 1) -> Citation:
    start = of.abstract.index(quote)
    return Citation(marker, of.paper_id, of.title, "", "abstract", quote, start, start + len(quote))


def told(of: Paper, quote: str) -> SummaryNode:
    sentence = SummarySentence(quote, (cited(of, quote),), "supported")
    return SummaryNode("paper", of.title, (sentence,), paper_id=of.paper_id)


def test_a_sentence_that_was_only_handed_up_opens_its_quote_at_once() -> None:
    moss = paper("Moss", MOSS)
    leaf = told(moss, GROWS)
    up = replace(leaf.sentences[0], rests_on=((0, 0),))
    root = SummaryNode("whole", "", (up,), (leaf,))
    shown = summary_html(Summary("moss", root, (moss,), "extractive"))
    whole = shown.partition('<div class="below">')[0]
    assert f"<mark>{GROWS}</mark>" in whole
    assert whole.count(GROWS) == 2  # said once, and quoted once


def test_a_sentence_of_its_own_words_opens_those_it_was_written_from() -> None:
    moss = paper("Moss", MOSS)
    leaf = told(moss, GROWS)
    own = SummarySentence(
        "Mosses grow slowly.", leaf.sentences[0].citations, "unchecked", "by nobody", "", ((0, 0),)
    )
    root = SummaryNode("whole", "", (own,), (leaf,))
    shown = summary_html(Summary("moss", root, (moss,), "local"))
    whole = shown.partition('<div class="below">')[0]
    assert whole.index("Mosses grow slowly.") < whole.index(f"<summary>{GROWS}")
    assert 'title="by nobody">unchecked<' in whole


def test_a_quote_stands_within_its_surroundings() -> None:
    moss = paper("Moss", MOSS)
    assert in_place(cited(moss, "We propose a ruler"), moss).startswith("Mosses are hard to")


def test_what_papers_say_is_no_markup() -> None:
    bad = paper(HOSTILE, f"We find {HOSTILE} in the shade.")
    quote = bad.abstract
    root = SummaryNode("whole", HOSTILE, told(bad, quote).sentences, (told(bad, quote),))
    summary = Summary(HOSTILE, root, (bad,), HOSTILE, notes=(HOSTILE,))
    row = Row(bad, 1, (Cell(cited(bad, quote)), Cell(None)))
    for shown in (
        summary_html(summary),
        growing_html((root,), 1, 2, HOSTILE),
        table_html((HOSTILE, "b"), (row,), 1),
        chosen_html((bad,)),
        save_button(f"{HOSTILE}.md", HOSTILE, "Save"),
    ):
        assert "<img" not in shown


def test_a_node_takes_up_those_it_was_written_from() -> None:
    one, other = told(paper("Moss", MOSS), GROWS), told(paper("Fern", FERN), FERN)
    whole = SummaryNode("whole", "", (), (one,))
    assert grown(grown(grown((), one), other), whole) == (other, whole)


def test_a_cell_without_an_answer_is_an_honest_blank() -> None:
    moss = paper("Moss", MOSS)
    shown = table_html(("dataset",), (Row(moss, 1, (Cell(None),)),), 1)
    assert 'aria-label="the abstract does not say"' in shown


def test_a_file_s_name_is_made_of_plain_characters() -> None:
    assert file_name("Über ../etc: What?.md") == "über-..-etc-what.md"
    assert file_name("?.bib") == "askpapers.bib"
