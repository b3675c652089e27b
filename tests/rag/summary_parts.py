"""What the tests of summaries share: papers, and a reranker and a checker without models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.finding.terms import content_stems
from rag.models.answering import Reading
from rag.support.layers import Verdict
from rag.types import Paper, Support

MOSS = (
    "Mosses are hard to measure, because they grow slowly. We propose a ruler that is read by"
    " light. We find that mosses grow 3 mm a year in the shade."
)
FERN = (
    "It is unclear how ferns spread over islands. In this work, we count spores in the air of 40"
    " islands. Results show that ferns spread with the autumn storms."
)
PRICES = (
    "Stock prices are difficult to foresee. We train a network on prices of ten years. Our results"
    " show that it foresees nothing."
)


def paper(title: str, abstract: str, year: str = "2020", **more: str) -> Paper:
    return Paper(
        f"title:{title}",
        title,
        abstract,
        authors=("Ada Byron", "Mary Ann Evans", "George Sand"),
        published=year,
        summary=more.get("summary", ""),
    )


class OverlapReranker:
    """A Reranker that counts shared words: 6 for all of the question's, -8 for none."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        asked = set(content_stems(question))
        shares = [len(asked & set(content_stems(p))) / max(len(asked), 1) for p in passages]
        return [14 * share - 8 for share in shares]

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        return [Reading(logit, logit) for logit in self.score(question, passages)]


@dataclass
class ScriptedChecker:
    """A Checker that has its verdicts by sentence; of any other what stands in the quotes holds."""

    script: dict[str, Support] = field(default_factory=dict)

    def check(self, claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Verdict:
        support = self.script.get(claim) or ("supported" if claim in quotes else "unchecked")
        return Verdict(support, "as the script says", "text")
