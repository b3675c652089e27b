"""Whether a sentence and its quotes agree in what must: numbers, negations, directions, names.

A clash is found where the same thing is said with another number, with a "not" more or less, or
of the opposite direction; and where a number or a name stands nowhere in what is cited. What is
merely put otherwise is no clash; whether it is borne out is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.evidence.sentences import sentence_spans
from rag.finding.terms import content_stems
from rag.support.directions import turned_round
from rag.support.names import names_in, stands_in
from rag.support.negation import denies, negated_stems
from rag.support.quantities import Quantity, agrees, quantities
from rag.support.roles import is_mirrored, of_another, sides_agree, wrong_end
from rag.types import Paper

# Shares of a claim's stems that a sentence must hold to be about the same thing.
SAME_THING = 0.6
SAME_DENIED = 0.75

_P_VALUE = re.compile(r"\bp\s*(?:[=<>≤≥]|value of)\s*$", re.IGNORECASE)
_LEVEL = re.compile(r"(?:CI\b|confidence|credible)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a sentence cannot stand: it is contradicted, or says what stands nowhere.

    A name that stands nowhere is not `sure`: one thing has many names.
    """

    support: Literal["contradicted", "unsupported"]
    reason: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Said:
    """A claim or one sentence of the quotes, with the stems of its content words."""

    text: str
    stems: frozenset[str]

    @staticmethod
    def of(text: str) -> _Said:
        return _Said(text, frozenset(content_stems(text)))


def find_clash(claim: str, quotes: Sequence[str], papers: Sequence[Paper] = ()) -> Clash | None:
    """The first clash of `claim` with `quotes`; None if there is none.

    `papers` are those that are quoted: what a title says need not be said again, and a name may
    stand anywhere in them.
    """
    said, given, about = _read(claim, quotes, papers)
    clash = _number_clash(said, given, about) or _denial(said, given, about)
    clash = clash or _turned_round(said, given, about) or _roles(claim, [one.text for one in given])
    if clash:
        return clash
    whole = [*quotes, *(_whole(paper) for paper in papers)]
    strange = [n for n in names_in(claim) if not stands_in(n, [*whole, claim.replace(n, " ")])]
    if strange:
        return Clash("unsupported", f"“{strange[0]}” stands nowhere in what it cites", sure=False)
    return None


def wrong_way_round(claim: str, quotes: Sequence[str]) -> Clash | None:
    """Two sides of a comparison, the ends of a change, or the numbers of two things, told the
    wrong way round; None if that is not plain.
    """
    return _roles(claim, [quote[a:b] for quote in quotes for a, b in sentence_spans(quote)])


def _roles(claim: str, texts: Sequence[str]) -> Clash | None:
    if any(sides_agree(claim, text) is False for text in texts):
        return Clash("contradicted", "has the two sides of the comparison the wrong way round")
    if ends := wrong_end(claim, texts):
        return Clash("contradicted", f"says “{ends[0]}” where the quote says “{ends[1]}”")
    if swapped := of_another(claim, texts):
        reason = f"says {swapped[0]} of that of which the quote says {swapped[1]}"
        return Clash("contradicted", reason)
    return None


def strange_quantities(claim: str, quotes: Sequence[str]) -> list[Quantity]:
    """Quantities, those merely spelled out included, that the quotes give nowhere."""
    everywhere = [quantity for quote in quotes for quantity in quantities(quote)]
    return [
        quantity
        for quantity in quantities(claim)
        if not (quantity.spelled and quantity.value == 1)  # "one of them" counts nothing
        and not _names_something(quantity, claim, quotes)
        and not _is_given(quantity, everywhere)
    ]


def opposed(claim: str, quotes: Sequence[str]) -> tuple[str, str] | None:
    """A word of direction in `claim` with its opposite in a quote, of the same thing."""
    sentences = (quote[a:b] for quote in quotes for a, b in sentence_spans(quote))
    return next((pair for s in sentences if (pair := turned_round(claim, s))), None)


def _read(
    claim: str, quotes: Sequence[str], papers: Sequence[Paper]
) -> tuple[_Said, list[_Said], frozenset[str]]:
    given = [_Said.of(quote[a:b]) for quote in quotes for a, b in sentence_spans(quote)]
    about = frozenset(stem for paper in papers for stem in content_stems(paper.title))
    return _Said.of(claim), given, about


def _whole(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}\n{paper.summary}\n{' '.join(paper.authors)}"


def _coverage(said: _Said, given: _Said, about: frozenset[str]) -> float:
    """Share of the claim's stems in a sentence; those of a title alone are not asked for."""
    wanted = {s for s in said.stems if s in given.stems or s not in about}
    return len(wanted & given.stems) / len(wanted) if wanted else 0.0


