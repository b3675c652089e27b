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
    "Share of quotes that stand in their paper word for word, at the offsets given; a citation of"
    " a paper's text without a quote is not exact.",
    of_answers=True,
)


def exact_quotes(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> Score | None:
    """Share of the quotes that are exact (see `inexact_quotes`), weighed by their number.

    None for an answer that cites no paper's text and quotes nothing. Where no answer of a system
    made elsewhere has a quote, the metric is left out, see evals/scorers/untold.py.
    """
    owed = _owed(answer)
    if not owed:
        return None
    inexact = inexact_quotes(answer, papers)
    altered = [repr(citation.quote) for citation in inexact if citation.quote]
    unquoted = [repr(citation.title) for citation in inexact if not citation.quote]
    whys = [f"does not stand there: {'; '.join(altered)}"] if altered else []
    whys += [f"gives no quote of {', '.join(dict.fromkeys(unquoted))}"] if unquoted else []
    share = 1 - len(inexact) / len(owed)
    return Score(case.id, QUOTE.name, share, float(len(owed)), "; ".join(whys))


def inexact_quotes(answer: Answer, papers: Mapping[str, Paper]) -> tuple[Citation, ...]:
    """The citations whose quote is not what stands there: those of prose must be
    `paper.text(field)[start:end]`, or anywhere in that text where no offsets are given; those of a
    catalogue field the field's whole value.

    A quote from a paper that is not among `papers` cannot be verified and counts as inexact. So
    does a citation of a paper's text without a quote: it would claim the whole of it, unseen.
    """
    return tuple(c for c in _owed(answer) if not _exact(c, papers.get(c.paper_id)))


def _owed(answer: Answer) -> list[Citation]:
    """The citations that have a quote, or should have one."""
    return [citation for citation in answer.citations if citation.quote or is_prose(citation)]


def _exact(citation: Citation, paper: Paper | None) -> bool:
    if paper is None or not citation.quote:
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
