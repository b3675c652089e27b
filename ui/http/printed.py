"""An answer as plain text with its papers below it, for clients that show nothing but text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from rag.types import Answer, Citation, Paper, Sentence

HEADING = "Papers:"
"""The line above the cited papers."""

_MARKER = re.compile(r"\[(\d+)\]")
_PIECE = re.compile(r"\S+\s*|\s+")


def printed(answer: Answer, base: str = "") -> str:
    """The answer's text, why it abstained, what is to be known of it, and the papers it cites.

    `base` is the address of this server, where papers without a page of their own are shown, if
    it is known.
    """
    parts = [answer.answer.strip()]
    if answer.abstained and answer.reason and answer.reason not in answer.answer:
        parts.append(_sentence(answer.reason))
    parts += [f"“{one.text}” is {one.support} by what it cites." for one in _failed(answer)]
    parts += [_sentence(note) for note in answer.notes]
    if papers := _papers(answer):
        lines = [reference(number, paper, base) for number, paper in papers.items()]
        parts.append("\n".join([HEADING, *lines]))
    return "\n\n".join(filter(None, parts))


def reference(number: int, paper: Paper, base: str) -> str:
    """One cited paper in a line that ends with its id, by which a later message names it."""
    title = " ".join(paper.title.split()) or paper.paper_id
    where = address(paper, base) if base else paper.url
    facts = ", ".join(filter(None, (title, paper.published[:4], where)))
    return f"[{number}] {facts} ({paper.paper_id})"


def address(paper: Paper, base: str) -> str:
    """Where a paper can be read: its own page, else this server's."""
    return paper.url or f"{base.rstrip('/')}/?paper={quote(paper.paper_id, safe='')}"


def annotated(answer: Answer, text: str, base: str) -> list[dict[str, object]]:
    """Every marker of `text` above the list of papers as OpenAI annotates it, with its quotes."""
    papers = _papers(answer)
    found: list[dict[str, object]] = []
    body = text.rpartition(f"\n{HEADING}\n")[0] or text
    for match in _MARKER.finditer(body):
        if paper := papers.get(int(match[1])):
            cited = [one for one in answer.citations if one.marker == int(match[1])]
            found.append(
                {
                    "type": "url_citation",
                    "url_citation": {
                        "start_index": match.start(),
                        "end_index": match.end(),
                        "title": paper.title,
                        "url": address(paper, base),
                        "paper_id": paper.paper_id,
                        "quotes": [one.quote for one in cited],
                    },
                }
            )
    return found


def pieces(text: str) -> Iterator[str]:
    """The text a word at a time."""
    yield from _PIECE.findall(text)


def _papers(answer: Answer) -> dict[int, Paper]:
    """The cited papers by their printed number."""
    held = {paper.paper_id: paper for paper in answer.papers}
    shown = answer.citations or answer.nearest
    numbers = {one.marker: held.get(one.paper_id) or _from(one) for one in shown}
    return dict(sorted(numbers.items()))


def _from(citation: Citation) -> Paper:
    return Paper(citation.paper_id, citation.title, arxiv_id=citation.arxiv_id)


def _failed(answer: Answer) -> list[Sentence]:
    return [one for one in answer.sentences if one.support in ("unsupported", "contradicted")]


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
