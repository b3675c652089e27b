"""What a sentence of an answer cites, which paper that is, and what a reader is shown of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from evals.cases import EVERY_PAPER
from evals.scorers.markers import marker_texts
from evals.scorers.wording import normalised
from rag.types import Answer, Citation, Paper, Sentence, TextField


@dataclass(frozen=True, slots=True)
class Cited:
    """What one sentence cites: citations of the answer, and the `invented` numbers it prints,
    which are those of no citation.
    """

    citations: tuple[Citation, ...]
    invented: tuple[int, ...] = ()


def cited_by(sentence: Sentence, answer: Answer) -> Cited:
    """The citations that the sentence is linked to or prints a marker of, compound ones too.

    A number printed in brackets within a quote that it cites is the paper's, and no marker.
    """
    linked = dict.fromkeys(answer.citations[i] for i in sentence.citations)
    numbers = {citation.marker for citation in linked}
    invented: list[int] = []
    for text, printed in marker_texts(sentence.text):
        for number in printed:
            meant = [c for c in answer.citations if c.marker == number]
            if number in numbers:
                continue
            if meant:
                linked |= dict.fromkeys(meant)
            elif not any(text in citation.quote for citation in linked):
                invented.append(number)
    return Cited(tuple(linked), tuple(dict.fromkeys(invented)))


def names(name: str, paper: Citation | Paper) -> bool:
    """Whether `name` (a paper of a case: id, `arxiv:` id, exact title, or `*`) is that paper."""
    if name in (EVERY_PAPER, paper.paper_id):
        return True
    arxiv_id = re.sub(r"v\d+$", "", paper.arxiv_id)
    if arxiv_id and name == f"arxiv:{arxiv_id}":
        return True
    return normalised(name) == normalised(paper.title)


def is_prose(citation: Citation) -> bool:
    """Whether it points into a paper's text, and not at a field of the catalogue."""
    return citation.field in get_args(TextField)


def shown(citation: Citation, papers: Mapping[str, Paper]) -> tuple[str, ...]:
    """What a reader is shown: the quote; the whole text where a paper is cited without a quote;
    of a catalogue field the title too.
    """
    if not is_prose(citation):
        return (citation.title, citation.quote)
    if citation.quote:
        return (citation.quote,)
    paper = papers.get(citation.paper_id)
    return (paper.abstract, paper.summary) if paper else ()
