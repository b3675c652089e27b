"""Questions with more than one thing to look for: what is compared, and questions joined by "and".

A search for all of it at once finds the paper that is nearest to the whole, mostly one side's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.question.followup import is_name


@dataclass(frozen=True, slots=True)
class Side:
    """One thing to look for: what it is called in the question, and the question about it alone.

    `search` finds the papers and `read` the sentences in them. `apart` says that it is worth
    answering without the other; of "is it A or B?" it is not. One that `leans` names nothing
    itself: "and what was it trained on?".
    """

    name: str
    search: str
    read: str
    apart: bool = True
    leans: bool = False


_PAPER = re.compile(r" (?:papers?|work|report|study)$", re.IGNORECASE)
_A_PAPER = re.compile(r"\b(?:papers?|work|report|study)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|both|either|between)\s+", re.IGNORECASE)
_BARE_PAPER = re.compile(r"(?:the|an?) (?:papers?|work|report|study)", re.IGNORECASE)
_IN_PAPER = re.compile(
    r"(?P<name>.+?) (?P<where>in the (?:\S+ ){0,5}(?:paper|report|study|work))", re.IGNORECASE
)
_ON = (
    r"(?P<rest>,? (?:on|in terms of|regarding|concerning|with respect to|with regard to|when it"
    r" comes to|as to|for|in how|in their|in the way) .+)?"
)
_COMPARED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:.*\b)?(?:compare|contrast|comparing) (?!to |with )(?P<a>.+?)"
        rf" (?:and|to|with|against|versus|vs\.?) (?P<b>.+?){_ON}",
        rf".*\b(?:differences?|distinction|similarit(?:y|ies)|trade-?offs?|comparison) between"
        rf" (?P<a>.+?) and (?P<b>.+?){_ON}",
        rf"(?P<lead>how) (?:is|are|do|does|did) (?P<a>.+?) (?:differ|different|distinct) from"
        rf" (?P<b>.+?){_ON}",
        r"(?:how|in (?:what|which) ways?|where) (?:is|are|do|does|did|were)"
        r" (?P<a>.+?),? and (?P<b>.+?) (?:differ|diverge|different|related|compared?|relate)"
        r"(?: (?:from|to|with) (?:each other|one another))?"
        r"(?P<rest>,? (?:at|by|for|in|on|regarding|when|with) .+)?",
        rf"(?:do|does|did|are) (?P<a>.+?),? and (?P<b>.+?) (?:differ|different){_ON}",
        rf"(?:what|which \w+) (?:distinguish|separate|set)(?:es|s)? (?P<a>.+?)"
        rf"(?: apart)? from (?P<b>.+?){_ON}",
        rf"(?P<lead>how) (?:do|does|did) (?P<a>.+?) (?:fare |do |perform |hold up )?"
        rf"(?:compare|compared|stack up)(?:d)? (?:to|with|against) (?P<b>.+?){_ON}",
        r"(?P<a>.+?),? (?:versus|vs\.?) (?P<b>[^:,]+)[:,] (?P<rest>.+)",
        rf"(?P<a>.+?),? (?:versus|vs\.?) (?P<b>.+?){_ON}",
        r"what do (?P<a>.+?) and (?P<b>.+?) have in common(?P<rest>.*)",
    )
)
_CHOICE = re.compile(
    r"(?P<lead>(?:which|what|who|whose)\b[^,:]*?)(?:,|:| -) ?(?P<a>[^:]+?),? or (?P<b>[^,]+)",
    re.IGNORECASE,
)
_NAME = r"(?:the [\w-]+ )?(?:[\w-]*[A-Z][\w.-]*|[\w-]*\d[\w-]*)(?: [A-Z\d][\w-]*)*"
_TOGETHER = re.compile(
    rf"(?P<before>.*\b(?:are|can|could|did|do|does|for|had|has|have|in|is|of|was|were|will)) "
    rf"(?:both )?(?P<a>{_NAME}(?:, {_NAME})*),? and (?P<b>{_NAME}"
    rf"|the .+?(?= (?:both|each)\b))(?P<after>\b.*)"
)
_BOTH = re.compile(r"\s*\b(?:both|each)\b", re.IGNORECASE)
_CLAUSE_VERBS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|that|which)\b", re.IGNORECASE
)
_MOST_WORDS = 10  # of one side; more is no name of a thing
_MOST_SIDES = 5  # each one is searched for by itself
_LISTED = re.compile(r",? and |, ")
_VERSUS = re.compile(r",? (?:versus|vs\.?) ", re.IGNORECASE)
# "In the InstructGPT paper, how do …": says of all sides where, or by whom.
_WHERE = re.compile(
    r"(?P<where>(?:according to|among|as (?:told|said) (?:by|in)|by|for|from|in|of|on|since|within)"
    r" [^,?]{3,80}), (?P<rest>.+)",
    re.IGNORECASE,
)


def sides_of(question: str) -> tuple[Side, ...]:
    """The things that `question` asks about side by side, two or more of them, or none."""
    text = " ".join(question.split()).strip(" ?!.")
    if sides := _compared(text) or _together(text):
        return sides
    where = _WHERE.fullmatch(text)
    sides = (_compared(where["rest"]) or _together(where["rest"])) if where else ()
    return tuple(_told_where(side, where["where"]) for side in sides) if where else ()


def _told_where(side: Side, where: str) -> Side:
    asked = f"{side.read.rstrip('?')}, {where[0].lower()}{where[1:]}?"
    return replace(side, search=asked, read=asked)


def _compared(text: str) -> tuple[Side, ...]:
    for pattern in _COMPARED:
        if match := pattern.fullmatch(text):
            rest, last = (match.groupdict().get("rest") or "").strip(" ,"), match["b"]
            in_paper = _IN_PAPER.fullmatch(last)
            if in_paper and not rest and is_name(in_paper["name"]):
                last, rest = in_paper["name"], in_paper["where"]
            if rest and _BARE_PAPER.fullmatch(last):  # "the paper" of "the paper on moss"
                rest, last = "", f"{last} {rest}"
            names = _listed(match["a"], last)
            if sides := _sides(names, "What about" if rest else "What is", rest):
                return sides
    match = _CHOICE.fullmatch(text)
    if not match:
        return ()
    names = _listed(match["a"], match["b"])
    return _sides(names, f"{match['lead'].strip()}:", "", apart=False)


def _together(text: str) -> tuple[Side, ...]:
    """ "What do A and B …": asked of the one, and of the other."""
    match = _TOGETHER.fullmatch(text)
    if not match:
        return ()
    after = _BOTH.sub("", match["after"], count=1).strip()
    return _sides(_listed(match["a"], match["b"]), match["before"], after)


def _listed(first: str, last: str) -> list[str]:
    """All that is listed: "A, B" and "C" are three. What has an "and" in it ("black and white")
    is told apart only where its parts are names.
    """
    if ", and " in last:  # the comma tells which "and" parts the list
        return [part for part in re.split(r", (?:and )?", f"{first} and {last}") if part]
    names: list[str] = []
    for text in _VERSUS.split(f"{first} vs {last}"):
        parts = [part for part in _LISTED.split(text) if part]
        plain = [part for part in text.split(", ") if part]
        names += parts if all(is_name(_bare(part)) for part in parts) else plain
    return names


def _bare(name: str) -> str:
    return _PAPER.sub("", _ARTICLE.sub("", name.strip(" ,")))


def _sides(
    listed: Sequence[str], before: str, after: str, *, apart: bool = True
) -> tuple[Side, ...]:
    names = [_ARTICLE.sub("", name.strip(" ,")) for name in listed]
    if any(not name or len(name.split()) > _MOST_WORDS for name in names):
        return ()
    if len(set(names)) < len(names) or len(names) > _MOST_SIDES:
        return ()
    if any(_CLAUSE_VERBS.search(name) for name in names):
        return ()
    asked = [" ".join(f"{before} {_PAPER.sub('', name)} {after}".split()) + "?" for name in names]
    return tuple(Side(name, read, read, apart) for name, read in zip(names, asked, strict=True))
