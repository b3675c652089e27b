"""An answer as plain text with its papers below it, for clients that show nothing but text."""

from __future__ import annotations

from urllib.parse import quote

from rag.types import Answer, Citation, Paper, Sentence

HEADING = "Papers:"
"""The line above the cited papers."""


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
    if papers := shown_papers(answer):
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


def shown_papers(answer: Answer) -> dict[int, Paper]:
    """The cited papers by their printed number; of an abstention those that come near."""
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
