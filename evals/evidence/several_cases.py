"""Questions to several papers as they are read: of each paper what it says by itself.

Such a question is put to papers one by one (`rag/evidence/each_side.py`), so its reader has to know
a part of an answer for one, and a paper that tells none of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evals.evidence.confidence_cases import Asked, asked_of
from rag.evidence.quotes import SentenceVectors
from rag.finding.filters import Filter
from rag.finding.retrieve import retrieve
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from evals.cases import Case
    from rag.library import Library
    from rag.models.weights import Progress

BESIDE = "several"
"""Tags the cases, those about one paper alone among them, that were written over groups of papers.
"""


def ask_each(
    library: Library, cases: Sequence[Case], name: str, progress: Progress | None = None
) -> list[Asked]:
    """What each paper of each answerable case says to it by itself, and what the nearest other
    says, which is no answer.
    """
    sentences = SentenceVectors(library.embedder)
    papers = {paper.paper_id: paper for paper in library.papers()}
    titles = {paper.title: paper.paper_id for paper in papers.values()}
    answerable = [case for case in cases if case.answerable]
    found = []
    for done, case in enumerate(answerable):
        if progress:
            progress(f"asking each paper of the {name}", done, len(answerable))
        wanted = frozenset(titles.get(paper, paper) for paper in case.papers)
        near = retrieve(library, case.question, DEFAULTS.hits).hits
        others = [hit.chunk.paper_id for hit in near if hit.chunk.paper_id not in wanted]
        silent = replace(case, kind="unanswerable", unanswerable="not_in_abstract")
        asked = [(case, paper_id) for paper_id in sorted(wanted)]
        asked += [(silent, paper_id) for paper_id in others[:1]]
        for one, paper_id in asked:
            scope = library.scope(Filter(paper_ids=(paper_id,)))
            hits = retrieve(library, case.question, DEFAULTS.hits, scope=scope)
            own = wanted if one.answerable else frozenset[str]()
            found.append(asked_of(one, name, hits, sentences, papers, own))
    return found


def of_groups(cases: Collection[Case]) -> list[Case]:
    """Those of `cases` that were written over groups of papers."""
    return [case for case in cases if BESIDE in case.tags]
