"""Answers and conversations as Markdown, and the papers that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.spans import answer_spans
from rag.summary.bibtex import bibtex
from rag.summary.markdown import byline_year, escaped
from rag.types import Answer, Citation, Paper
from ui.quoted import quoted

_MARKER = re.compile(r"\\\[([0-9]{1,4})\\\]")
_VERDICTS = {
    "unchecked": "unchecked",
    "unsupported": "not supported",
    "contradicted": "contradicted",
}


def answer_markdown(answer: Answer) -> str:
    """One question with its answer, each paper it cites with its quotes, and their BibTeX."""
    return conversation_markdown("", [answer])


def conversation_markdown(title: str, answers: Sequence[Answer]) -> str:
    """All questions with their answers, then each paper cited with its quotes, and their BibTeX.

    A sentence that is not supported says so. What others wrote prints as it stands.
    """
    lines = [f"# {escaped(_line(title))}", ""] if title else []
    for answer in answers:
        lines += _answer(answer)
    cited = cited_papers(answers)
    if cited:
        lines += ["## Papers", "", *_references(answers, cited)]
        lines += ["## BibTeX", "", "```bibtex", bibtex(cited).rstrip().replace("```", "'''"), "```"]
    return "\n".join(lines).strip() + "\n"


def cited_papers(answers: Sequence[Answer]) -> list[Paper]:
    """The papers cited, each once, by their printed numbers."""
    numbers = {one.paper_id: one.marker for answer in answers for one in answer.citations}
    papers = {paper.paper_id: paper for answer in answers for paper in answer.papers}
    known = sorted((number, name) for name, number in numbers.items() if name in papers)
    return [papers[name] for _, name in known]


def _answer(answer: Answer) -> Iterator[str]:
    yield f"## {escaped(_line(answer.question))}"
    yield ""
    if answer.abstained:
        yield f"{escaped(answer.answer)} {escaped(answer.reason)}"
    else:
        yield _text(answer)
    yield ""
    for note in answer.notes:
        yield f"*{escaped(_line(note))}*"
        yield ""


def _text(answer: Answer) -> str:
    """The answer as printed; behind a sentence that is not supported stands its verdict."""
    spans = list(answer_spans(answer))
    if not spans:
        return _prose(answer.answer)
    pieces, cursor = [], 0
    for sentence, (_, end) in zip(answer.sentences, spans, strict=True):
        pieces.append(_prose(answer.answer[cursor:end]))
        if sentence.support in _VERDICTS:
            pieces.append(f" *({_VERDICTS[sentence.support]})*")
        cursor = end
    pieces.append(_prose(answer.answer[cursor:]))
    return "".join(pieces)


def _prose(text: str) -> str:
    """Text whose lines stay lines; a marker prints as it stands without being escaped."""
    return _MARKER.sub(r"[\1]", escaped(text)).replace("\n", "  \n")


def _references(answers: Sequence[Answer], papers: Sequence[Paper]) -> Iterator[str]:
    quotes: dict[str, dict[Citation, None]] = {}
    for answer in answers:
        for citation in answer.citations:
            quotes.setdefault(citation.paper_id, {})[citation] = None
    for paper in papers:
        own = quotes[paper.paper_id]
        number = next(iter(own)).marker
        facts = ", ".join(filter(None, (byline_year(paper), paper.venue_in_short, paper.url)))
        told = f". {escaped(_line(facts))}" if facts else ""
        yield f"**[{number}]** {escaped(_line(paper.title))}{told}"
        yield ""
        for one in own:
            third = "a third party's " if one.field == "summary" else ""
            yield f"> {escaped(_line(quoted(one)))} *({third}{escaped(one.field)})*"
            yield ""


def _line(text: str) -> str:
    return " ".join(text.split())
