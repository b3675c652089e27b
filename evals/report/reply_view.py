"""One reply as it is shown: sentences with their markers, cited papers with the quotes in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.score import Reply
from evals.scorers.markers import marker_texts
from rag.spans import answer_spans, segments
from rag.types import Answer, Citation, Paper, Support, TextField

AUTHORS_SHOWN = 4
FOLD_OVER = 1500  # characters without a quote that are folded away beyond this
FOLD_KEEP = 250  # of them, shown beside a quote so that it keeps its surroundings

FIELDS: Mapping[TextField, str] = {
    "abstract": "Abstract",
    "summary": "Summary, a third party's",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer. A marker says where it points: `quotes` are keys on the page; an
    `invented` one points at nothing.
    """

    text: str
    quotes: tuple[str, ...] = ()
    invented: bool = False


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence, how it is supported ("" of text that is no sentence), and what follows it."""

    pieces: tuple[Piece, ...]
    support: Support | str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a paper, with the keys of the quotes that it is part of; `folded` away if long.

    `first` are those of the keys that begin here: an element of a page has its name only once.
    """

    text: str
    quotes: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Loose:
    """A quote that stands in no prose of its paper: a catalogue field, or one not to be found."""

    key: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A cited paper, once, with every quote of it; `prose` by the heading of its field."""

    marker: int
    title: str
    url: str
    byline: str
    loose: tuple[Loose, ...]
    prose: tuple[tuple[str, tuple[Passage, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReplyView:
    """One reply, ready to be shown; `error` where no answer came."""

    error: str
    abstained: bool
    reason: str
    sentences: tuple[SentenceView, ...]
    papers: tuple[CitedPaper, ...]
    found: tuple[str, ...]
    confidence: float | None
    ms: float | None
    removed_markers: int = 0


def reply_view(reply: Reply, key: str) -> ReplyView:
    """What is shown of a reply; `key` begins the names of its quotes, so that they are its own."""
    answer = reply.answer
    if answer is None:
        error = reply.error or "no answer"
        return ReplyView(error, False, "", (), (), (), None, reply.ms)
    cited = {citation.paper_id for citation in answer.citations}
    titles = {paper.paper_id: paper.title or paper.paper_id for paper in answer.papers}
    return ReplyView(
        error="",
        abstained=answer.abstained,
        reason=answer.reason,
        sentences=tuple(_sentences(answer, key)),
        papers=tuple(_papers(answer, key)),
        found=tuple(
            titles.get(hit.paper_id, hit.paper_id)
            for hit in answer.hits
            if hit.paper_id not in cited
        ),
        confidence=answer.confidence,
        ms=reply.ms,
        removed_markers=answer.removed_markers,
    )


def _quote_key(key: str, position: int) -> str:
    return f"{key}q{position}"


# --- the answer's sentences ---------------------------------------------------------------------


def _sentences(answer: Answer, key: str) -> Iterator[SentenceView]:
    """The answer's text, cut into its sentences; as one piece where they do not stand in it."""
    spans = answer_spans(answer)
    if not spans:
        everything = range(len(answer.citations))
        yield SentenceView(tuple(_pieces(answer, answer.answer, everything, key)), "")
        return
    if before := answer.answer[: spans[0][0]]:
        yield SentenceView((Piece(before),), "")
    ends = [*(start for start, _ in spans[1:]), len(answer.answer)]
    for sentence, (start, end), following in zip(answer.sentences, spans, ends, strict=True):
        text = answer.answer[start:end]
        pieces = _pieces(answer, text, sentence.citations, key)
        yield SentenceView(tuple(pieces), sentence.support, answer.answer[end:following])


def _pieces(answer: Answer, text: str, cited: Sequence[int], key: str) -> Iterator[Piece]:
    cursor = 0
    for printed, numbers in marker_texts(text):
        start = text.index(printed, cursor)
        if start > cursor:
            yield Piece(text[cursor:start])
        cursor = start + len(printed)
        quotes = [i for i in cited if answer.citations[i].marker in numbers]
        known = {citation.marker for citation in answer.citations}
        yield Piece(
            printed,
            tuple(_quote_key(key, i) for i in quotes),
            invented=not known.issuperset(numbers),
        )
    if cursor < len(text):
        yield Piece(text[cursor:])


# --- the cited papers ---------------------------------------------------------------------------


def _papers(answer: Answer, key: str) -> Iterator[CitedPaper]:
    known = {paper.paper_id: paper for paper in answer.papers}
    by_paper: dict[str, list[int]] = {}
    for position, citation in enumerate(answer.citations):
        by_paper.setdefault(citation.paper_id, []).append(position)
    for paper_id, positions in by_paper.items():
        yield _paper(answer.citations, positions, known.get(paper_id), key)


def _paper(
    citations: Sequence[Citation], positions: Sequence[int], paper: Paper | None, key: str
) -> CitedPaper:
    first = citations[positions[0]]
    placed = {i for i in positions if paper is not None and _stands(citations[i], paper)}
    prose: list[tuple[str, tuple[Passage, ...]]] = []
    for field, heading in FIELDS.items():
        quotes = [i for i in positions if i in placed and citations[i].field == field]
        if paper is not None and quotes:
            prose.append((heading, tuple(_passages(paper.text(field), citations, quotes, key))))
    return CitedPaper(
        marker=first.marker,
        title=(paper.title if paper else first.title) or first.paper_id,
        url=paper.url if paper else "",
        byline=_byline(paper) if paper else "",
        loose=tuple(
            Loose(_quote_key(key, i), citations[i].field, citations[i].quote)
            for i in positions
            if i not in placed
        ),
        prose=tuple(prose),
    )


def _stands(citation: Citation, paper: Paper) -> bool:
    """Whether the quote is what stands at its place in the paper."""
    for field in FIELDS:
        if citation.field == field and citation.start is not None:
            return paper.text(field)[citation.start : citation.end] == citation.quote
    return False


def _passages(
    text: str, citations: Sequence[Citation], positions: Sequence[int], key: str
) -> Iterator[Passage]:
    spans = [(citations[i].start or 0, citations[i].end or 0, i) for i in positions]
    pieces = list(segments(text, spans))
    named: set[int] = set()
    for place, (piece, covering) in enumerate(pieces):
        if covering:
            first = tuple(_quote_key(key, i) for i in covering if i not in named)
            named.update(covering)
            yield Passage(piece, tuple(_quote_key(key, i) for i in covering), first)
        else:
            yield from _folded(piece, first=place == 0, last=place == len(pieces) - 1)


def _folded(text: str, *, first: bool, last: bool) -> Iterator[Passage]:
    """Text between quotes; if long, its middle (its far end at the borders) is folded away."""
    if len(text) <= FOLD_OVER:
        yield Passage(text)
        return
    left = 0 if first else _word_break(text, FOLD_KEEP)
    right = len(text) if last else _word_break(text, len(text) - FOLD_KEEP)
    for (start, end), folded in zip(
        pairwise((0, left, right, len(text))), (False, True, False), strict=True
    ):
        if start < end:
            yield Passage(text[start:end], folded=folded)


def _word_break(text: str, at: int) -> int:
    """The first position from `at` on that begins a word."""
    space = re.compile(r"\s").search(text, at)
    return space.end() if space else at


def _byline(paper: Paper) -> str:
    names = ", ".join(paper.authors[:AUTHORS_SHOWN])
    if len(paper.authors) > AUTHORS_SHOWN or (names and not paper.authors_complete):
        names += " et al."
    identifier = f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else paper.doi
    parts = (names, str(paper.year or ""), paper.venue_in_short, identifier)
    return " · ".join(part for part in parts if part)
