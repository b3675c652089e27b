"""What grades whole answers, held against people: preferences, and facts they found missing."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import Case
from evals.judging.agreement import accuracy, auc, balanced_accuracy, kappa, measured
from evals.judging.validate_result import AGREED, AUC, BALANCED, KAPPA, Result
from evals.labelled import Preference, Telling, drawn, feedback
from evals.stats import percentile, rate

if TYPE_CHECKING:
    from evals.judging.judge_cache import CachedJudge
    from rag.models.weights import Progress

TIE = 0.5
LENGTH = "length"
"""The scorer that prefers the longer answer, whatever it says: what a judge has to beat."""


def correctness(data: Path, most: int) -> list[Result]:
    """The metric `fact` on facts that people found missing in an answer, and that stand in what
    they made of it: how often it says missing where they said so, and told where they told it.

    Raises SourceError.
    """
    from evals.scorers.facts import FACT

    tellings = drawn(feedback.load_tellings(data / feedback.FOLDER), "question", most)
    labels = [telling.told for telling in tellings]
    groups = [telling.question for telling in tellings]
    began = time.perf_counter()
    said = [_tells_all(telling) for telling in tellings]
    spent = (time.perf_counter() - began) * 1000 / max(1, len(tellings))
    lacking = [not yes for yes, told in zip(said, labels, strict=True) if not told]
    telling_it = [yes for yes, told in zip(said, labels, strict=True) if told]
    figures = {
        BALANCED: measured(balanced_accuracy, labels, said, groups),
        KAPPA: measured(kappa, labels, said, groups),
    }
    right = {"missing": rate(lacking), "told": rate(telling_it)}
    return [Result(FACT.name, feedback.NAME, "correctness", len(labels), figures, right, ms=spent)]


def _tells_all(telling: Telling) -> bool:
    """Whether the metric says that the answer tells every one of the facts."""
    from evals.runs.elsewhere import PaperNames, read_reply
    from evals.scorers.facts import right_fact

    case = Case(
        id="telling",
        question=telling.question,
        kind="fact",
        unanswerable="",
        papers=("*",),
        facts=tuple((fact,) for fact in telling.facts),
        split="dev",
    )
    answer = read_reply({"answer": telling.answer}, case, {}, PaperNames(())).answer
    assert answer is not None  # a reply with a text has an answer
    return right_fact(case, answer).value == 1.0


def preference(
    data: Path, judges: Sequence[CachedJudge], most: int, progress: Progress | None = None
) -> list[Result]:
    """Each judge, or mere length without one, on one pair of answers a question; the milliseconds
    are of both orders together. Raises SourceError, ChatError.
    """
    from evals.scorers.pairwise import leanings, preferred

    chosen = _one_a_question(feedback.load_preferences(data / feedback.FOLDER))
    pairs = drawn(chosen, "question", most)
    longer_by = [len(pair.first) - len(pair.second) for pair in pairs]
    if not judges:
        return [preferring(LENGTH, pairs, [*map(_sign, longer_by)], longer_by)]
    results = []
    for judge in judges:
        firsts, sums, spent = [], [], []
        for place, pair in enumerate(pairs):
            if progress:
                progress(f"preference by {judge.name}", place, len(pairs))
            before = judge.ms
            firsts.append(preferred(judge, pair.question, pair.first, pair.second))
            spent.append(judge.ms - before)
            sums.append(sum(leanings(judge, pair.question, pair.first, pair.second)))  # recalled
        name = f"pairwise:{judge.name}"
        results.append(preferring(name, pairs, firsts, sums, percentile(spent, 50)))
    return results


def _sign(number: float) -> float:
    return TIE + TIE * ((number > 0) - (number < 0))


def _one_a_question(pairs: Sequence[Preference]) -> list[Preference]:
    """One pair of each question, by hash: pairs of one question share answers."""

    def by_hash(pair: Preference) -> bytes:
        return blake2b(f"{pair.first}\n{pair.second}".encode(), digest_size=8).digest()

    chosen: dict[str, Preference] = {}
    for pair in sorted(pairs, key=by_hash):
        chosen.setdefault(pair.question, pair)
    kept = {id(pair) for pair in chosen.values()}
    return [pair for pair in pairs if id(pair) in kept]


def preferring(
    scorer: str,
    pairs: Sequence[Preference],
    firsts: Sequence[float],
    likings: Sequence[float],
    ms: float = math.nan,
) -> Result:
    """`firsts` are 1 where the first answer was preferred, 0 the second, TIE neither; `likings`
    how much the first was liked more."""
    labels = [pair.first_preferred for pair in pairs]
    groups = [pair.question for pair in pairs]
    right: dict[str, list[bool]] = {"longer is better": [], "shorter is better": [], "decided": []}
    for pair, first in zip(pairs, firsts, strict=True):
        longer = (len(pair.first) > len(pair.second)) == pair.first_preferred
        agreed = first == float(pair.first_preferred)
        right["longer is better" if longer else "shorter is better"].append(agreed)
        if first != TIE:
            right["decided"].append(agreed)
    return Result(
        scorer=scorer,
        labelled_set=feedback.NAME,
        part="preference",
        n=len(pairs),
        figures={
            AGREED: measured(accuracy, labels, firsts, groups),
            AUC: measured(auc, labels, likings, groups),
        },
        right={label: rate(outcomes) for label, outcomes in right.items()},
        ms=ms,
    )
