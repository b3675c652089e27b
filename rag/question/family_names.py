"""Papers called by who wrote them: "Stiennon", "askell 2021", "Ganguli's paper", "brown et al"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.finding.filters import fold
from rag.finding.terms import is_asking
from rag.library import Library
from rag.types import Paper

_OTHERS = r"(?:et al\b\.?|(?:and|&) (?:colleagues|co-?authors|co-?workers|co\b\.?|others))"
# "Brown, 12 of the raters" says no year.
_YEAR = (
    r"(?:19|20)\d\d|['’]\d\d"
    r"|\d\d(?:(?<!, \d\d)|(?=[)?!.;:,]|$))"
    r"(?! (?:of|out|per|percent|to|times|more|other|different|raters|people)\b)"
)
_ITS = r"(?:article|abstract|group|lab|paper|people|report|review|study|team|work)s?"
_IS_ITS = re.compile(_ITS, re.IGNORECASE)  # "OpenAI Dota Team" writes papers, too
# A name and what marks it as one: "Ziegler et al.'s", "bai's team", "saunders 22", "(henighan)".
_NAMED = re.compile(
    r"(?<![\w-])(?<!\w['’])(?P<the>[Tt]he )?"
    r"(?P<name>(?:[^\W\d_]{1,2}['’](?=[^\W\d_]{3}))?[^\W\d_][^\W\d_’-]+(?:-[^\W\d_]{3,})?)"
    rf"(?(the)(?= {_ITS}\b)(?P<paper> {_ITS}\b))"
    rf"(?:(?P<others>(?:['’]s)?,? {_OTHERS}))?"
    rf"(?P<own>['’]s?(?= |$|[,.?!)])(?: {_ITS}\b)?)?"
    rf"(?:(?(own)(?!)|,? [(]?(?P<year>{_YEAR})\b(?![.\d%])[)]?))?"
    r"(?![\w’-])"
)
_SAYS = re.compile(
    r" (?:(?:also|even|only) )?(?:ask|argue|begin|call|claim|collect|complain|conclude|describe"
    r"|discuss|fear|find|found|get|got|give|hope|make|mean|measure|name|offer|promise|propose|recommend"
    r"|report|said|saw|say|see|show|suggest|tell|think|train|try|use|want|warn|write|wrote)s?\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\b(?:according to|acc\.? to|by|do|does|did|in|for|from|of|see|to)|\(|,|[.?!:]) ?$",
    re.IGNORECASE,
)
_FEWEST_LETTERS = 3
_MOST = 40  # words that are looked up, those that are marked as names before others


def by_family_name(library: Library, question: str) -> Iterator[tuple[re.Match[str], Paper]]:
    """Where `question` names the one paper of which that is the first author's family name, or the
    one which anybody of that name wrote, and the paper.

    A word that texts of the library have, too ("Long", "Brown"), needs more: "et al.", a year, a
    possessive; or a capital and a verb or a preposition beside it. In a long question not every
    word is looked up. Raises LibraryError.
    """
    may_be = [
        match
        for match in _NAMED.finditer(question)
        if not (is_asking(match["name"].casefold()) or _IS_ITS.fullmatch(match["name"]))
        and (len(match["name"]) >= _FEWEST_LETTERS or match["others"])
    ]
    likeliest = sorted(may_be, key=lambda match: not (_is_marked(match) or match["name"].istitle()))
    for match in sorted(likeliest[:_MOST], key=re.Match.start):
        if _is_name(library, question, match):
            paper = _only_one(library, _folded(match["name"]), match["year"] or "")
            if paper:
                yield match, paper


def _is_marked(match: re.Match[str]) -> bool:
    """Whether what stands beside a word says that it is a name."""
    capital = match["name"][0].isupper()
    return bool(match["others"] or (capital and (match["year"] or match["own"] or match["paper"])))


def _is_name(library: Library, question: str, match: re.Match[str]) -> bool:
    word = match["name"]
    capital = word[0].isupper()
    if _is_marked(match):
        return True
    if library.search_words(word, 1):
        near = _SAYS.match(question, match.end()) or _BEFORE.search(question[: match.start()])
        return capital and match.start() > 0 and bool(near) and bool(match["year"])
    return True


def _only_one(library: Library, name: str, year: str) -> Paper | None:
    papers = [
        paper
        for paper in library.papers_by_author(name)
        if any(_family(author) == name for author in paper.authors)
        and f"{paper.year}".endswith(year.lstrip("'’"))
    ]
    first = [paper for paper in papers if _family(paper.authors[0]) == name]
    meant = first or papers
    return meant[0] if len(meant) == 1 else None


def _family(author: str) -> str:
    return _folded(author).split()[-1]


def _folded(name: str) -> str:
    return fold(name).replace("’", "'")
