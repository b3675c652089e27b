"""Papers of a venue that a question names: whole, in part, or by an abbreviation of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.finding.filters import fold
from rag.question.catalogue.among import Among
from rag.question.catalogue.statements import CatalogueReply, counted
from rag.types import Paper

_VERB = r"(?:appear(?:ed|ing|s)?|published|presented|accepted|printed|came out|come out)"
_AT = re.compile(
    rf"\b(?:(?:that |which )?(?:(?:have|has|were|was|are|is|been|got) )*{_VERB} (?P<how>in|at|by)"
    r"|papers?(?: are there| there are| do (?:you|we|i) have)? (?:in|at|from))"
    r" (?:the )?(?P<kind>(?:journal|conference|proceedings)(?: of the| of| called)? )?"
    r"(?P<name>\S.*)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset("a an and at for in of on the to und der die".split())
_SHORT = range(3, 13)  # letters of an abbreviation
_FEWEST = 3  # words that one stands for
_NAMED = 3  # venues that are named where a name means several


@dataclass(frozen=True, slots=True)
class OfVenue:
    """A list asked of one venue: the question without it, and the papers that appeared there.

    `which` says in words which papers they are.
    """

    rest: str
    papers: tuple[Paper, ...]
    which: str


def of_venue(among: Among, text: str) -> OfVenue | CatalogueReply | None:
    """The papers of the venue that `text` ends in, or why there are none; None if it names none.

    "published in X" names one only if the library knows it: X may be a language or a month.
    """
    match = _AT.search(text)
    if not match or not (words := _words(match["name"])):
        return None
    papers = among.kept(among.library.papers())
    held = Counter(paper.venue for paper in papers if paper.venue)
    meant = _meant(words, match["name"], held)
    if meant:
        found = tuple(paper for paper in papers if paper.venue in meant)
        return OfVenue(
            text[: match.start()] + " papers", found, f" that appeared in {_told(meant)}"
        )
    if not match["kind"] and (match["how"] or "").lower() != "at":
        return None
    known = f"the venue is known of {held.total()} of {counted(len(papers), 'paper')}"
    return CatalogueReply(
        (), f"no paper {among.place} is said to have appeared at {match['name']}; {known}"
    )


def _told(venues: Sequence[str]) -> str:
    shown = " or ".join(f"“{venue}”" for venue in venues[:_NAMED])
    more = len(venues) - _NAMED
    return f"{shown} or {counted(more, 'other venue')}" if more > 0 else shown


def _meant(words: list[str], name: str, held: Counter[str]) -> list[str]:
    """The venues that are called so; failing that, those whose name holds or spells it out."""
    by_words = {venue: _words(venue) for venue in held}
    exact = [venue for venue, own in by_words.items() if own == words]
    letters = "".join(words) if len(name.split()) == 1 else ""
    found = exact or [
        venue
        for venue, own in by_words.items()
        if _within(words, own)
        or _abbreviates(letters, own)
        or any(_abbreviates(word, words) for word in own)
    ]
    return sorted(found, key=lambda venue: (-held[venue], venue))


def _words(name: str) -> list[str]:
    return [word for word in _WORD.findall(fold(name)) if word not in _SMALL]


def _within(words: Sequence[str], own: Sequence[str]) -> bool:
    places = range(len(own) - len(words) + 1)
    return any(list(own[at : at + len(words)]) == list(words) for at in places)


def _abbreviates(letters: str, words: Sequence[str]) -> bool:
    """Whether beginnings of words in a row spell `letters`: NeurIPS, NIPS, ICML, EMNLP."""
    if len(letters) not in _SHORT:
        return False
    return any(_spells(letters, words[at:], 0) for at in range(len(words)))


def _spells(letters: str, words: Sequence[str], used: int) -> bool:
    if not letters:
        return used >= _FEWEST
    if not words:
        return False
    longest = next(
        (n for n, pair in enumerate(zip(letters, words[0], strict=False)) if pair[0] != pair[1]),
        min(len(letters), len(words[0])),
    )
    return any(_spells(letters[n:], words[1:], used + 1) for n in range(1, longest + 1))
