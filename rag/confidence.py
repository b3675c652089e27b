"""How likely the chosen quotes answer the question: what abstaining rests on.

One sign carries it: how sure the reranker's probe is, of the quote of which it is surest, that it
says what is asked (see `rag.answering`). Cosines, BM25, how many of the question's words are
there, whether a number or a name that it asks for is: beside it none of them told anything more
on questions that were not fitted on. A judge, where there is one, is asked if it leaves it open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.judge import Judge
from rag.judge_prompts import NO, YES, answered_messages
from rag.types import Evidence, Quote

# Fitted by `askpapers eval confidence` (Platt, 1999), on log-odds from probes that had not seen
# the question's paper; then with a judge's log-odds beside them.
BIAS, WEIGHT = 0.80, 1.10
JUDGED_BIAS, JUDGED_WEIGHT, JUDGE_WEIGHT = 0.80, 1.0, 0.4
OPEN = (0.1, 0.9)
"""Between these a judge is asked, if there is one: most questions do not wait for it."""
JUDGED_QUOTES = 3  # the best ones: a small chat model loses its way among more


def surest(quotes: Sequence[Quote]) -> float:
    """The log-odds of saying what is asked of that quote which has the highest.

    Raises ValueError if there are no quotes.
    """
    return max(quote.says for quote in quotes)


def confidence(says: float, judged: float | None = None) -> float:
    """Estimated probability in [0, 1] that the quotes answer the question.

    `says` is what `surest` gives, `judged` a judge's log-odds that they do, if one was asked.
    """
    if judged is None:
        return _sigmoid(BIAS + WEIGHT * says)
    return _sigmoid(JUDGED_BIAS + JUDGED_WEIGHT * says + JUDGE_WEIGHT * judged)


def weigh(question: str, evidence: Sequence[Evidence], judge: Judge | None = None) -> float:
    """Estimated probability in [0, 1] that `evidence`, best first, answers `question`.

    Raises ChatError if the judge fails.
    """
    if not evidence:
        return 0.0
    says = surest([item.quote for item in evidence])
    cheap = confidence(says)
    if judge is None or not OPEN[0] < cheap < OPEN[1]:
        return cheap
    quotes = [f"{item.paper.title}: {item.quote.text}" for item in evidence[:JUDGED_QUOTES]]
    yes, no = judge.weigh(answered_messages(quotes, question), (YES, NO))
    return confidence(says, yes - no)


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit))))
