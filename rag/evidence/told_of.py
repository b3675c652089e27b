"""“What does Ouyang say about toxicity?”: a sentence that speaks of it says something about it.

A reranker looks for what a question might be answered by, and is unsure of one as open as this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.finding.terms import content_stems
from rag.question.understand import Query
from rag.types import Quote

EVEN = 0.0
"""Log-odds that a sentence which speaks of the thing says what is asked, at least."""

_SAYS = (
    r"(?:conclude|discuss|find|found|known?|learn|mention|report|said|say|shown?|think|write|wrote"
    r"|written)"
)
_ABOUT = re.compile(
    rf"what (?:else )?(?:are|can|did|do|does|has|have|is|was|were) (?P<who>.*?)\b{_SAYS}(?:e?d|s)? "
    r"(?:about|concerning|of|on|regarding) (?P<thing>.+)",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:been |the papers? |papers? |they |we |to be )?", re.IGNORECASE)


def told_of(query: Query, quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes in their order; where the query asks what is said of a thing by the papers it is
    kept to, or by any, and none is likely to say it, only those that speak of it, as even to do.
    """
    if any(quote.says >= EVEN for quote in quotes):
        return list(quotes)
    match = _ABOUT.fullmatch(query.read.strip(" ?!."))
    kept = bool(query.within.authors or query.within.paper_ids)
    if not match or not (kept or _NOBODY.fullmatch(match["who"])):
        return list(quotes)
    stems = set(content_stems(match["thing"]))
    telling = [quote for quote in quotes if stems and stems <= set(content_stems(quote.text))]
    return [replace(quote, says=EVEN) for quote in telling] or list(quotes)
