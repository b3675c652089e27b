"""Shuffled citations are wrong in the paper cited and right in everything else."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from evals.runs.defects import shuffled_citations, with_defect
from rag.errors import ConfigError
from rag.types import Answer, Citation, Paper
from tests.evals.answers import BRIDGE, TALL, TOWER, answer, prose
from tests.evals.test_asking import Scripted

ROAD = Paper("title:roads", "Roads of Sand", abstract="Sand roads shift. They need care.")
PAPERS = {paper.paper_id: paper for paper in (TOWER, BRIDGE, ROAD)}
TWO = replace(
    answer(
        ("The tallest reaches 3.5 m [1].", (0,)),
        ("Rain ends 25% of them [1].", (1,)),
        ("Ice bridges melt [2].", (2,)),
        citations=(
            prose(TOWER, "The tallest reaches 3.5 m."),
            prose(TOWER, "Rain ends 25% of them."),
            prose(BRIDGE, "Ice bridges melt.", 2),
        ),
    ),
    papers=(TOWER, BRIDGE, ROAD),
)


def shuffled(whole: Answer, name: str = "c") -> Answer:
    return with_defect(Scripted({name: whole}), "shuffled-citations").ask("?", question_id=name)


@pytest.mark.parametrize("name", [f"case-{number}" for number in range(12)])
def test_no_citation_keeps_its_paper_and_every_quote_is_exact(name: str) -> None:
    for before, after in zip(TWO.citations, shuffled(TWO, name).citations, strict=True):
        assert after.paper_id != before.paper_id
        paper = PAPERS[after.paper_id]
        assert (after.title, after.marker) == (paper.title, before.marker)
        assert after.quote
        assert paper.abstract[after.start : after.end] == after.quote


def test_citations_of_one_paper_go_to_one_paper() -> None:
    first, second, third = shuffled(TWO).citations
    assert first.paper_id == second.paper_id != third.paper_id


def test_everything_else_stays() -> None:
    assert replace(shuffled(TWO), citations=TWO.citations) == TWO


def test_a_case_is_damaged_alike_every_time_and_others_otherwise() -> None:
    assert shuffled(TWO) == shuffled(TWO)
    assert len({shuffled(TWO, f"case-{number}").citations for number in range(12)}) > 1


def test_a_cited_field_becomes_the_other_papers_field() -> None:
    cited = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "authors", "Ada Salz; Bo Turm")
    (after,) = shuffled(replace(TALL, citations=(cited,), papers=(TOWER, ROAD))).citations
    assert (after.paper_id, after.quote) == (ROAD.paper_id, "")


def test_an_answer_with_a_single_paper_stays() -> None:
    alone = replace(TALL, papers=(TOWER,))
    assert shuffled_citations(alone, Random(0)) == alone


def test_no_defect_is_no_change_and_an_unknown_one_an_error() -> None:
    asker = Scripted({"c": TALL})
    assert with_defect(asker, "") is asker
    with pytest.raises(ConfigError, match="'typos': use one of shuffled-citations"):
        with_defect(asker, "typos")
