"""Questions to the sample library that the reader is taught, in the words answering reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evals.cases import QUESTIONS, Case, load_cases
from evals.evidence.confidence_cases import (
    SAMPLE,
    Asked,
    ask_its_papers,
    asked_of,
    is_held_back,
    nearest,
)
from evals.evidence.several_cases import ask_sides
from rag.evidence.nearness import fitted_nearness
from rag.evidence.quotes import SentenceVectors
from rag.finding.retrieve import retrieve
from rag.question.understand import understand
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from rag.library import Library
    from rag.models.weights import Progress

TYPED_CASES = QUESTIONS.with_name("sample_typed_cases.jsonl")
SEVERAL_CASES = QUESTIONS.with_name("sample_several_cases.jsonl")
TAUGHT = "sample library, taught"
TAUGHT_SIDES = "sample library, taught, sides"
TAUGHT_EACH = "sample library, taught, each paper"
"""What the sets are called: dev and test cases are in none of them."""


def is_kept_back(one: Asked) -> bool:
    """Whether nothing is learned from it, so that it tells what learning came to: dev cases, and
    papers held back, but for what is taught of the sample library.
    """
    if one.library in (TAUGHT, TAUGHT_SIDES, TAUGHT_EACH):
        return False
    return one.library == SAMPLE or is_held_back(one.paper)


def groups() -> list[Case]:
    """Those put to several papers."""
    return [case for case in load_cases(SEVERAL_CASES) if case.split == "dev"]


def taught_cases() -> list[Case]:
    """All of them, to one paper and to several."""
    return [*_singles(), *groups()]


def _singles() -> list[Case]:
    return [case for case in load_cases(TYPED_CASES) if case.split == "dev"]


def ask_taught(library: Library, progress: Progress | None = None) -> list[Asked]:
    """What answering reads for those about one paper, and for the sides of those about several.

    Where no answer is among that, its own papers are asked (see `ask_its_papers`).
    """
    several = groups()
    single = [*_singles(), *(case for case in several if case.kind == "fact")]
    return ask_understood(library, single, TAUGHT, progress) + ask_sides(
        library, several, TAUGHT_SIDES, progress
    )


def ask_understood(
    library: Library, cases: Sequence[Case], name: str, progress: Progress | None = None
) -> list[Asked]:
    """What is read for each of `cases` about one paper, its filters understood as in answering;
    of its own paper, where that does not hold the answer.
    """
    sentences = SentenceVectors(library.embedder)
    papers = {paper.paper_id: paper for paper in library.papers()}
    titles = {paper.title: paper.paper_id for paper in papers.values()}
    weigh = fitted_nearness().own
    found = []
    for done, case in enumerate(cases):
        if progress:
            progress(f"asking {name}", done, len(cases))
        wanted = frozenset(titles.get(paper, paper) for paper in case.papers)
        query = understand(library, case.question)
        scope = library.scope(query.within)
        hits = retrieve(library, query.search, DEFAULTS.hits, scope=scope)
        hits = replace(hits, query=query.read, vector=library.queries.of(query.read))
        one = asked_of(case, name, hits, sentences, papers, wanted)
        if case.answerable and not nearest(one, weigh).says.any():
            (one,) = ask_its_papers(library, [one])
        found.append(one)
    return found
