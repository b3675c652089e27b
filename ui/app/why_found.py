"""Why each paper was found for a question, in words for a person."""

from __future__ import annotations

from collections.abc import Mapping

from rag.finding.terms import content_stems, content_words
from rag.types import Answer, Paper

_WORDS = 5  # of the question that are named


def why_found(answer: Answer) -> dict[str, str]:
    """By paper id: by which words of the question, by its meaning, or both, and how near it came.

    Places count from 1 among the papers found that have a score of that kind. Papers whose scores
    are not known, as those of the catalogue's answers, are left out.
    """
    papers = {paper.paper_id: paper for paper in answer.papers}
    by_words = _places({hit.paper_id: hit.word_score for hit in answer.hits})
    by_meaning = _places({hit.paper_id: hit.vector_score for hit in answer.hits})
    asked = list(dict.fromkeys(content_words(answer.asked or answer.question)))
    told = {}
    for hit in answer.hits:
        name = hit.paper_id
        ways = []
        if name in by_words and name in papers:
            shared = _shared(asked, papers[name])
            words = f" {', '.join(f'“{word}”' for word in shared)}" if shared else ""
            ways.append(f"its words{words} ({by_words[name]} by words)")
        if name in by_meaning:
            ways.append(f"its meaning ({by_meaning[name]} by meaning)")
        if ways:
            alone = "" if len(ways) > 1 else " alone"
            told[name] = f"Found by {' and '.join(ways)}{alone}"
    return told


def _places(scores: Mapping[str, float | None]) -> dict[str, str]:
    """`2nd of 10`, by the name of each that has a score."""
    known = {name: score for name, score in scores.items() if score is not None}
    ranked = sorted(known, key=lambda name: -known[name])
    return {name: f"{_ordinal(place)} of {len(known)}" for place, name in enumerate(ranked, 1)}


def _shared(asked: list[str], paper: Paper) -> list[str]:
    stems = set(content_stems(f"{paper.title} {paper.abstract} {paper.summary}"))
    return [word for word in asked if stems.intersection(content_stems(word))][:_WORDS]


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
