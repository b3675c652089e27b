"""Questions to several papers as they are read: of each paper what it says by itself.

Such a question is put to papers one by one (`rag/evidence/each_paper.py`), so its reader has to
know a part of an answer for one, and a paper that tells none of it. Where it names them, or asks
them different things, each is read by itself, as what is left of the question: "which other models
are (1) Codex (2) put against" (`rag/evidence/each_side.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evals.evidence.confidence_cases import Asked, asked_of
from rag.evidence.quotes import SentenceVectors
from rag.finding.filters import Filter
from rag.finding.retrieve import retrieve
from rag.question.understand import understand
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from evals.cases import Case
    from rag.library import Library
    from rag.models.weights import Progress
    from rag.question.understand import Query


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
            asked += [(_unanswered(case), paper_id) for paper_id in others[:1]]
        for one, paper_id in asked:
            scope = library.scope(Filter(paper_ids=(paper_id,)))
            hits = retrieve(library, case.question, DEFAULTS.hits, scope=scope)
            found.append(asked_of(one, name, hits, sentences, papers, wanted))
    return found


def ask_sides(
    library: Library, cases: Sequence[Case], name: str, progress: Progress | None = None
) -> list[Asked]:
    """What its one paper says to each side and part of the `cases` that names one, in the words
    in which answering reads it.
    """
    sentences = SentenceVectors(library.embedder)
    papers = {paper.paper_id: paper for paper in library.papers()}
    titles = {paper.title: paper.paper_id for paper in papers.values()}
    found = []
    for done, case in enumerate(cases):
        if progress:
            progress(f"asking the sides of the {name}", done, len(cases))
        wanted = [titles.get(paper, paper) for paper in case.papers]
        for side in sides_of(understand(library, case.question)):
            (paper_id,) = side.within.paper_ids
            if paper_id not in wanted:  # of which nobody has said whether it tells it
                continue
            one = _of_paper(case, wanted.index(paper_id))
            hits = retrieve(library, side.search, DEFAULTS.hits, scope=library.scope(side.within))
            asked = replace(hits, query=side.read, vector=library.queries.of(side.read))
            own = frozenset({paper_id})
            found.append(asked_of(one, name, asked, sentences, papers, own))
    return found


def sides_of(query: Query) -> list[Query]:
    """The sides of a query and of its parts, or those parts themselves, that name one paper; each
    that reads otherwise once.
    """
    parts = [side for part in query.parts for side in (part.sides or (part,))]
    named = [side for side in parts or query.sides if len(side.within.paper_ids) == 1]
    return list({(side.read, side.within.paper_ids): side for side in named}.values())


def _unanswered(case: Case) -> Case:
    return replace(case, kind="unanswerable", unanswerable="not_in_abstract")


def _of_paper(case: Case, place: int) -> Case:
    """What `case` asks of its paper at `place`."""
    if not case.answerable:
        return case
    return replace(case, kind="fact", papers=(case.papers[place],), facts=(case.facts[place],))
