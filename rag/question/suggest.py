"""Questions to go on with after an answer, from what was found and not told yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rag.evidence.sentences import sentence_spans
from rag.summary.roles import parts_of
from rag.types import Answer, Paper

SUGGESTED = 3

_CITED, _OTHERS = 2, 2  # papers that are looked at: each question is weighed, at some 60 ms
_TITLE = (12, 160)  # characters of a title that a question can quote
_ASKED: Mapping[Any, str] = {
    "findings": "What did they find in “{}”?",
    "method": "What method is used in “{}”?",
    "problem": "What problem is addressed in “{}”?",
}


def suggest(
    answer: Answer,
    sure_of: Callable[[str], float],
    least: float,
    asked: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Up to SUGGESTED questions, each standing by itself, that the library answers.

    They ask for what the papers cited tell beside the quotes, and for the findings of the best
    papers that were found and not cited. One is suggested only if `sure_of` it, the probability in
    [0, 1] that the library answers it, is at least `least`; none that was `asked` before is.
    """
    suggested: list[str] = []
    for question in _candidates(answer):
        if len(suggested) == SUGGESTED:
            break
        if question not in asked and sure_of(question) >= least:
            suggested.append(question)
    return tuple(suggested)


def _candidates(answer: Answer) -> Iterator[str]:
    """One question a paper first, so that they are about different ones; then second ones."""
    cited = dict.fromkeys(one.paper_id for one in answer.citations)
    papers = {paper.paper_id: paper for paper in answer.papers}
    told = [papers[name] for name in cited if name in papers][:_CITED]
    others = [papers[one.paper_id] for one in answer.hits if one.paper_id in papers]
    others = [paper for paper in others if paper.paper_id not in cited][:_OTHERS]
    asks = [_untold(paper, answer) for paper in told]
    asks += [iter([_ASKED["findings"].format(paper.title)]) for paper in others if _named(paper)]
    while asks:
        for ask in list(asks):
            question = next(ask, None)
            if question is None:
                asks.remove(ask)
            else:
                yield question


def _untold(paper: Paper, answer: Answer) -> Iterator[str]:
    """Questions for the parts of an abstract of which no sentence was quoted."""
    if not _named(paper):
        return
    spans = sentence_spans(paper.abstract)
    parts = parts_of([paper.abstract[start:end] for start, end in spans])
    quoted = {
        part
        for part, (start, end) in zip(parts, spans, strict=True)
        for one in answer.citations
        if one.paper_id == paper.paper_id and one.field == "abstract"
        if one.start is not None and one.end is not None and one.start < end and start < one.end
    }
    for part, question in _ASKED.items():
        if part in parts and part not in quoted:
            yield question.format(paper.title)


def _named(paper: Paper) -> bool:
    """Whether a question can name it by its title."""
    least, most = _TITLE
    quotes = any(mark in paper.title for mark in '“”"\n')
    return least <= len(paper.title) <= most and not quotes
