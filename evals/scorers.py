"""What grades an answer: pure functions of a case and an answer, each with its definition."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args

from evals.cases import EVERY_PAPER, Case
from rag.types import Answer, Citation, Paper, TextField


@dataclass(frozen=True, slots=True)
class Score:
    """Right or not; `why` says in words what was missing or wrong, empty when right."""

    right: bool
    why: str = ""


Scorer = Callable[[Case, Answer], Score]


def right_fact(case: Case, answer: Answer) -> Score:
    """Right if it did not abstain and every fact of the case stands in the answer's text.

    A fact stands there if one of its wordings does (see `says`). Answerable cases only.
    """
    if answer.abstained:
        return Score(False, "abstained")
    missing = [fact[0] for fact in case.facts if not _any_said(fact, answer.answer)]
    return Score(not missing, f"does not say {'; '.join(missing)}" if missing else "")


def right_citation(case: Case, answer: Answer) -> Score:
    """Right if it did not abstain, every sentence cites, only papers of the case are cited, and
    every fact of the case stands in something cited.

    What a catalogue citation shows is its paper's title and the field. A fact about the whole
    library (its papers are `*`), such as a count, stands in no quote and is not looked for there.
    Answerable cases only.
    """
    if answer.abstained:
        return Score(False, "abstained")
    bare = [s.text for s in answer.sentences if not s.citations]
    if bare or not answer.sentences:
        return Score(False, f"cites nothing for {bare[0]!r}" if bare else "has no sentences")
    used = [answer.citations[i] for s in answer.sentences for i in s.citations]
    stray = [c.title for c in used if not any(names(paper, c) for paper in case.papers)]
    if stray:
        return Score(False, f"cites {'; '.join(dict.fromkeys(stray))}")
    if EVERY_PAPER in case.papers:
        return Score(True)
    shown = [_shown(citation) for citation in used]
    missing = [f[0] for f in case.facts if not any(_any_said(f, text) for text in shown)]
    return Score(not missing, f"no cited quote says {'; '.join(missing)}" if missing else "")


def answered(_case: Case, answer: Answer) -> Score:
    """Right if it did not abstain where the papers do answer (else: over-abstention)."""
    return Score(not answer.abstained, "abstained" if answer.abstained else "")


def abstained_rightly(_case: Case, answer: Answer) -> Score:
    """Right if it abstained, the papers being silent. Unanswerable cases only."""
    why = "" if answer.abstained else f"answered: {answer.answer}"
    return Score(answer.abstained, why)


_ANSWERABLE: Mapping[str, Scorer] = {
    "fact": right_fact,
    "citation": right_citation,
    "answered": answered,
}
_UNANSWERABLE: Mapping[str, Scorer] = {"abstained": abstained_rightly}


def scorers_for(case: Case) -> Mapping[str, Scorer]:
    """The scorers that a case is graded by, by name."""
    return _ANSWERABLE if case.answerable else _UNANSWERABLE


def inexact_quotes(answer: Answer) -> tuple[Citation, ...]:
    """The citations whose quote is not what stands there: those of prose must be
    `paper.text(field)[start:end]`, those of a catalogue field the field's whole value.

    A citation of a paper that the answer does not carry cannot be verified and counts as inexact.
    """
    papers = {paper.paper_id: paper for paper in answer.papers}
    return tuple(c for c in answer.citations if not _exact(c, papers.get(c.paper_id)))


def says(text: str, wording: str) -> bool:
    """Whether `wording` stands in `text` as whole words, give or take case, white space, markers,
    the way quotation marks, dashes, percent and thousands are written, and the last word's ending.

    Numbers are whole: "5%" does not stand in "25%", nor "0.5", nor "28" in "28.8".
    """
    wanted = re.escape(normalised(wording))
    before = r"(?<![\w.,])" if wording[:1].isdigit() else r"(?<!\w)"
    after = r"(?!\d|[.,]\d)" if wording[-1:].isdigit() else ""
    return re.search(before + wanted + after, normalised(text)) is not None


def normalised(text: str) -> str:
    """`text` with one spelling for what does not matter in comparing (see `says`)."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\[\d+\]", " ", text)  # markers
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)  # hyphens, dashes, minus
    text = re.sub(r"[\u2018\u2019`]", "'", text)
    text = re.sub(r"[\u201c\u201d]", '"', text)
    text = text.replace("\\%", "%").replace("\\sim", "~").replace("$", "")  # LaTeX
    text = re.sub(r"(?<=\d)\s*(?:percent|per cent|%)", "%", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return " ".join(text.split())


def names(name: str, citation: Citation) -> bool:
    """Whether `name` (a paper of a case: id, `arxiv:` id, exact title, or `*`) is the one cited."""
    if name in (EVERY_PAPER, citation.paper_id):
        return True
    arxiv_id = re.sub(r"v\d+$", "", citation.arxiv_id)
    if arxiv_id and name == f"arxiv:{arxiv_id}":
        return True
    return normalised(name) == normalised(citation.title)


def _any_said(fact: tuple[str, ...], text: str) -> bool:
    return any(says(text, wording) for wording in fact)


def _is_prose(citation: Citation) -> bool:
    return citation.field in get_args(TextField)


def _shown(citation: Citation) -> str:
    return citation.quote if _is_prose(citation) else f"{citation.title} {citation.quote}"


def _exact(citation: Citation, paper: Paper | None) -> bool:
    if paper is None:
        return False
    if citation.field == "abstract":
        return citation.quote == paper.abstract[citation.start : citation.end]
    if citation.field == "summary":
        return citation.quote == paper.summary[citation.start : citation.end]
    value = getattr(paper, citation.field, None)
    if isinstance(value, tuple):
        return citation.quote == "; ".join(value)
    return value is not None and citation.quote == str(value)
