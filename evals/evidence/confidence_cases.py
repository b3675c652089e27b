"""What answering reads for a case before it decides to abstain: sentences, and their states."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.cases import QUESTIONS, Case, load_cases
from evals.evidence.probe_fit import Read
from evals.labelled.rows import json_rows
from evals.scorers.wording import any_said
from rag.errors import SourceError
from rag.evidence.passages import passage_of
from rag.evidence.quotes import RERANKED, SentenceVectors, candidates_of, nearest_sentences
from rag.finding.filters import Filter
from rag.finding.retrieve import Retrieval, retrieve
from rag.settings import DEFAULTS
from rag.types import Paper, Quote

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.evidence.nearness import Candidates, Nearness
    from rag.library import Library
    from rag.models.rerank import CrossEncoder
    from rag.models.weights import Progress

ARXIV_PAPERS = Path("arxiv_daily") / "papers.jsonl.gz"
SCIFACT = Path("scifact")
ARXIV_CASES = QUESTIONS.with_name("arxiv_cases.jsonl")
NINE_CASES = QUESTIONS.with_name("arxiv_nine_cases.jsonl")
TYPED_CASES = QUESTIONS.with_name("arxiv_typed_cases.jsonl")
SEVERAL_CASES = QUESTIONS.with_name("arxiv_several_cases.jsonl")
SAMPLE = "sample library"
ARXIV, NINE = "arXiv library", "arXiv library, nine a paper"
TYPED = "arXiv library, as people type"
SEVERAL = "arXiv library, groups of papers"
SIDES = "arXiv library, sides of questions to groups"
"""What the sets of cases are called; all but the first are asked of one library."""
DISTRACTORS = 2000  # papers beside those of the cases, so that most of what is found is not meant


def paper_of(case: Case) -> str:
    """What it is about, or else the case's own id: questions of one paper are never parted."""
    return case.papers[0] if case.papers else case.id


def is_held_back(paper: str) -> bool:
    """Whether questions about `paper` (an id) are kept from tuning: one paper of five, by a hash,
    so that it stays the same when others join.
    """
    return blake2b(paper.encode(), digest_size=8).digest()[0] % 5 == 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found for one case: every sentence of it that could be quoted, and which of them
    `says` (n,) what is asked, out of `papers` by id, of which the case may cite those in `wanted`.
    """

    case: Case
    library: str
    candidates: Candidates
    says: NDArray[np.bool_]
    papers: Mapping[str, Paper]
    wanted: frozenset[str]

    @property
    def paper(self) -> str:
        """See `paper_of`."""
        return paper_of(self.case)


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read for one case: its `quotes` in the order of `read`, out of `papers` by id, of
    which the case may cite those in `wanted`.
    """

    case: Case
    library: str
    read: Read
    quotes: tuple[Quote, ...] = ()
    papers: Mapping[str, Paper] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()

    @property
    def paper(self) -> str:
        """See `paper_of`."""
        return paper_of(self.case)

    @property
    def asked_for(self) -> str:
        """The kind of the case."""
        return self.case.unanswerable or self.case.kind


def ask(
    library: Library, cases: Sequence[Case], name: str, progress: Progress | None = None
) -> list[Asked]:
    """What is found for each of `cases` that stands by itself and asks for no list of papers."""
    sentences = SentenceVectors(library.embedder)
    papers = {paper.paper_id: paper for paper in library.papers()}
    titles = {paper.title: paper.paper_id for paper in papers.values()}
    asked = [case for case in cases if not case.history and case.kind != "catalogue"]
    found = []
    for done, case in enumerate(asked):
        if progress:
            progress(f"finding for cases of the {name}", done, len(asked))
        wanted = frozenset(titles.get(paper, paper) for paper in case.papers)
        hits = retrieve(library, case.question, DEFAULTS.hits)
        found.append(asked_of(case, name, hits, sentences, papers, wanted))
    return found


def ask_its_papers(
    library: Library, asked: Sequence[Asked], progress: Progress | None = None
) -> list[Asked]:
    """What the papers that each case of `asked` is about say to it, whatever else comes nearer.

    Of a question whose answer is not found a reader learns nothing; of its own papers it learns
    what answers even those that are asked in quite other words.
    """
    sentences = SentenceVectors(library.embedder)
    found = []
    for done, one in enumerate(asked):
        if progress:
            progress(f"asking papers of the {one.library}", done, len(asked))
        scope = library.scope(Filter(paper_ids=tuple(sorted(one.wanted))))
        hits = retrieve(library, one.case.question, DEFAULTS.hits, scope=scope)
        papers = {paper.paper_id: paper for paper in library.papers(one.wanted)}
        found.append(asked_of(one.case, one.library, hits, sentences, papers, one.wanted))
    return found


def asked_of(
    case: Case,
    name: str,
    found: Retrieval,
    sentences: SentenceVectors,
    papers: Mapping[str, Paper],
    wanted: frozenset[str],
) -> Asked:
    """What was `found` for a case of the set of this `name`, out of `papers` by id; an answer is a
    sentence of the papers in `wanted` that holds a wording of a fact.
    """
    candidates = candidates_of(found, sentences)
    wordings = tuple(wording for fact in case.facts for wording in fact)
    says = [
        case.answerable and quote.paper_id in wanted and any_said(wordings, quote.text)
        for quote, _ in candidates.sentences
    ]
    near = {quote.paper_id for quote, _ in candidates.sentences}
    return Asked(
        case=case,
        library=name,
        candidates=candidates,
        says=np.array(says, dtype=np.bool_),
        papers={paper: papers[paper] for paper in near},
        wanted=wanted,
    )


