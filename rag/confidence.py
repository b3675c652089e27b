"""How likely the chosen quotes answer the question: what abstaining rests on.

The reranker's logit says whether a quote is about what is asked; it is easily pleased by the
right topic. Further signs look for what an answer would have to hold: a quantity where one is
asked for, the thing that is counted or measured, the kind of thing that "which" asks for, and the
names in the question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from rag.terms import content_stems
from rag.types import Paper, Quote

_MEASURES = (
    "accuracy|amount|budget|coefficient|complexity|cost|count|dimension|exponent|length|number"
    "|price|rate|score|size|speed|temperature|threshold|time|wage"
)
_SHARES = "fraction|percent|percentage|proportion|share"
_ASKS_QUANTITY = re.compile(
    r"\bhow (?:far|fast|high|large|long|low|many|much|often|old|small)\b"
    rf"|\b(?:what|which)\b(?:\W+\w+){{0,3}}?\W+(?:{_MEASURES}|{_SHARES})\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|half|twice|double|hundreds?"
    r"|thousands?|millions?|billions?|hourly|daily|weekly|monthly|yearly)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bhow many ((?:(?!(?:are|can|could|did|do|does|had|has|have|in|is|of|that|was|were|will)\b)"
    r"[\w-]+ ){1,3})",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    rf"\b(?:what|which)\b(?:'s| is| was)?(?: the)?((?: [\w-]+){{0,2}}? (?:{_MEASURES}))\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b(?:\w*[A-Za-z]\w*-\d\w*|\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}\w*|[A-Za-z]+\d\w*)\b")
_VERB = (
    r"(?:are|can|could|did|do|does|had|has|have|is|they|was|were|will|would)\b"  # after the kind
)
_KIND = re.compile(rf"\b(?:which|what) (?!{_VERB})((?:[\w-]+ ){{1,3}}?){_VERB}", re.IGNORECASE)
# Kinds so general that a text which answers need not name them.
_ANY_KIND = frozenset(
    "else form fraction idea kind part percentage percent share sort thing".split()
)
_WORDS_BEFORE = 4  # how far before the counted thing its number may stand


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer in the quotes (`logit`, a tenth of the reranker's, about -1 to 1)
    and against it (1.0 if so): no quantity though one is asked for, nothing of the kind that is
    counted or measured, a name or the kind of thing asked for that stands nowhere in the best
    quote's paper.
    """

    logit: float
    no_quantity: float
    not_measured: float
    unknown_name: float
    unknown_kind: float


# Bias and weights of the signs, fitted by `askpapers eval confidence` on the dev questions.
BIAS = 1.70
WEIGHTS = (3.62, -3.49, -5.72, -5.98, -3.59)


def read_signs(question: str, quotes: Sequence[Quote], paper: Paper) -> Signs:
    """The signs for `quotes`, best first and not empty; `paper` is the best one's."""
    best = quotes[0]
    asks = _ASKS_QUANTITY.search(question)
    texts = [quote.text for quote in quotes if quote.score >= best.score / 2]
    return Signs(
        logit=_logit(best.score) / 10,
        no_quantity=float(bool(asks) and not any(_QUANTITY.search(text) for text in texts)),
        not_measured=float(_not_measured(question, texts)),
        unknown_name=float(_unknown_name(question, paper)),
        unknown_kind=float(_unknown_kind(question, paper)),
    )


def _logit(score: float) -> float:
    within = min(max(score, 1e-5), 1 - 1e-5)
    return math.log(within / (1 - within))


def confidence(signs: Signs) -> float:
    """Estimated probability in [0, 1] that the quotes answer the question."""
    logit = BIAS + sum(w * s for w, s in zip(WEIGHTS, astuple(signs), strict=True))
    return 1.0 / (1.0 + math.exp(-logit))


def _not_measured(question: str, texts: Sequence[str]) -> bool:
    """Whether something is counted or measured in the question, and in none of the texts."""
    if counted := _COUNTED.search(question):
        stems = content_stems(counted[1])
        return bool(stems) and not any(_counts(stems[-1], text) for text in texts)
    if measured := _MEASURED.search(question):
        wanted = set(content_stems(measured[1]))
        return not any(wanted <= set(content_stems(text)) for text in texts)
    return False


def _counts(stem: str, text: str) -> bool:
    """Whether a number stands shortly before a word of that stem."""
    words = text.split()
    return any(
        stem in content_stems(word)
        and _QUANTITY.search(" ".join(words[max(0, i - _WORDS_BEFORE) : i + 1]))
        for i, word in enumerate(words)
    )


def _unknown_name(question: str, paper: Paper) -> bool:
    """Whether a name of the question (`LSAT`, `TruthfulQA`, `GPT-5`) is not in the paper."""
    text = _squeezed(f"{paper.title} {paper.abstract} {paper.summary} {' '.join(paper.authors)}")
    names = {_squeezed(name) for name in _NAME.findall(question)}
    return any(name not in text and name.removesuffix("s") not in text for name in names)


def _unknown_kind(question: str, paper: Paper) -> bool:
    """Whether "which X" or "what X" asks for an X that the paper does not speak of."""
    match = _KIND.search(question)
    if not match:
        return False
    words = match[1].lower().split()
    kind = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    if kind.removesuffix("s") in _ANY_KIND:
        return False
    seen = set(content_stems(f"{paper.title} {paper.abstract} {paper.summary}"))
    return not set(content_stems(kind)) <= seen


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
