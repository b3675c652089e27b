"""Are the quotes real? Each must stand in its paper, character by character."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from evals.cases import Case
from evals.score import Metric, Score
from evals.scorers.cited import is_prose
from rag.types import Answer, Citation, Paper, TextField

QUOTE = Metric(
    "quote",
    "quotes exact",
    "Share of quotes that stand in their paper word for word, at the offsets given.",
)


def exact_quotes(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> Score | None:
    """Share of the quotes that are exact (see `inexact_quotes`), weighed by their number.

    None for an answer without quotes.
    """
    quoted = [citation for citation in answer.citations if citation.quote]
    if not quoted:
        return None
    inexact = inexact_quotes(answer, papers)
    why = f"does not stand there: {'; '.join(repr(c.quote) for c in inexact)}" if inexact else ""
    share = 1 - len(inexact) / len(quoted)
    return Score(case.id, QUOTE.name, share, float(len(quoted)), why)


def inexact_quotes(answer: Answer, papers: Mapping[str, Paper]) -> tuple[Citation, ...]:
    """The citations whose quote is not what stands there: those of prose must be
    `paper.text(field)[start:end]`, or anywhere in that text where no offsets are given; those of a
    catalogue field the field's whole value.

    A quote from a paper that is not among `papers` cannot be verified and counts as inexact; a
    citation without a quote claims nothing.
    """
    quoted = (citation for citation in answer.citations if citation.quote)
    return tuple(c for c in quoted if not _exact(c, papers.get(c.paper_id)))


def _exact(citation: Citation, paper: Paper | None) -> bool:
    if paper is None:
        return False
    if is_prose(citation):
        text = paper.text(cast(TextField, citation.field))
        if citation.start is None and citation.end is None:
            return citation.quote in text
        return citation.quote == text[citation.start : citation.end]
    value = getattr(paper, citation.field, None)
    if isinstance(value, tuple):
        return citation.quote == "; ".join(value)
    return value is not None and citation.quote == str(value)
