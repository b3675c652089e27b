"""Whether quotes give the amount that a part of a question asks for."""

from __future__ import annotations

import re

from rag.evidence.gather import Found
from rag.evidence.missing import COUNTED, QUANTITY
from rag.finding.terms import content_stems

_AMOUNT = re.compile(
    r"\bhow (?:many|much|often|large|long|big|far|fast|high|old|small)\b|\bnumbers? of\b"
    r"|\bwhat (?:fraction|number|part|percent\w*|proportion|rate|share)\b",
    re.IGNORECASE,
)
_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_OTHERWISE = 0.3  # so likely is a number to be of "how many labelers", if it is of other things


def gives_amount(question: str, found: Found) -> float:
    """What is left of the odds that the quotes answer, from 0 to 1: nothing if it asks how many and
    none of them has a number, little if none that has one speaks of the thing that is counted.
    """
    if not _AMOUNT.search(question):
        return 1.0
    texts = [item.quote.text for item in found.evidence]
    with_number = [text for text in texts if QUANTITY.search(text)]
    if not with_number:
        return 0.0 if _MANY.search(question) else 1.0
    counted = COUNTED.search(question)
    thing = set(content_stems(counted[1])[-1:]) if counted else set()
    if thing and not any(thing <= set(content_stems(text)) for text in with_number):
        return _OTHERWISE
    return 1.0
