"""Ways of choosing quotes: what each ranks first, and what the report counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from evals.cases import Case
from evals.evidence.quotes import (
    SHIPPED,
    WAYS,
    Material,
    QuotesReport,
    gather,
    quotes_table,
    ranked,
    report_on,
)
from rag.config import Config
from rag.library import Library
from rag.models.answering import Reading
from rag.models.embed import Embedder
from rag.types import Paper, Quote

TEXTS = ("Pears are grown here.", "The orchard gave 40 crates.", "It rained in May.")
CASE = Case(
    id="crates",
    question="How many crates?",
    papers=("p",),
    facts=(("40",),),
)


def material(case: Case = CASE, says: tuple[float, ...] = (-4.0, 4.0, -4.0)) -> Material:
    """Three sentences of a paper each, the first pass against the one that answers."""
    quotes = tuple(
        Quote(name, "abstract", 0, len(text), text, score)
        for name, text, score in zip(("q", "p", "r"), TEXTS, (9.0, 7.0, 5.0), strict=True)
    )
    read: dict[tuple[int, str], tuple[tuple[float, ...], float]] = {
        (way.reads, way.by): (says[: way.reads], 2.0 * way.reads) for way in WAYS.values()
    }
    return Material(
        case, frozenset({"p"}), quotes, (0.5, 0.5, 0.5), read, {n: Paper(n, "") for n in "pqr"}
    )


def report() -> QuotesReport:
    return report_on("toy", [material(), material(replace(CASE, facts=(("no such thing",),)))])


def test_what_was_read_for_the_answer_decides_and_the_rest_comes_after_it() -> None:
    assert [quote.paper_id for quote in ranked(material(), WAYS[SHIPPED])] == ["p", "q", "r"]
    assert [q.paper_id for q in ranked(material(), WAYS["first pass alone"])] == ["q", "p", "r"]


def test_a_way_in_which_the_first_pass_counts_more_hears_it() -> None:
    close = material(says=(0.0, 0.4, 0.0))
    assert ranked(close, WAYS[SHIPPED])[0].paper_id == "p"
    assert ranked(close, WAYS["first pass counts too"])[0].paper_id == "q"


def test_the_better_found_of_two_papers_goes_first_unless_hits_do_not_count() -> None:
    found = replace(material(says=(0.0, 0.4, 0.0)), hits=(1.0, 0.1, 0.1))
    assert ranked(found, WAYS[SHIPPED])[0].paper_id == "q"
    assert ranked(found, WAYS["hit does not count"])[0].paper_id == "p"


def test_the_report_counts_what_the_best_say_what_is_shown_and_what_it_costs() -> None:
    ways = {way.name: way for way in report().ways}
    shipped, first = ways[SHIPPED], ways["first pass alone"]
    assert [held.count for held in shipped.holds] == [1, 1, 1, 1]
    assert [held.count for held in first.holds] == [0, 1, 1, 1]
    assert (shipped.shown.count, shipped.beside.count, shipped.shown.n) == (1, 0, 2)
    assert first.beside.count == 2  # the first pass shows the paper that was not asked about
    assert shipped.words == 5.0
    assert (first.ms, shipped.ms) == (0.0, 12.0)


def test_the_table_has_a_row_for_every_way_the_shipped_first() -> None:
    table = quotes_table(report())
    assert [*table.columns[0].cells] == [*WAYS]
    assert next(iter(WAYS)) == SHIPPED


class OrchardReranker:
    """Finds what tells of the orchard, and counts what it was given."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        self.given.append(len(passages))
        return [2.0 if "WebGPT" in passage else -2.0 for passage in passages]

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        return [Reading(logit, logit) for logit in self.score(question, passages)]


def test_cases_are_read_once_for_all_ways_and_only_those_that_can_be_answered(
    sample_config: Config, embedder: Embedder
) -> None:
    reranker = OrchardReranker()
    asked = Case(
        id="a", question="How often is WebGPT preferred?", papers=("p",), facts=(("56%",),)
    )
    cases = [asked, replace(asked, id="t", split="test"), replace(asked, id="h", history=("Hm?",))]
    with Library.open(sample_config, embedder) as library:
        (only,) = gather(library, reranker, cases)
    assert only.case is asked
    assert sorted(reranker.given) == [0, 4, 6, 6, 6, 8, 12, 12]
    assert len(only.quotes) == 12
    assert all(len(only.read[way.reads, way.by][0]) == way.reads for way in WAYS.values())


@pytest.mark.parametrize("name", [*WAYS])
def test_every_way_ranks_every_sentence(name: str) -> None:
    assert len(ranked(material(), WAYS[name])) == len(TEXTS)
