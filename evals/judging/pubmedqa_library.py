"""A library of PubMedQA's abstracts, and what it has to say to each question."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evals.labelled import Decided
from rag.errors import SourceError

if TYPE_CHECKING:
    from rag.config import Config
    from rag.library import Library
    from rag.models.weights import Progress

Evidence = Literal["quotes", "abstract"]
"""What a decision rests on: the quotes as in answering, or the abstract that is found first."""

Finder = Callable[[Decided], tuple[tuple[str, ...], int | None]]
"""A question -> the sentences found for it, and the place of its own paper among the papers
found, from 1, None if it is not among them."""


@contextmanager
def abstracts_library(
    config: Config, rows: Sequence[Decided], vectors: Path | None, progress: Progress | None = None
) -> Iterator[Library]:
    """A temporary library of the abstracts, without titles: a question is its paper's title.

    Vectors are kept in `vectors`, if given. Raises SourceError if not each row gave a paper.
    """
    from evals.finding.retrieval import Collection, benchmark_library

    with tempfile.TemporaryDirectory(prefix="askpapers-pubmedqa-") as folder:
        corpus = Path(folder) / "abstracts.jsonl"
        papers = ({"id": row.pmid, "title": "", "abstract": row.abstract} for row in rows)
        corpus.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers), encoding="utf-8")
        collection = Collection(corpus, corpus, corpus, vectors)
        with benchmark_library(config, collection, progress) as library:
            held = {docno for paper in library.papers() for docno in paper.docnos}
            if missing := [row.pmid for row in rows if row.pmid not in held]:
                raise SourceError(
                    "PubMedQA",
                    f"{len(missing)} abstracts became no paper, first {missing[0]}",
                )
            yield library


def evidence_finder(library: Library, config: Config, evidence: Evidence) -> Finder:
    """What finds, in `library`, the evidence for a question, as answering would.

    Raises WeightsError.
    """
    from rag.evidence.quotes import SentenceVectors, choose_quotes, near_best
    from rag.evidence.sentences import sentence_spans
    from rag.finding.retrieve import rank_papers, retrieve
    from rag.models.rerank import CrossEncoder
    from rag.settings import DEFAULTS

    reranker = CrossEncoder.load(config)
    vectors = SentenceVectors(library.embedder)

    def find(row: Decided) -> tuple[tuple[str, ...], int | None]:
        """The sentences to decide by, and the rank from 1 of the question's own abstract."""
        found = retrieve(library, row.question, 2 * DEFAULTS.hits)
        ranked = [score.paper_id for score in rank_papers(found.hits)]
        papers = {paper.paper_id: paper for paper in library.papers(ranked)}
        own = (n for n, name in enumerate(ranked, start=1) if row.pmid in papers[name].docnos)
        rank = next(own, None)
        if evidence == "abstract":
            text = papers[ranked[0]].abstract
            return tuple(text[start:end] for start, end in sentence_spans(text)), rank
        quotes = choose_quotes(found, vectors, reranker, DEFAULTS.quotes)
        return tuple(quote.text for quote in near_best(quotes, DEFAULTS.least_odds)), rank

    return find
