"""What answering reads for a case before it decides to abstain: sentences, and their states."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from evals.cases import Case
from evals.labelled.rows import json_rows
from evals.probe_fit import Read
from evals.scorers.wording import any_said
from rag.errors import SourceError
from rag.evidence.quotes import RERANKED, SentenceVectors, choose_quotes
from rag.finding.retrieve import retrieve
from rag.settings import DEFAULTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.config import Config
    from rag.library import Library
    from rag.models.rerank import CrossEncoder
    from rag.models.weights import Progress

ARXIV_PAPERS = Path("arxiv_daily") / "papers.jsonl.gz"
SCIFACT = Path("scifact")
ARXIV_CASES = Path(__file__).with_name("arxiv_cases.jsonl")
DISTRACTORS = 2000  # papers beside those of the cases, so that most of what is found is not meant


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read for one question; `paper` is what it is about, or else the question's own id:
    questions of one paper are never parted by folds. `asked_for` is the kind of the case.
    """

    case_id: str
    question: str
    library: str
    paper: str
    asked_for: str
    read: Read
    sentences: tuple[str, ...]


class _Recorder:
    """The reranker, remembering what it read last."""

    def __init__(self, real: CrossEncoder) -> None:
        self._real = real
        self.passages: Sequence[str] = ()
        self.states: list[NDArray[np.float32]] = []

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        return self._real.score(question, passages)

    def answering(self, question: str, passages: Sequence[str]) -> list[float]:
        self.passages, self.states = passages, self._real.states(question, passages)
        return [0.0] * len(passages)  # the first pass alone decides what is read


def observe(
    library: Library,
    reranker: CrossEncoder,
    cases: Sequence[Case],
    name: str,
    progress: Progress | None = None,
) -> list[Observed]:
    """What is read for each of `cases` that stands by itself and asks for no list of papers."""
    sentences, recorder = SentenceVectors(library.embedder), _Recorder(reranker)
    asked = [case for case in cases if not case.history and case.kind != "catalogue"]
    found = []
    for done, case in enumerate(asked):
        if progress:
            progress(f"reading for cases of the {name}", done, len(asked))
        hits = retrieve(library, case.question, DEFAULTS.hits)
        choose_quotes(hits, sentences, recorder, RERANKED)
        found.append(
            Observed(
                case_id=case.id,
                question=case.question,
                library=name,
                paper=case.papers[0] if case.papers else case.id,
                asked_for=case.unanswerable or case.kind,
                read=_read(case, recorder),
                sentences=tuple(recorder.passages),
            )
        )
    return found


def _read(case: Case, recorder: _Recorder) -> Read:
    wordings = tuple(wording for fact in case.facts for wording in fact)
    says = [case.answerable and any_said(wordings, passage) for passage in recorder.passages]
    states = np.stack(recorder.states) if recorder.states else np.zeros((0, 0), np.float32)
    return Read(states, np.array(says, dtype=np.bool_), case.answerable)


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
    from evals.retrieval import Collection, benchmark_library

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
    from evals.retrieval import Collection, benchmark_library

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
        raise SourceError(str(path), f"cannot be read as papers ({error})") from error
    if absent := sorted(wanted - set(lines)):
        raise SourceError(str(path), f"lacks {len(absent)} papers of the cases, first {absent[0]}")
    others = sorted(set(lines) - wanted)
    drawn = random.Random(0).sample(others, min(DISTRACTORS, len(others)))
    return [lines[name] for name in sorted((*wanted, *drawn))]
