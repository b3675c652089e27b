"""Whether quotes of two papers agree on what is asked, or contradict each other, where it is plain.

They agree in a number that both give for what the question counts. They differ where each gives
another number for it, or where each, taken as a claim, clashes with the other. Anything less is
not told: a wrong word of disagreement is worse than none. A question that is put across papers asks
each of them for its own ("How many parameters does each model have?"): other numbers are no
disagreement there, unless both are of all that the question names.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from rag.errors import ChatError
from rag.finding.terms import content_stems
from rag.question.leaning import THING
from rag.support.agree import find_clash
from rag.support.judge_prompts import NO, YES, support_messages
from rag.support.layers import JUDGED
from rag.support.names import stands_in
from rag.support.quantities import Quantity, agrees, quantities
from rag.types import Evidence
from rag.writing.markers import unmarked

if TYPE_CHECKING:
    from rag.models.judge import Judge

_COUNTS = re.compile(
    r"\bhow (?:big|far|fast|few|large|long|many|much|often|small)\b"
    r"|\b(?:what|which) (?:\w+ )?(?:accuracy|amount|fraction|number|percentage|rate|score|share"
    r"|size)\b",
    re.IGNORECASE,
)
_BEHIND = 3  # stems behind a number that say what it counts
_YEAR = range(1900, 2100)
# What a question says of papers no quote of theirs says.
_OF_PAPERS = "different several various papers studies works reports"


@dataclass(frozen=True, slots=True)
class Told:
    """A quote that an answer rests on, with the printed number of its paper."""

    number: int
    item: Evidence


def accords(
    question: str,
    told: Sequence[Told],
    judge: Judge | None = None,
    judge_ms: float = 0.0,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[str, ...]:
    """What is to be noted of pairs of quotes of different papers, in words for the reader: both
    quotes, each with the number of its paper.

    With a `judge`, a pair is noted only if its log-odds that the one quote bears out the other
    are of the same mind; it is asked as long as `judge_ms` are not spent.
    """
    notes: dict[tuple[object, ...], str] = {}
    began = clock()
    for pair in combinations(told, 2):
        low, high = sorted(pair, key=lambda one: one.number)
        sides = {_side(low.item), _side(high.item)} - {""}
        if low.number == high.number or len(sides) > 1:
            continue
        found = _compared(question, low.item, high.item)
        if found is None:
            continue
        agree, said = found
        across = _is_across(low.item) and _is_across(high.item)
        if across and not agree and not (said and THING.search(question)):
            continue
        # What several quotes of two papers say of the same numbers is said once.
        what = said[:1] if agree else said or (low.item.quote, high.item.quote)
        noted = (low.number, high.number, agree, what)
        if noted in notes:
            continue
        if judge and ((clock() - began) * 1000 >= judge_ms or _judged(judge, *pair) != agree):
            continue
        notes[noted] = _in_words(low, high, agree, said)
    return tuple(notes.values())


def _is_across(item: Evidence) -> bool:
    """Whether the question was put to the quote's paper as to one of several."""
    return bool(item.side) and item.side.endswith(item.quote.paper_id)


def _side(item: Evidence) -> str:
    """The side of the question that a quote is of. A question that is put across papers has each
    of them for one (see rag/evidence/each_paper.py), though it asks them all the same.
    """
    return item.side.removesuffix(item.quote.paper_id).removesuffix(": ")


def _in_words(low: Told, high: Told, agree: bool, said: Sequence[str]) -> str:
    on = f" on {said[0]}" if agree else f", {said[0]} against {said[1]}" if said else ""
    what = f"[{low.number}] and [{high.number}] {'agree' if agree else 'differ'}{on}"
    return f"{what}: {_quoted(low)}, {_quoted(high)}."


def _quoted(told: Told) -> str:
    text = unmarked(told.item.quote.text)
    # It is not known on which side the rest of its sentence stands.
    shown = f"… {text} …" if told.item.quote.shortened else text
    return f"“{shown}” [{told.number}]"


def _compared(
    question: str, first: Evidence, second: Evidence
) -> tuple[bool, Sequence[str]] | None:
    """Whether two quotes agree, and in which numbers, or differ, and in which, if in numbers of
    what is asked; None where that is not plain.
    """
    one, other = first.quote.text, second.quote.text
    if _COUNTS.search(question) and _name_all(question, first) and _name_all(question, second):
        counted, counted_too = _counted(question, one), _counted(question, other)
        same = [(a, b) for a in counted for b in counted_too if agrees(a, b) or agrees(b, a)]
        if same:
            return True, tuple(quantity.text for quantity in same[0])
        if len(counted) == len(counted_too) == 1 and counted[0].kind == counted_too[0].kind:
            there = _about(counted[0], one) & _about(counted_too[0], other)
            asked = set(content_stems(question)).difference(content_stems(_OF_PAPERS))
            if there & asked and asked <= set(content_stems(one)) & set(content_stems(other)):
                return False, (counted[0].text, counted_too[0].text)
    clashes = [find_clash(one, [other]), find_clash(other, [one])]
    if all(clash and clash.support == "contradicted" for clash in clashes):
        return False, ()
    return None


def _name_all(question: str, item: Evidence) -> bool:
    """Whether a quote names every name of the question: of another thing, another number holds."""
    names = [match[0] for match in THING.finditer(question)]
    return all(stands_in(name, [item.quote.text]) for name in names)


def _counted(question: str, text: str) -> list[Quantity]:
    """The numbers of a text that count what the question asks for."""
    asked = set(content_stems(question))
    return [
        quantity
        for quantity in quantities(text)
        if not quantity.spelled
        and quantity.kind != "times"
        and not (quantity.kind == "number" and quantity.value in _YEAR)
        and _about(quantity, text) & asked
    ]


def _about(quantity: Quantity, text: str) -> set[str]:
    behind = re.split(r"[.;:(),]", text[quantity.end :])[0]
    return set(content_stems(behind)[:_BEHIND])


def _judged(judge: Judge, first: Told, second: Told) -> bool | None:
    """Whether the judge finds what one quote says in the other; None if it fails."""
    one, other = first.item.quote.text, second.item.quote.text
    try:
        yes, no = judge.weigh(support_messages([one], other), (YES, NO))
    except ChatError:
        return None  # the note is left out: nothing else hangs on it
    return yes - no >= JUDGED
