"""How likely the chosen quotes answer the question: what abstaining rests on."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evidence import overlap
from rag.retrieve import Retrieval
from rag.terms import content_stems
from rag.types import Quote

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|often|large|big|long|far|small|fast|old|high|low)\b"
    r"|\bwhat (?:percentage|percent|share|fraction|proportion|number|rate|score|size)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|twice|double|thousand|million"
    r"|billion|weekly|daily|monthly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against an answer standing in the quotes; all in [0, 1]."""

    best_cosine: float
    best_overlap: float
    joint_overlap: float
    number_missing: float


def signs(retrieval: Retrieval, quotes: Sequence[Quote], cosines: Sequence[float]) -> Signs:
    """The signs for `quotes` (best first) with their cosines to the question."""
    titles = {hit.chunk.paper_id: hit.chunk.title for hit in retrieval.hits}
    stems = content_stems(retrieval.query)
    overlaps = [overlap(stems, titles[q.paper_id], q.text) for q in quotes]
    together = " ".join(quote.text for quote in quotes)
    asks_number = bool(_ASKS_NUMBER.search(retrieval.query))
    return Signs(
        best_cosine=max(cosines, default=0.0),
        best_overlap=max(overlaps, default=0.0),
        joint_overlap=overlap(stems, " ".join(titles.values()), together),
        number_missing=float(asks_number and not (quotes and _NUMBER.search(quotes[0].text))),
    )


def confidence(found: Signs) -> float:
    """Estimated probability in [0, 1] that the quotes answer the question."""
    logit = (
        -14.0
        + 16.0 * found.best_cosine
        + 3.0 * found.best_overlap
        + 3.0 * found.joint_overlap
        - 2.0 * found.number_missing
    )
    return 1.0 / (1.0 + math.exp(-logit))
