"""What a draft tells of the evidence: a chat model that has to make something up found no answer.

A small model seldom says that no quote answers. It answers all the same, with what stands neither
in the question nor in a quote, or against the quotes. Of the dev questions and other seen ones that
the local chat model was asked though no paper answers them, it did so at 6 of 13; of those that the
papers do answer, at 28 of 138, most of which said the right fact all the same, by their quotes. So
where the evidence is sure it changes nothing: only what is less than 0.77 sure falls below the
least confidence. `askpapers eval doubt` counts it anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.finding.terms import content_stems
from rag.support.check import FAILED, CheckedDraft
from rag.types import Evidence
from rag.writing.cite import Draft

MADE_UP = (28 / 138) / (6 / 13)
"""By how much the odds that the evidence answers change where something was made up."""


def made_up(
    question: str, written: Draft, checked: CheckedDraft, evidence: Sequence[Evidence]
) -> bool:
    """Whether a sentence that cites something failed the check, or adds to the question nothing
    that the evidence holds.
    """
    tested = (*checked.sentences, *checked.dropped)
    if any(item.support in FAILED and item.sentence.evidence for item in tested):
        return True
    asked = set(content_stems(question))
    held = {s for e in evidence for s in content_stems(f"{e.paper.title} {e.quote.text}")}
    added = [set(content_stems(s.claim)) - asked for s in written.sentences if s.evidence]
    return any(new and not new & held for new in added)


def doubted(confidence: float) -> float:
    """The confidence in [0, 1], a probability, after something was made up."""
    return round(confidence * MADE_UP / (confidence * MADE_UP + 1 - confidence), 4)
