"""Which fields of a paper a question asks for, and what it says beside that: the paper's name.

A question is read by the words that are there, in whatever order. Words for fields are cut out,
and words that only ask; what is left must be the name of a paper, or it is no such question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from rag.question.field_words import (
    AUTHORISH,
    BESIDES,
    COMPARED,
    EDGES,
    FIRST,
    HAVE,
    HERE,
    IDENTIFIED,
    LAST,
    LAST_BUT_ONE,
    NOUNS,
    NUMBERS,
    OF_ANOTHER_KIND,
    ORDINALS,
    POLITE,
    PREAMBLE,
    PRONOUN,
    SEVERAL,
    VERBAL,
    VERBS_OF,
    WHETHER,
)
from rag.question.field_words_loose import (
    HAS_IT,
    LOOSE_HAVE,
    LOOSE_LAST,
    LOOSE_NOUNS,
    LOOSE_VERBAL,
    SAYS_NOTHING,
    YEARS,
)

Nouns = Sequence[tuple[str, re.Pattern[str]]]

_CUT = "|"
_HIDDEN = re.compile("\ue000(\\d+)\ue001")
_TYPED = str.maketrans("\ue000\ue001", "  ")  # the same signs where somebody typed them


@dataclass(frozen=True, slots=True)
class Asked:
    """The `fields` that a question asks for, in its order, and the `pieces` that are left of it:
    the name of a paper; none where one that was spoken of before is meant, or `several`.

    `nth` are the places of the authors that are asked for, from 1 (-1 is the last), if not all.
    It is asked `whether` something is so if it wants a yes or no. It may be `of_papers`, any that
    are so, rather than of one.
    """

    fields: tuple[str, ...]
    pieces: tuple[str, ...]
    nth: tuple[int, ...] = ()
    whether: bool = False
    several: bool = False
    of_papers: bool = False


def asks_for_a_field(text: str) -> bool:
    """Whether `text` may be such a question at all: it has words that ask for a field."""
    return bool(IDENTIFIED.fullmatch(text)) or read_fields(text, ()) is not None


def read_fields(
    text: str, names: Sequence[tuple[int, int]], *, loosely: bool = False
) -> Asked | None:
    """What `text` (no mark at its end) asks for; None if no field. What stands at `names` (start,
    end) are titles, in which no word asks for anything. `loosely` more words ask for fields, such
    as also ask for what a text says.
    """
    hidden, text = _hidden(text, names)
    identified = IDENTIFIED.fullmatch(text)
    if identified and _HIDDEN.fullmatch(identified["name"]) and hidden[0][:1].isdigit():
        return Asked(("title", "authors", "published"), (hidden[0],))
    text = POLITE.sub(" ", text if loosely else PREAMBLE.sub(" ", text)).strip(" ,.:;!?-")
    text = " ".join(text.split())
    whole = text
    text, found, nth = _cut_nouns(text, (*LOOSE_NOUNS, *NOUNS, *LOOSE_LAST) if loosely else NOUNS)
    compared = tuple(field for field in COMPARED if field in found.values())
    of_papers = bool(not compared and OF_ANOTHER_KIND.search(text))
    if of_papers and not loosely:
        return None
    whether = _add_verbal(text, found, loosely) or bool(WHETHER.match(whole))
    if not found and (held := _held(text, loosely)) is not None:
        text, found = held, {0: "paper_id"}
    if not found:
        return None
    fields = tuple(dict.fromkeys(found[place] for place in sorted(found)))
    text = _without_verbs(text, fields, whether, loosely)
    edges = EDGES | SAYS_NOTHING if loosely else EDGES
    pieces = tuple(_shown(piece, hidden) for piece in _pieces(text, edges))
    fields = compared[:1] or _without_weaker(fields)
    return Asked(fields, pieces, nth, whether, bool(SEVERAL.search(text)), of_papers)


def _held(text: str, loosely: bool) -> str | None:
    """What is left of a question whether the library has something; None if it asks no such."""
    if match := HAVE.match(text):
        return HERE.sub(_CUT, text[match.end() :])
    if loosely and LOOSE_HAVE.match(text):
        return HERE.sub(_CUT, HAS_IT.sub(_CUT, text))
    return None


def _without_verbs(text: str, fields: Sequence[str], whether: bool, loosely: bool) -> str:
    """`text` without the other words that ask for these fields, beside their nouns."""
    for field in fields:
        text = VERBS_OF[field].sub(_CUT, text) if field in VERBS_OF else text
    if {"abstract", "url", "doi", "arxiv_id"} & set(fields):
        text = HERE.sub(_CUT, text)
    if "others" in fields:
        text = re.sub(rf"\b{BESIDES}\b", _CUT, text, flags=re.IGNORECASE)
    if whether and "published" in fields:
        text = re.sub(r"\b(?:19|20)\d\d\W*$", _CUT, text)
        text = YEARS.sub(_CUT, text) if loosely else text
    return text


def _hidden(text: str, names: Sequence[tuple[int, int]]) -> tuple[list[str], str]:
    """`text` with a sign in the place of each name, and the names."""
    hidden: list[str] = []
    shown: list[str] = []
    at = 0
    text = text.translate(_TYPED)
    for start, end in names:
        shown.append(f"{text[at:start]}\ue000{len(hidden)}\ue001")
        name = text[start:end]
        hidden.append(name if name[0] in '“"' or name[0].isdigit() else f"“{name}”")
        at = end
    return hidden, "".join((*shown, text[at:]))


def _shown(piece: str, hidden: Sequence[str]) -> str:
    return _HIDDEN.sub(lambda match: hidden[int(match[1])], piece)


def _cut_nouns(text: str, nouns: Nouns) -> tuple[str, dict[int, str], tuple[int, ...]]:
    """`text` without the nouns that ask for fields; the fields by place; which authors."""
    found: dict[int, str] = {}
    nth: tuple[int, ...] = ()
    for field, pattern in nouns:
        for match in pattern.finditer(text):
            found[match.start()] = field
            nth = nth or (places(match) if field == "nth" else ())
        text = pattern.sub(lambda match: _CUT * len(match[0]), text)
    return text, found, nth


def _add_verbal(text: str, found: dict[int, str], loosely: bool) -> bool:
    """Adds the fields that verbs ask for in `text` to those `found`; whether one wants a yes."""
    for field, pattern, whether in (*VERBAL, *LOOSE_VERBAL) if loosely else VERBAL:
        if not pattern.match(text) or (whether and found) or field in found.values():
            continue
        of_authors = field in ("authors", "made")
        if not (of_authors and {*AUTHORISH, "made"} & set(found.values())):
            said = VERBS_OF[field].search(text)
            found[said.start() if said else len(text)] = field
        if whether:
            return True
    asks = {*AUTHORISH, "made"} & set(found.values())
    if asks and (besides := re.search(rf"\b{BESIDES}\b", text, re.IGNORECASE)):
        found[besides.start()] = "others"
    return False


def places(match: re.Match[str]) -> tuple[int, ...]:
    """The places among the authors that a match of a pattern for some of them names."""
    said = match.groupdict()
    if at := said.get("at"):
        return (_number(at),)
    which, many = (said.get("nth") or "").lower(), said.get("many")
    count = _number(many) if many else 1
    if which in LAST_BUT_ONE or "-last" in which.replace(" ", "-"):
        return (-2,)
    if which in LAST:
        return tuple(range(-count, 0))
    place = 1 if which in FIRST else _number(which)
    return tuple(range(place, place + count))


def _number(said: str) -> int:
    digits = re.match(r"\d{1,9}", said)  # no paper has more authors, and int() takes no more
    low = said.lower()
    return int(digits[0]) if digits else (NUMBERS if low in NUMBERS else ORDINALS).index(low) + 1


def _pieces(text: str, edges: Set[str]) -> Iterator[str]:
    """What stands between the cuts, without words at its `edges` that name nothing."""
    for piece in text.split(_CUT):
        words = piece.strip(" ,.:;!?-–—").split()
        while words and words[0].lower().strip(",'’") in edges:
            words.pop(0)
        while words and re.sub(r"['’]s?$|,$", "", words[-1].lower()) in edges:
            words.pop()
        name = " ".join(words).strip(" ,.:;!?")
        if name and not PRONOUN.fullmatch(name):
            yield name


def _without_weaker(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Without "authors" where it is said which or how many of them, and the like."""
    closer = {"nth", "others", "author_count"} & set(fields)
    without = {"authors", "made"} if closer else set()
    without |= {"where"} if "sources" in fields else set()
    return tuple(field for field in fields if field not in without)
