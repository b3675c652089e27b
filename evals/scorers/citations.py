"""Does what it cites show it? Strictly by the labels of the case, and sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from evals.cases import EVERY_PAPER, Case
from evals.score import Metric, Score
from evals.scorers.facts import any_said, normalised
from evals.scorers.markers import marker_texts
from rag.types import Answer, Citation, Paper, Sentence, TextField

CITATION = Metric(
    "citation",
    "right citation",
    "Share of answerable cases in whose answer every sentence cites, only papers of the case are"
    " cited, and every fact stands in something cited.",
)


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


def right_citation(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> Score:
    """1 if it did not abstain, every sentence cites and prints no invented marker, only papers of
    the case are cited, and every fact of the case stands in something cited; else 0.

    What a catalogue citation shows is its paper's title and the field. A fact about the whole
    library (its papers are `*`), such as a count, stands in no quote and is not looked for there.
    Answerable cases only.
    """
    why = _wrong_citation(case, answer, papers)
    return Score(case.id, CITATION.name, float(not why), why=why)


def _wrong_citation(case: Case, answer: Answer, papers: Mapping[str, Paper]) -> str:
    if answer.abstained:
        return "abstained"
    cited = [(sentence, cited_by(sentence, answer)) for sentence in answer.sentences]
    bare = [sentence.text for sentence, found in cited if not found.citations]
    if bare or not cited:
        return f"cites nothing for {bare[0]!r}" if bare else "has no sentences"
    if invented := dict.fromkeys(number for _, found in cited for number in found.invented):
        return f"cites {', '.join(f'[{number}]' for number in invented)}, which is not there"
    used = [citation for _, found in cited for citation in found.citations]
    if stray := [c.title for c in used if not any(names(paper, c) for paper in case.papers)]:
        return f"cites {'; '.join(dict.fromkeys(stray))}"
    if EVERY_PAPER in case.papers:
        return ""
    texts = [" ".join(shown(citation, papers)) for citation in used]
    missing = [fact[0] for fact in case.facts if not any(any_said(fact, text) for text in texts)]
    return f"no cited quote says {'; '.join(missing)}" if missing else ""


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


def shown(citation: Citation, papers: Mapping[str, Paper]) -> Sequence[str]:
    """What a reader is shown: the quote; the whole text where a paper is cited without a quote;
    of a catalogue field the title too.
    """
    if not is_prose(citation):
        return (citation.title, citation.quote)
    if citation.quote:
        return (citation.quote,)
    paper = papers.get(citation.paper_id)
    return (paper.abstract, paper.summary) if paper else ()
