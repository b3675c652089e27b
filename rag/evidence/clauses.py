"""A sentence longer than an answer may be: the clause of it that answers, marked as shortened.

Abstracts list what they found in one sentence of a hundred words, "(a) …; (b) …; (c) …", of which
a question asks one. Shorter sentences are quoted whole: what follows a main clause is often what
was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.evidence.passages import passage_of
from rag.models.rerank import Reranker
from rag.support.negation import negated_stems
from rag.types import Chunk, Quote

MOST_WORDS = 78
"""Of a quote that stands whole: with its marker it is as long as an answer to one fact may be."""

_FEWEST_WORDS = 6  # of a clause that says something by itself
_LABEL = r"\(?(?:[a-z]|\d|i+)\)\s+"
_BOUNDARY = re.compile(rf";\s+(?:and\s+|but\s+)?(?:{_LABEL})?|:\s+{_LABEL}")
_BRACKET = re.compile(r"[()\[\]]")
# How much less sure a reader may be of the clause than of all of it, in log-odds.
_LESS_SURE = 1.0


def is_too_long(quote: Quote) -> bool:
    """Whether an answer to one fact has no room for all of it."""
    return len(quote.text.split()) > MOST_WORDS


def clause_that_answers(
    asked: str, quote: Quote, chunk: Chunk, reranker: Reranker, *, parts: bool = False
) -> Quote:
    """That clause of `quote`, a sentence of `chunk`, which answers best; all of it where a reader
    is much less sure of that clause than of all, or there is none.
    """
    clauses = clauses_of(quote)
    if not clauses:
        return quote
    passages = [passage_of(asked, clause, chunk) for clause in clauses]
    readings = reranker.answering(asked, passages, parts=parts)
    best, reading = max(
        zip(clauses, readings, strict=True), key=lambda pair: (pair[1].ranks, -pair[0].start)
    )
    if reading.says < quote.says - _LESS_SURE:
        return quote
    return replace(best, says=min(quote.says, reading.says))


def clauses_of(quote: Quote) -> Sequence[Quote]:
    """The clauses between the semicolons of `quote`, and between "(a)" and "(b)", that are short
    enough to be quoted and long enough to say something; none if it is all one, or what leads in
    denies something, which each of them would do without.
    """
    ends = [
        (match.start(), match.end())
        for match in _BOUNDARY.finditer(quote.text)
        if not _in_brackets(quote.text[: match.start()])
    ]
    before = quote.text[: ends[0][0]] if ends else ""
    if quote.text[len(before) :].startswith(":") and negated_stems(before):
        return ()
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(quote.text)]
    return [
        replace(
            quote,
            start=quote.start + start,
            end=quote.start + stop,
            text=quote.text[start:stop],
            shortened=True,
        )
        for start, stop in zip(starts, stops, strict=True)
        if ends and _FEWEST_WORDS <= len(quote.text[start:stop].split()) <= MOST_WORDS
    ]


def _in_brackets(before: str) -> bool:
    """Whether a bracket is open at the end of a text; that of "a)" was never opened."""
    opened = 0
    for sign in _BRACKET.findall(before):
        opened = max(0, opened + (1 if sign in "([" else -1))
    return opened > 0
