"""Critiques read strictly: which sentence, which defect, and words of a quote that show it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.finding.terms import content_stems
from rag.support.check import FAILED, CheckedSentence
from rag.support.quantities import quantities
from rag.types import Critique, Evidence
from rag.writing.aside_prompts import DEFECTS

MOST_CRITIQUES = 6
"""Of one reply; more are noise."""

_LINE = re.compile(r"\W*(?:sentence\s*)?(\d{1,2})\W*\|([^|]*)\|(.*)", re.IGNORECASE)
_QUOTED = re.compile(r"\A[\"'“‘]+|[\"'”’]+\Z")
_KEY = re.compile(r"\s*\[\w{1,4}\]\s*\Z|\A\s*\[\w{1,4}\]:?\s*")
_NUMBERED = re.compile(r"\A\s*(?:sentence\s+)?\d{1,2}[.):]\s+", re.IGNORECASE)
_LEAST_CHARS = 3  # of evidence: less stands in any quote


def from_check(checked: Sequence[CheckedSentence], evidence: Sequence[Evidence]) -> list[Critique]:
    """One critique of each sentence that failed its check, shown by the quote nearest to it."""
    found = []
    for place, one in enumerate(checked):
        if one.support in FAILED:
            cited = one.sentence.evidence or range(len(evidence))
            said = set(content_stems(one.sentence.claim))
            nearest = max(
                cited, key=lambda i: len(said.intersection(content_stems(evidence[i].quote.text)))
            )
            found.append(Critique(place, one.reason, evidence[nearest].quote.text))
    return found


def read_critiques(
    said: str, checked: Sequence[CheckedSentence], evidence: Sequence[Evidence]
) -> list[Critique]:
    """The critiques that a chat model wrote, one a line: sentence, defect, evidence.

    What names no sentence or no known defect is dropped. One that its evidence does not bear out
    is `invalid`, and its evidence, being nobody's words, is left out: it must stand in a quote
    verbatim, and show the defect, as far as that can be told.
    """
    found: dict[tuple[int, str], Critique] = {}
    for line in said.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        place, defect = int(match[1]) - 1, " ".join(match[2].casefold().split()).strip(" .*_")
        if not 0 <= place < len(checked) or defect not in DEFECTS:
            continue
        shown = verbatim(match[3], evidence)
        claim = checked[place].sentence.claim
        if shown and shows(defect, shown, claim):
            critique = Critique(place, defect, shown)
        else:
            critique = Critique(place, defect, "", "invalid")
        found.setdefault((place, defect), critique)
    return list(found.values())[:MOST_CRITIQUES]


def verbatim(text: str, evidence: Sequence[Evidence]) -> str:
    """`text` as it stands in a quote, but for white space; empty if it stands in none.

    Quotation marks and a key around it are taken off.
    """
    bare = _QUOTED.sub("", _KEY.sub("", text.strip())).strip()
    bare = " ".join(_KEY.sub("", bare).split()).removesuffix("…").removesuffix("...").strip()
    if len(bare) < _LEAST_CHARS:
        return ""
    for known in (bare, bare.rstrip(".")):
        if any(known in " ".join(item.quote.text.split()) for item in evidence):
            return known
    return ""


def shows(defect: str, evidence: str, claim: str) -> bool:
    """Whether words of a quote can show the defect: a number for a wrong one, and for what is left
    out something that the sentence does not say.
    """
    if defect == "wrong number":
        return bool(quantities(evidence))
    return bool(set(content_stems(evidence)) - set(content_stems(claim)))


def lead(said: str) -> str:
    """The first line of a sentence written anew, without its number."""
    lines = [line for line in said.splitlines() if line.strip()]
    return _NUMBERED.sub("", lines[0]) if lines else ""
