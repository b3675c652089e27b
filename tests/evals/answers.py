"""Hand-made papers and answers for the tests of the evals."""

from __future__ import annotations

from evals.cases import Case, Kind, Split, Unanswerable
from rag.types import Answer, Citation, Paper, Sentence

TOWER = Paper(
    paper_id="arxiv:1111.00001",
    title="Towers of Salt",
    abstract="We build towers of salt. The tallest reaches 3.5 m. Rain ends 25% of them.",
    authors=("Ada Salz", "Bo Turm"),
    published="2021-12-17",
    arxiv_id="1111.00001",
)
BRIDGE = Paper("title:bridges", "Bridges of Ice", abstract="Ice bridges melt.", summary="Cold.")
PAPERS = {paper.paper_id: paper for paper in (TOWER, BRIDGE)}


def case(
    *facts: tuple[str, ...],
    kind: Kind = "fact",
    unanswerable: Unanswerable = "",
    papers: tuple[str, ...] = ("arxiv:1111.00001",),
    case_id: str = "c",
    split: Split = "dev",
) -> Case:
    return Case(case_id, "How tall is it?", kind, unanswerable, papers, facts, split)


def silent(case_id: str = "u", split: Split = "dev") -> Case:
    return case(
        kind="unanswerable", unanswerable="other_topic", papers=(), case_id=case_id, split=split
    )


def prose(paper: Paper, quote: str, marker: int = 1) -> Citation:
    start = paper.abstract.index(quote)
    end = start + len(quote)
    return Citation(
        marker, paper.paper_id, paper.title, paper.arxiv_id, "abstract", quote, start, end
    )


def answer(
    *sentences: tuple[str, tuple[int, ...]],
    citations: tuple[Citation, ...] = (),
    abstained: bool = False,
    timings_ms: dict[str, float] | None = None,
) -> Answer:
    return Answer(
        id="a",
        question="How tall is it?",
        answer=" ".join(text for text, _ in sentences),
        abstained=abstained,
        reason="nothing on that" if abstained else "",
        confidence=0.5,
        sentences=tuple(Sentence(text, cited, "supported") for text, cited in sentences),
        citations=citations,
        hits=(),
        backend="hand",
        timings_ms=timings_ms or {},
        papers=(TOWER, BRIDGE),
    )


ABSTAINED = answer(abstained=True)
TALL = answer(
    ("The tallest reaches 3.5 m. [1]", (0,)),
    citations=(prose(TOWER, "The tallest reaches 3.5 m."),),
)
