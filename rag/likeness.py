"""How like quotes are to a sentence, as a probability that they bear it out: words and vectors.

No likeness can see everything, so it decides only where it is sure, both ways; what lies between
stays open for a judge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.agree import opposed, strange_names, strange_quantities
from rag.clauses import clauses
from rag.negation import negated_stems
from rag.sentences import sentence_spans
from rag.terms import content_stems
from rag.types import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.rerank import Reranker

Vectors = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""L2-normalised vectors (n, dimension) of n sentences; those met before are not made anew."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against a sentence's being borne out by its quotes.

    `reranker` is a tenth of the best logit of a quote, the sentence being the question; `cosine`
    the best one of their vectors. `words` is the share of the sentence's stems that the quotes
    hold, `weakest` the least of any clause of it (of two claims in one, the one that is not
    there), `order` the share of its neighbouring stems that stand in the same order in one
    sentence. The others are 1.0 or 0.0: a name or number that is not there, a word that only one
    side denies, a direction whose opposite stands there.
    """

    reranker: float
    cosine: float
    words: float
    weakest: float
    order: float
    strange: float
    denied: float
    opposed: float


# Bias and weights of the signs, and the probabilities from which on it is sure, fitted on
# SciFact's train claims by `askpapers eval support`.
BIAS = 0.0
WEIGHTS = (1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0)
SURE_NO, SURE_YES = 0.2, 0.9
# The same beside a judge: weights of this likeness's log-odds and of the judge's.
JUDGED_BIAS = 0.0
JUDGED_WEIGHTS = (0.0, 1.0)


def read_signs(
    claim: str,
    quotes: Sequence[str],
    papers: Sequence[Paper],
    reranker: Reranker,
    vectors: Vectors,
) -> Signs:
    """The signs of `claim` against `quotes`, which are not empty; `papers` are theirs."""
    own = vectors([claim])[0]
    stems = [content_stems(quote[a:b]) for quote in quotes for a, b in sentence_spans(quote)]
    held = {stem for found in stems for stem in found}
    return Signs(
        reranker=max(reranker.score(claim, list(quotes))) / 10,
        cosine=float((vectors(list(quotes)) @ own).max()),
        words=_share(content_stems(claim), held),
        weakest=min(_share(content_stems(clause), held) for clause in clauses(claim)),
        order=max((_in_order(content_stems(claim), found) for found in stems), default=0.0),
        strange=float(_is_strange(claim, quotes, papers)),
        denied=float(_one_side_denies(claim, quotes)),
        opposed=float(opposed(claim, quotes) is not None),
    )


def log_odds(signs: Signs) -> float:
    """Of the quotes bearing the sentence out, against their not doing so."""
    return BIAS + float(sum(w * s for w, s in zip(WEIGHTS, astuple(signs), strict=True)))


def judged_log_odds(signs: Signs, judge: float) -> float:
    """The same with what a judge says: its log-odds of Yes against No."""
    likeness, judged = JUDGED_WEIGHTS
    return JUDGED_BIAS + likeness * log_odds(signs) + judged * judge


def probability(log_odds: float) -> float:
    """The probability of those odds, in [0, 1]."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, log_odds))))


def _share(wanted: Sequence[str], held: set[str]) -> float:
    return sum(stem in held for stem in wanted) / len(wanted) if wanted else 1.0


def _in_order(claim: Sequence[str], quote: Sequence[str]) -> float:
    """Share of the claim's neighbouring stems that both stand in the quote, in that order."""
    first = {stem: place for place, stem in reversed(list(enumerate(quote)))}
    last = {stem: place for place, stem in enumerate(quote)}
    pairs = list(pairwise(claim))
    kept = sum(a in first and b in last and first[a] < last[b] for a, b in pairs)
    return kept / len(pairs) if pairs else 0.0


def _is_strange(claim: str, quotes: Sequence[str], papers: Sequence[Paper]) -> bool:
    return bool(strange_names(claim, quotes, papers) or strange_quantities(claim, quotes))


def _one_side_denies(claim: str, quotes: Sequence[str]) -> bool:
    ours, theirs = negated_stems(claim), {s for quote in quotes for s in negated_stems(quote)}
    held = {stem for quote in quotes for stem in content_stems(quote)}
    return bool((ours - theirs) & held or (theirs - ours) & set(content_stems(claim)))
