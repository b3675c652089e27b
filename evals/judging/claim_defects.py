"""Defects put into true sentences on purpose: what a check is worth shows in whether it finds them.

Each is made from a sentence that its quotes bear out, by a seeded generator, and is plainly false
of them, or said nowhere there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from rag.finding.terms import content_stems
from rag.support.directions import is_directed
from rag.support.names import names_in, stands_in
from rag.support.quantities import Quantity, agrees, quantities
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence, the quotes it cites and the papers that they are of; `origin` is the true
    sentence that a defective one was made from.
    """

    claim: str
    quotes: tuple[str, ...]
    papers: tuple[Paper, ...]
    origin: str = ""


Seeder = Callable[[Cited, Sequence[Cited], random.Random], Cited | None]
"""Makes a defective one of a true one, with what others say; None where it has no place for it."""


def swapped_number(true: Cited, _: Sequence[Cited], chance: random.Random) -> Cited | None:
    """Another number of the same form, which its quotes do not hold."""
    written = [q for q in quantities(true.claim) if q.text[0].isdigit()]
    if not written:
        return None
    old = chance.choice(written)
    held = [q for quote in true.quotes for q in quantities(quote)]
    for _attempt in range(20):
        text = _other_digits(old.text, chance)
        new = next(iter(quantities(text)), old)
        if not any(agrees(new, q) or agrees(q, new) for q in held) and _apart(new, old):
            return replace(true, claim=true.claim[: old.start] + text + true.claim[old.end :])
    return None


def _other_digits(text: str, chance: random.Random) -> str:
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    signs = list(text)
    for place in digits[:2]:
        signs[place] = chance.choice("123456789")
    return "".join(signs)


def _apart(new: Quantity, old: Quantity) -> bool:
    return abs(new.value - old.value) > 0.1 * abs(old.value)


_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|can|could|may|might|will|would|does|do|did|should)\b(?! not\b)"
)
_NOT = re.compile(
    r"\b(is|are|was|were|has|have|may|might|will|would|should|could|do|does|did) not\b"
)


def flipped_negation(true: Cited, _: Sequence[Cited], __: random.Random) -> Cited | None:
    """A "not" more, behind an auxiliary, or one less."""
    if match := _NOT.search(true.claim):
        return replace(true, claim=true.claim[: match.end() - 4] + true.claim[match.end() :])
    if match := _AUXILIARY.search(true.claim):
        at = match.end()
        return replace(true, claim=f"{true.claim[:at]} not{true.claim[at:]}")
    return None


_TURNS = """increase/decrease increases/decreases increased/decreased increasing/decreasing
    higher/lower more/less better/worse larger/smaller improves/worsens improve/worsen
    improved/worsened faster/slower longer/shorter stronger/weaker outperforms/underperforms
    outperform/underperform above/below positive/negative promotes/inhibits promote/inhibit
    activates/suppresses enhances/impairs enhanced/impaired reduces/increases reduce/increase
    reduced/increased inhibits/promotes induces/prevents high/low"""
_TURNED = {
    word: other
    for pair in _TURNS.split()
    for word, other in (pair.split("/"), reversed(pair.split("/")))
}


def turned_direction(true: Cited, _: Sequence[Cited], chance: random.Random) -> Cited | None:
    """A word of direction gives way to its opposite."""
    places = [m for m in re.finditer(r"\b[a-z]+\b", true.claim) if m.group() in _TURNED]
    places = [match for match in places if is_directed(match.group())]
    if not places:
        return None
    match = chance.choice(places)
    turned = _TURNED[match.group()]
    return replace(true, claim=true.claim[: match.start()] + turned + true.claim[match.end() :])


def swapped_name(true: Cited, others: Sequence[Cited], chance: random.Random) -> Cited | None:
    """A name gives way to one of another sentence, which its papers do not hold."""
    own = names_in(true.claim)
    if not own:
        return None
    old = chance.choice(own)
    whole = [*true.quotes, *(f"{p.title} {p.abstract} {p.summary}" for p in true.papers)]
    for other in chance.sample(others, min(40, len(others))):
        for name in names_in(other.claim):
            if not stands_in(name, [*whole, true.claim]):
                return replace(true, claim=true.claim.replace(old, name, 1))
    return None


def wrong_paper(true: Cited, others: Sequence[Cited], chance: random.Random) -> Cited | None:
    """It cites what another paper says: of fifty drawn, the one that is most like it."""
    ids = {paper.paper_id for paper in true.papers}
    drawn = [one for one in chance.sample(others, min(50, len(others))) if not _of(one, ids)]
    wanted = set(content_stems(true.claim))

    def shared(other: Cited) -> int:
        return len(wanted.intersection(content_stems(" ".join(other.quotes))))

    if not drawn:
        return None
    liked = max(drawn, key=shared)
    return replace(true, quotes=liked.quotes, papers=liked.papers)


def merged_claims(true: Cited, others: Sequence[Cited], chance: random.Random) -> Cited | None:
    """A second claim, of another paper, under the quotes of the first."""
    ids = {paper.paper_id for paper in true.papers}
    drawn = [one for one in chance.sample(others, min(20, len(others))) if not _of(one, ids)]
    if not drawn:
        return None
    second = drawn[0].claim.strip()
    second = second if second[1:2].isupper() else second[:1].lower() + second[1:]
    return replace(true, claim=f"{true.claim.strip().rstrip('.')}, and {second}")


def _of(one: Cited, ids: set[str]) -> bool:
    return bool(ids.intersection(paper.paper_id for paper in one.papers))


SEEDERS: Mapping[str, Seeder] = MappingProxyType(
    {
        "swapped number": swapped_number,
        "flipped negation": flipped_negation,
        "turned direction": turned_direction,
        "swapped name": swapped_name,
        "wrong paper": wrong_paper,
        "merged claims": merged_claims,
    }
)


def seeded(true: Sequence[Cited], name: str) -> list[Cited]:
    """A defective one of each that has a place for the defect, the same ones every time."""
    made = []
    for one in true:
        others = [other for other in true if other is not one]
        chance = random.Random(f"{name}\n{one.claim}")
        if found := SEEDERS[name](one, others, chance):
            made.append(replace(found, origin=one.claim))
    return made