def _number_clash(said: _Said, given: Sequence[_Said], about: frozenset[str]) -> Clash | None:
    """A quantity that no sentence gives: contradicted if one that says the same gives another."""
    strange = strange_quantities(said.text, [one.text for one in given])
    claimed = quantities(said.text) if strange else []
    for quantity in strange:
        for one in sorted(given, key=lambda one: -_coverage(said, one, about)):
            if _coverage(said, one, about) < SAME_THING:
                break
            rest = [
                q
                for q in quantities(one.text)
                if not _of_statistics(q, one.text) and not any(agrees(c, q) for c in claimed)
            ]
            other = next((q for q in rest if _counts_alike(quantity, said, q, one)), None)
            if other:
                reason = f"says {quantity.text}, the quote says {other.text}"
                return Clash("contradicted", reason)
        if not quantity.spelled and quantity.text not in about:
            return Clash("unsupported", f"{quantity.text} stands nowhere in what it cites")
    return None


def _of_statistics(quantity: Quantity, text: str) -> bool:
    """Whether it is a confidence level or a p value, which nobody means by another number."""
    return bool(
        _P_VALUE.search(text[: quantity.start]) or _LEVEL.match(text[quantity.end :].lstrip("- "))
    )


def _names_something(quantity: Quantity, claim: str, quotes: Sequence[str]) -> bool:
    """Whether it is part of a name that the quotes have: "Type 1", "factor 21"."""
    before = re.search(r"[^\W\d_]+[\s-]*$", claim[: quantity.start])
    if before is None or quantity.kind != "number" or quantity.unit:
        return False
    name = re.escape(before.group().strip(" -")) + rf"[\s-]*{re.escape(quantity.text)}(?!\d)"
    return any(re.search(name, quote, re.IGNORECASE) for quote in quotes)


def _is_given(quantity: Quantity, everywhere: Sequence[Quantity]) -> bool:
    """Whether it stands there, or is the rest, the difference or the ratio of what does."""
    if any(agrees(quantity, other) for other in everywhere):
        return True
    slack = quantity.step / 2 * (1 + 1e-6)
    rests = (1 - other.value for other in everywhere if other.kind == quantity.kind == "share")
    pairs = ((a, b) for a in everywhere for b in everywhere if a is not b)
    derived = (value for a, b in pairs for value in _derived(quantity, a, b))
    return any(abs(v - quantity.value) <= slack for values in (rests, derived) for v in values)


def _derived(quantity: Quantity, first: Quantity, second: Quantity) -> Iterator[float]:
    if first.kind == second.kind == quantity.kind == "share":
        yield abs(first.value - second.value)
    if first.kind == second.kind == "share" and quantity.kind == "points":
        yield 100 * abs(first.value - second.value)
    alike = first.kind == second.kind != "times" and bool(second.value)
    if alike and (quantity.kind == "times" or (quantity.kind, first.kind) == ("share", "number")):
        yield first.value / second.value


def _counts_alike(a: Quantity, said: _Said, b: Quantity, given: _Said) -> bool:
    """Whether two quantities are of one kind and, but for shares and factors, of one thing."""
    if a.kind != b.kind:
        return False
    if a.unit and a.unit == b.unit:
        return True
    return a.kind != "number" or bool(_counted(a, said.text) & _counted(b, given.text))


def _counted(quantity: Quantity, text: str) -> set[str]:
    """Stems of what stands next behind a quantity: its unit, what it counts."""
    behind = re.split(r"[.;:()]", text[quantity.end :])[0]
    return set(content_stems(behind)[:2])


def _denial(said: _Said, given: Sequence[_Said], about: frozenset[str]) -> Clash | None:
    """A negation more or less, of a word that both have."""
    denied = negated_stems(said.text)
    for one in given:
        if denies(said.text, one.text):
            return Clash("contradicted", "says the opposite of the quote but for the wording")
        if _coverage(said, one, about) < SAME_DENIED:
            continue
        odd = sorted((denied ^ negated_stems(one.text)) & said.stems & one.stems)
        if odd and odd[0] in denied:
            word = _as_written(odd[0], one.text)
            return Clash("contradicted", f"denies “{word}”, which the quote says")
        if odd:
            word = _as_written(odd[0], said.text)
            return Clash("contradicted", f"says “{word}”, which the quote denies")
    return None


def _as_written(stem: str, text: str) -> str:
    words = re.findall(r"[^\W_]+", text)
    return next((word for word in words if stem in content_stems(word)), stem)


def _turned_round(said: _Said, given: Sequence[_Said], about: frozenset[str]) -> Clash | None:
    """A word of direction where the quote has its opposite, said of the same thing."""
    if negated_stems(said.text):
        return None
    for one in given:
        if _coverage(said, one, about) < SAME_THING or negated_stems(one.text):
            continue
        if is_mirrored(said.text, one.text):
            continue  # "A is better than B" says that B is worse than A
        if pair := turned_round(said.text, one.text):
            reason = f"says “{pair[0]}” where the quote says “{pair[1]}”"
            return Clash("contradicted", reason)
    return None
