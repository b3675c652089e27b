"""What `extractive` would answer from what was read for each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evals.evidence.confidence_cases import Observed
from evals.evidence.quotes import DEPTHS, holds, shown_of
from evals.stats import Rate, rate
from rag.evidence.quotes import sigmoid
from rag.models.answering import Probes
from rag.types import Quote


@dataclass(frozen=True, slots=True)
class WholeAnswers:
    """Of one library's cases, by one pair of probes.

    `holds[d]`: answerable cases of which every fact stands in the best d sentences; `shown`: in
    those that are shown; `beside`: that show a sentence of a paper beside the point; `words` shown.
    `facts`: shown, and it does not abstain; `wrongly` and `rightly`: it abstains from an answerable
    case, from another one.
    """

    name: str
    holds: tuple[Rate, ...]
    shown: Rate
    beside: Rate
    words: float
    facts: Rate
    wrongly: Rate
    rightly: Rate


def whole_answers(
    name: str, observed: Sequence[Observed], probes: Probes, sure: Sequence[bool]
) -> WholeAnswers:
    """What `probes` would answer of `observed`, abstaining from those that it is not `sure` of.

    Follow-ups and questions to the catalogue are left out, as `observed` leaves them out.
    """
    asked = [(item, _ranked(item, probes), own) for item, own in zip(observed, sure, strict=True)]
    answerable = [one for one in asked if one[0].read.answerable]
    shown = [shown_of(quotes, item.papers) for item, quotes, _ in answerable]
    says = [holds(one[0].case, quotes) for one, quotes in zip(answerable, shown, strict=True)]
    return WholeAnswers(
        name=name,
        holds=tuple(
            rate([holds(item.case, quotes[:depth]) for item, quotes, _ in answerable])
            for depth in DEPTHS
        ),
        shown=rate(says),
        beside=rate(
            [
                any(quote.paper_id not in item.wanted for quote in quotes)
                for (item, _, _), quotes in zip(answerable, shown, strict=True)
            ]
        ),
        words=sum(len(q.text.split()) for quotes in shown for q in quotes) / max(1, len(shown)),
        facts=rate([sure and said for (_, _, sure), said in zip(answerable, says, strict=True)]),
        wrongly=rate([not sure for _, _, sure in answerable]),
        rightly=rate([not sure for item, _, sure in asked if not item.read.answerable]),
    )


def _ranked(item: Observed, probes: Probes) -> list[Quote]:
    scored = [
        replace(quote, score=sigmoid(probes.ranks.log_odds(states) + probes.hit * hit))
        for quote, states, hit in zip(
            item.quotes, item.read.states, item.read.hits.tolist(), strict=True
        )
    ]
    return sorted(scored, key=lambda quote: -quote.score)
