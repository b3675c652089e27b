"""Questions to several papers as they are read: of each paper what it says by itself.

Such a question is put to papers one by one (`rag/evidence/each_paper.py`), so its reader has to
know a part of an answer for one, and a paper that tells none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def ask_each(
    library: Library, cases: Sequence[Case], name: str, progress: Progress | None = None
) -> list[Asked]:
    """What each paper of each case says to it by itself, and, of those that have an answer, what
    the nearest other paper says, which is none.
    """
    sentences = SentenceVectors(library.embedder)
    papers = {paper.paper_id: paper for paper in library.papers()}
    titles = {paper.title: paper.paper_id for paper in papers.values()}
    found = []
    for done, case in enumerate(cases):
        if progress:
            progress(f"asking each paper of the {name}", done, len(cases))
        wanted = frozenset(titles.get(paper, paper) for paper in case.papers)
        asked = [(case, paper_id) for paper_id in sorted(wanted)]
        if case.answerable:
            near = retrieve(library, case.question, DEFAULTS.hits).hits
            others = [hit.chunk.paper_id for hit in near if hit.chunk.paper_id not in wanted]
            silent = replace(case, kind="unanswerable", unanswerable="not_in_abstract")
            asked += [(silent, paper_id) for paper_id in others[:1]]
        for one, paper_id in asked:
            scope = library.scope(Filter(paper_ids=(paper_id,)))
            hits = retrieve(library, case.question, DEFAULTS.hits, scope=scope)
            found.append(asked_of(one, name, hits, sentences, papers, wanted))
    return found
