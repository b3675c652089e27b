"""How well the part of a sentence is told: against the headings of medical abstracts' sections.

PubMedQA (Jin et al., 2019) keeps each abstract's sections under the headings its authors gave.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evals.judging.agreement import Agreement, macro_f1, measured
from evals.labelled.pubmedqa import FILE, FOLDER
from evals.labelled.rows import json_rows
from evals.stats import Mean, bootstrap
from rag.errors import SourceError
from rag.evidence.sentences import sentence_spans
from rag.summary.material import quotable
from rag.summary.roles import PARTS, parts_of
from rag.summary.types import Part
from rag.summary.writers import ExtractiveWriter, Task
from rag.types import Paper

if TYPE_CHECKING:
    from evals.judging.agreement import Labels, Values
    from rag.evidence.quotes import SentenceVectors

_HEADINGS: Mapping[str, Part] = {
    **dict.fromkeys(
        "BACKGROUND OBJECTIVE OBJECTIVES PURPOSE INTRODUCTION AIM AIMS CONTEXT HYPOTHESIS".split(),
        "problem",
    ),
    **dict.fromkeys(
        (
            "STUDY OBJECTIVE",
            "BACKGROUND AND PURPOSE",
            "BACKGROUND AND OBJECTIVE",
            "BACKGROUND AND OBJECTIVES",
            "BACKGROUND AND AIMS",
        ),
        "problem",
    ),
    **dict.fromkeys(
        "METHOD METHODS DESIGN SETTING PATIENTS PARTICIPANTS SUBJECTS INTERVENTION INTERVENTIONS"
        " MEASUREMENTS METHODOLOGY".split(),
        "method",
    ),
    **dict.fromkeys(
        (
            "MATERIALS AND METHODS",
            "MATERIAL AND METHODS",
            "METHODS AND MATERIALS",
            "PATIENTS AND METHODS",
            "STUDY DESIGN",
            "MAIN OUTCOME MEASURE",
            "MAIN OUTCOME MEASURES",
            "OUTCOME MEASURES",
        ),
        "method",
    ),
    **dict.fromkeys(
        "RESULT RESULTS FINDINGS CONCLUSION CONCLUSIONS DISCUSSION".split(), "findings"
    ),
    "PRINCIPAL FINDINGS": "findings",
    "MAIN RESULTS": "findings",
}
_DRAWS = 20
_PLACES = (0.2, 0.45)  # where most methods begin and end in the dev half: the baseline's cuts


@dataclass(frozen=True, slots=True)
class PartFigures:
    """Accuracy and mean F1 on the sentences of a half's abstracts, and by place alone."""

    half: str
    accuracy: Agreement
    macro_f1: Agreement
    by_place: Agreement


def measure_parts(data: Path, half: str) -> PartFigures:
    """Of the abstracts of a half, `dev` (on which the cues were chosen) or `test`.

    Sentences under other headings are read with the rest and not counted. Raises SourceError.
    """
    gold: list[str] = []
    told: list[str] = []
    placed: list[str] = []
    groups: list[str] = []
    for name, sections in _abstracts(data, half):
        texts = [text for text, _ in sections]
        for place, (part, (_, truth)) in enumerate(zip(parts_of(texts), sections, strict=True)):
            if truth:
                gold.append(truth)
                told.append(part)
                placed.append(_by_place(place / len(texts)))
                groups.append(name)
    return PartFigures(
        half,
        measured(_same, gold, told, groups),
        measured(macro_f1, gold, told, groups),
        measured(_same, gold, placed, groups),
    )


@dataclass(frozen=True, slots=True)
class ToldFigures:
    """Of the parts that abstracts have by their headings, the share that short summaries tell;
    beside it what the abstracts' first sentences tell, and any of theirs, as many each time (the
    mean of seeded draws).
    """

    half: str
    abstracts: int
    told: Mean
    first: Mean
    drawn: Mean


def measure_told(data: Path, half: str, vectors: SentenceVectors, most: int) -> ToldFigures:
    """Of the first `most` abstracts of a half that have all parts. Raises SourceError."""
    writer, rng = ExtractiveWriter(vectors), random.Random(0)
    told, first, drawn = [], [], []
    whole = [sections for _, sections in _abstracts(data, half) if _all_parts(sections)][:most]
    for sections in whole:
        texts = [text for text, _ in sections]
        paper = Paper("", "", " ".join(texts))
        material = tuple(quotable(paper, 1))
        chosen = writer.write(Task("paper", "", "", "", material)).sentences
        gold = dict(sections)
        told.append(_share([gold.get(one.text) for one in chosen]))
        n = len(chosen)
        first.append(_share([part for _, part in sections[:n]]))
        draws = [_share([part for _, part in rng.sample(sections, n)]) for _ in range(_DRAWS)]
        drawn.append(sum(draws) / _DRAWS)
    return ToldFigures(half, len(whole), bootstrap(told), bootstrap(first), bootstrap(drawn))


def _all_parts(sections: Sequence[tuple[str, Part | None]]) -> bool:
    return {part for _, part in sections} >= set(PARTS)


def _share(parts: Sequence[Part | None]) -> float:
    return len(set(parts) - {None}) / len(PARTS)


def _same(labels: Labels, verdicts: Values) -> float:
    return float((labels == verdicts).mean())


def _by_place(place: float) -> Part:
    first, second = _PLACES
    return "problem" if place < first else "method" if place < second else "findings"


def _abstracts(data: Path, half: str) -> list[tuple[str, list[tuple[str, Part | None]]]]:
    """Each abstract's sentences in order with their part, None under another heading."""
    found = []
    fields = ("pmid", "contexts", "labels", "long_answer", "split")
    for where, row in json_rows(data / FOLDER / FILE, *fields):
        if row["split"] != half:
            continue
        if len(row["contexts"]) != len(row["labels"]):
            raise SourceError(where, "has other than one label for each context")
        sections = [
            *zip(row["contexts"], map(_HEADINGS.get, row["labels"]), strict=True),
            (row["long_answer"], "findings"),
        ]
        found.append((row["pmid"], [(t, part) for text, part in sections for t in _split(text)]))
    if not found:
        raise SourceError(str(data / FOLDER / FILE), f"holds no abstracts of the {half} half")
    return found


def _split(text: str) -> Sequence[str]:
    return [text[start:end] for start, end in sentence_spans(text)]