def read(
    asked: Sequence[Asked],
    nearness: Sequence[Nearness],
    reranker: CrossEncoder,
    progress: Progress | None = None,
) -> list[Observed]:
    """What is read for each of `asked`, chosen by the `nearness` in its place."""
    found = []
    for done, (one, weigh) in enumerate(zip(asked, nearness, strict=True)):
        if progress:
            progress(f"reading for cases of the {one.library}", done, len(asked))
        near = nearest(one, weigh)
        states = reranker.states(near.asked, near.passages)
        found.append(observed(one, near, states))
    return found


@dataclass(frozen=True, slots=True)
class Nearest:
    """The sentences that are read for a case, nearest first: what is `asked`, the `quotes`, the
    `passages` that the cross-encoder reads beside it, the `hits` (n,) they were found by, and
    whether each `says` what is asked.
    """

    asked: str
    quotes: tuple[Quote, ...]
    passages: tuple[str, ...]
    hits: NDArray[np.float64]
    says: NDArray[np.bool_]


def nearest(one: Asked, weigh: Nearness) -> Nearest:
    """What answering would read of all that was found for `one`, chosen by `weigh`; of a single
    paper it reads two more (`rag.evidence.quotes.OF_ONE`).
    """
    near = nearest_sentences(one.candidates, weigh, RERANKED)
    asked = one.candidates.asked
    sentences = zip(one.candidates.sentences, one.says, strict=True)
    says = {(quote.paper_id, quote.field, quote.start): said for (quote, _), said in sentences}
    return Nearest(
        asked=asked,
        quotes=tuple(quote for quote, _ in near),
        passages=tuple(passage_of(asked, quote, hit.chunk) for quote, hit in near),
        hits=np.array([hit.score for _, hit in near]),
        says=np.array([says[q.paper_id, q.field, q.start] for q, _ in near], dtype=np.bool_),
    )


def observed(one: Asked, near: Nearest, states: Sequence[NDArray[np.float32]]) -> Observed:
    """What was read for `one`: of each sentence the `states` that the probes read."""
    stacked = np.stack(states) if len(states) else np.zeros((0, 0), np.float32)
    return Observed(
        case=one.case,
        library=one.library,
        read=Read(stacked, near.says, near.hits, one.case.answerable),
        quotes=near.quotes,
        papers=one.papers,
        wanted=one.wanted,
    )


def arxiv_cases() -> dict[str, list[Case]]:
    """The dev cases over one arXiv abstract each, by what their set is called."""
    return _sets({ARXIV: ARXIV_CASES, NINE: NINE_CASES, TYPED: TYPED_CASES})


def with_groups() -> dict[str, list[Case]]:
    """These and the cases over groups of abstracts, whose answers are parts: to what reads whole
    answers those are none.
    """
    return arxiv_cases() | _sets({SEVERAL: SEVERAL_CASES})


def _sets(files: Mapping[str, Path]) -> dict[str, list[Case]]:
    return {
        name: [case for case in load_cases(path) if case.split == "dev"]
        for name, path in files.items()
    }


@contextmanager
def arxiv_library(
    config: Config,
    data: Path,
    cases: Sequence[Case],
    vectors: Path | None,
    progress: Progress | None = None,
) -> Iterator[Library]:
    """A temporary library of the papers of `cases` and of `DISTRACTORS` others, drawn by a seed.

    `data` holds `ARXIV_PAPERS`; vectors are kept in `vectors`, if given. Raises SourceError.
    """
    from evals.finding.retrieval import Collection, benchmark_library

    wanted = {name.removeprefix("arxiv:") for case in cases for name in case.papers}
    with tempfile.TemporaryDirectory(prefix="askpapers-arxiv-") as folder:
        corpus = Path(folder) / "papers.jsonl"
        lines = _chosen_lines(data / ARXIV_PAPERS, wanted)
        corpus.write_text("".join(lines), encoding="utf-8")
        with benchmark_library(config, Collection(corpus, corpus, corpus, vectors), progress) as it:
            yield it


@contextmanager
def scifact_library(
    config: Config, data: Path, vectors: Path | None, progress: Progress | None = None
) -> Iterator[Library]:
    """A temporary library of SciFact's abstracts; vectors are kept in `vectors`, if given."""
    from evals.finding.retrieval import Collection, benchmark_library

    corpus = data / SCIFACT / "corpus.jsonl.gz"
    with benchmark_library(config, Collection(corpus, corpus, corpus, vectors), progress) as it:
        yield it


def scifact_claims(data: Path) -> list[Case]:
    """SciFact's validation claims as questions: those without evidence cannot be answered.

    Raises SourceError.
    """
    rows = json_rows(data / SCIFACT / "claims.jsonl", "id", "claim", "split", "evidence")
    return [
        Case(
            id=f"scifact-{row['id']}",
            question=row["claim"],
            kind="fact" if row["evidence"] else "unanswerable",
            unanswerable="" if row["evidence"] else "not_in_abstract",
        )
        for _, row in rows
        if row["split"] == "validation"
    ]


def _chosen_lines(path: Path, wanted: set[str]) -> list[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = {str(json.loads(line)["id"]): line for line in file}
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(
            str(path),
            f"cannot be read as papers ({error}); give --data the folder of {ARXIV_PAPERS.parent}/",
        ) from error
    if absent := sorted(wanted - set(lines)):
        raise SourceError(str(path), f"lacks {len(absent)} papers of the cases, first {absent[0]}")
    others = sorted(set(lines) - wanted)
    drawn = random.Random(0).sample(others, min(DISTRACTORS, len(others)))
    return [lines[name] for name in sorted((*wanted, *drawn))]
