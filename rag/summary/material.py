"""What summaries are written from: a paper's sentences that can be quoted, with their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evidence.hostile import addresses_reader
from rag.evidence.quotes import MIN_WORDS
from rag.evidence.sentences import sentence_spans
from rag.summary.roles import parts_of
from rag.summary.salience import says_what
from rag.summary.types import AnyPart
from rag.types import Citation, Paper, Support, TextField


@dataclass(frozen=True, slots=True)
class Material:
    """A sentence that a node may be written from: a quote of its paper, or a child's sentence.

    `child` and `place` say where it stands; a quote is of no child, its `child` is -1. `support` is
    the verdict on it.
    """

    text: str
    paper: Paper
    citations: tuple[Citation, ...]
    part: AnyPart
    child: int
    place: int
    support: Support = "supported"


def of_part(material: Sequence[Material], part: AnyPart) -> tuple[Material, ...]:
    """The material that tells a part; all of it if that is empty.

    "In this paper we show that …" says what was done together with what was found: where nothing
    else tells the method of a paper, that does.
    """
    own = tuple(item for item in material if not part or item.part == part)
    if own or part != "method":
        return own
    return tuple(item for item in material if item.child < 0 and says_what(item.text))


def quotable(paper: Paper, number: int) -> list[Material]:
    """Every sentence of a paper's abstract with its part; of a third party's summary without one.

    `number` is the printed number of the paper. Sentences that address their reader are no findings
    and left out, so that no summary passes on an order.
    """
    field: TextField = "abstract" if paper.abstract else "summary"
    text = paper.text(field)
    spans = [
        (start, end)
        for start, end in sentence_spans(text)
        if len(text[start:end].split()) >= MIN_WORDS
        and not text[start:end].endswith(":")
        and not addresses_reader(text[start:end])
    ]
    parts = parts_of([text[start:end] for start, end in spans])
    return [
        Material(
            text=text[start:end],
            paper=paper,
            citations=(_citation(paper, number, field, start, end),),
            part=part,
            child=-1,
            place=place,
        )
        for place, ((start, end), part) in enumerate(zip(spans, parts, strict=True))
    ]


def _citation(paper: Paper, number: int, field: TextField, start: int, end: int) -> Citation:
    quote = paper.text(field)[start:end]
    return Citation(number, paper.paper_id, paper.title, paper.arxiv_id, field, quote, start, end)
