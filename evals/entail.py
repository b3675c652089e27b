"""Whether passages bear a claim out: the Entailer Protocol, and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.support import check_sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is borne out, None where only a judge could tell and there is none.

    `certain` says that exact text or a number decided, not a likeness; `why` names what did.
    `likeness` is what a threshold was held against otherwise, the higher the more likely borne
    out; None where nothing of the kind was measured.
    """

    supported: bool | None
    certain: bool
    why: str = ""
    likeness: float | None = None


class Entailer(Protocol):
    """Says whether passages, taken together, bear a claim out."""

    @property
    def name(self) -> str:
        """What is said to have judged: `exact`, `words`, `reranker`, `judge:local`, …"""
        ...

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """Verdict on `claim` (without markers). Raises ChatError, WeightsError."""
        ...


@dataclass(frozen=True, slots=True)
class ExactEntailer:
    """What is certain without a model: a claim that is one of the passages, or that states a
    number which stands in none of them.
    """

    name: str = "exact"

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        """None for all that lies between, which takes a judge."""
        support = check_sentence(claim, passages)
        if support == "supported":
            return Verdict(True, True, "stands there word for word")
        if support == "unsupported":
            why = "states a number that stands nowhere there" if passages else "cites nothing"
            return Verdict(False, True, why)
        return Verdict(None, False, "only a judge can tell")
