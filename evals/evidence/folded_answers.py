"""What `extractive` would answer by probes that have not seen the question's paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evals.evidence.confidence_cases import Observed
from evals.evidence.folds import calibrated, folds_of, highest, log_odds
from evals.evidence.probe_fit import fit_probes
from evals.evidence.quotes import DEPTHS, holds, shown_of
from evals.stats import Rate, rate
from rag.evidence.quotes import sigmoid
from rag.models.answering import Probes
from rag.settings import DEFAULTS
from rag.types import Quote

SHARES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class FoldedAnswers:
    """Of one library's cases, by probes fitted to `share` of the papers of the other folds.

    `holds[d]`: answerable cases of which every fact stands in the best d sentences; `shown`: in
    those that are shown; `beside`: that show a sentence of a paper beside the point; `words` shown.
    `facts`: shown, and it does not abstain; `wrongly` and `rightly`: it abstains from an answerable
    case, from another one.
    """

    library: str
    share: float
    holds: tuple[Rate, ...]
    shown: Rate
    beside: Rate
    words: float
    facts: Rate
    wrongly: Rate
    rightly: Rate


def answers_by_folds(
    observed: Sequence[Observed], shares: Sequence[float] = SHARES
) -> tuple[FoldedAnswers, ...]:
    """A learning curve of each library: whether more labelled questions would help, and what the
    whole answer is worth where nothing was fitted on its paper. Follow-ups and questions to the
    catalogue are left out, as `observed` leaves them out.
    """
    folds = folds_of([item.paper for item in observed])
    found: list[FoldedAnswers] = []
    for share in shares:
        of_fold = {
            fold: fit_probes([item.read for item in _share(observed, folds, fold, share)])
            for fold in np.unique(folds).tolist()
        }
        probes = [of_fold[fold] for fold in folds.tolist()]
        surest = highest([log_odds(p.says, item) for p, item in zip(probes, observed, strict=True)])
        labels = np.array([item.read.answerable for item in observed])
        sure = calibrated(surest, labels, folds) >= DEFAULTS.least_confidence
        judged = list(zip(observed, probes, sure.tolist(), strict=True))
        for library in dict.fromkeys(item.library for item in observed):
            own = [one for one in judged if one[0].library == library]
            found.append(_of_library(library, share, own))
    return tuple(found)


def _share(
    observed: Sequence[Observed], folds: NDArray[np.int64], fold: int, share: float
) -> list[Observed]:
    """The cases of other folds about `share` of their papers, drawn by a seed."""
    others = [item for item, own in zip(observed, folds, strict=True) if own != fold]
    papers = sorted({item.paper for item in others})
    drawn = np.random.default_rng(fold).permutation(len(papers))[: round(share * len(papers))]
    kept = {papers[n] for n in drawn.tolist()}
    return [item for item in others if item.paper in kept]


def _of_library(
    library: str, share: float, judged: Sequence[tuple[Observed, Probes, bool]]
) -> FoldedAnswers:
    asked = [(item, _ranked(item, probes), sure) for item, probes, sure in judged]
    answerable = [one for one in asked if one[0].read.answerable]
    shown = [shown_of(quotes, item.papers) for item, quotes, _ in answerable]
    says = [holds(one[0].case, quotes) for one, quotes in zip(answerable, shown, strict=True)]
    return FoldedAnswers(
        library=library,
        share=share,
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
