"""What is missing where a question is not answered, in plain words, and what comes near."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.evidence.gather import Found
from rag.finding.terms import content_stems, content_words, is_asking
from rag.question.leaning import THING
from rag.question.small_talk import is_small_talk
from rag.types import Evidence, Missing, Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = Callable[[Sequence[str]], NDArray[np.float32]]

NEAREST = 2  # quotes shown of those that come near
# A paper comes near a question if it holds a name of it, or speaks of it in its words or in like
# ones: twice the best sentence's cosine to the question plus the share of the question's stems in
# the paper. Of dev questions without an answer 18 of 24 about what no paper is about lie below, and
# 14 of 165 others, half of which have such a name.
NEAR = 1.6
NOT_ABOUT_PAPERS = (
    "This is not a question about papers. Ask what the papers in this library found, how they did"
    " it, what they measured, or who wrote them and when."
)

_MEASURES = (
    "accuracy|age|amount|budget|coefficient|complexity|cost|count|dimension|duration|error|exponent"
    "|fraction|length|number|percent|percentage|price|proportion|rate|score|share|size|speed"
    "|temperature|threshold|time|value|wage|weight|width"
)
_NO_MORE = "are|can|could|did|do|does|had|has|have|in|is|of|on|that|to|was|were|will|with|would"
COUNTED = re.compile(
    rf"\bhow (?:many|much) ((?:(?!(?:{_NO_MORE})\b)[\w-]+ ?){{1,3}})", re.IGNORECASE
)
_MEASURED = re.compile(
    r"\b(?:what|which)(?:'s| is| was| are| were)?(?: the| an?)? "
    rf"((?:[\w-]+ ){{0,2}}?(?:{_MEASURES}))\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\bhow (accurate|big|costly|deep|expensive|far|fast|heavy|high|large|long|many|much|often|old"
    r"|quickly|small|strong|tall|wide)\b",
    re.IGNORECASE,
)
_KIND = re.compile(
    rf"\b(?:which|what) ((?:(?!(?:{_NO_MORE}|they|it)\b)[\w-]+ ){{1,3}})(?={_NO_MORE})",
    re.IGNORECASE,
)
_OF_PEOPLE, _OF_TIME, _OF_PLACE, _OF_REASON = (
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in ("who|whom|whose", "when|what (?:year|date|month)", "where", "why")
)
QUANTITY = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|half|twice|double|hundreds?"
    r"|thousands?|millions?|billions?)\b",
    re.IGNORECASE,
)
_TITLE = r"(?<!\w)[\"“‘'](?P<title>[^\"”]{12,200}?)[\"”’'](?!\w)"
_TERM = re.compile(rf"{_TITLE}|(?P<name>{THING.pattern}(?:-\w+)*)|[^\W_]+(?:[-.,][^\W_]+)*")
# Stems of the asking itself, beside those of words that no search looks for.
_EMPTY = frozenset(
    """answer anyth conclud describ detail discuss everyth help inform know list mention name
    question recap report someth speak summar summari talk think understand want write
    wrote""".split()
)
_NAME = re.compile(r"\b(?:\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}\w*|[A-Za-z]+-?\d\w*)\b")
_UNSAID = 4  # words of the question named as said nowhere


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a question is not answered: its kind, a `reason` in words for a person, the quotes that
    come `nearest`, and the `text` to print in an answer's place (empty: as always).
    """

    missing: Missing
    reason: str
    nearest: tuple[Evidence, ...] = ()
    text: str = ""


def what_is_missing(
    question: str,
    found: Found,
    vectors: Vectors,
    *,
    likely: bool = False,
    named: bool = False,
    among: str = "in the library",
) -> Lack:
    """What is missing for `question`, of which `found` is all that there is `among` the papers.

    `vectors` gives (n, dimension) of n texts. The best quotes are taken for the nearest ones.
    `likely` says that they seemed to answer, until what was written from them did not hold: then
    nobody can say that they do not. What has papers `named` is no small talk.
    """
    if not named and is_small_talk(question, vectors):
        reason = "this reads as small talk, or as a task for a general assistant"
        return Lack("not_about_papers", reason, text=NOT_ABOUT_PAPERS)
    words = ", ".join(_terms(question))
    looked = f"looked for: {words}" if words else "the question names nothing to look for"
    if not _comes_near(question, found, vectors):
        return Lack("not_in_library", f"{looked}; no paper {among} comes near")
    if likely and found.evidence:
        near = "the sentences that come nearest may answer it"
        return Lack(
            "not_in_abstract", f"{looked}; {near}", _nearest(_closest(question, found), found)
        )
    paper = _closest(question, found)
    reasons = (
        looked,
        not_said(question, [item.quote.text for item in found.evidence], paper),
        f"the closest paper, “{paper.title}”, does not say it in its abstract, the full paper may",
    )
    return Lack("not_in_abstract", "; ".join(reasons), _nearest(paper, found))


def _comes_near(question: str, found: Found, vectors: Vectors) -> bool:
    """Whether a paper is about what is asked, though it may not say it."""
    papers = {item.paper.paper_id: item.paper for item in found.evidence}.values() or found.papers
    texts = [_all_of(paper) for paper in papers]
    if any(name in text for name in _NAME.findall(question) for text in texts):
        return True
    if not found.evidence:
        return False
    asked, *quotes = vectors([question, *(item.quote.text for item in found.evidence)])
    likeness = max(float(asked @ quote) for quote in quotes)
    stems = set(content_stems(question))
    shared = max(len(stems & set(content_stems(text))) for text in texts)
    return 2 * likeness + shared / max(1, len(stems)) >= NEAR


def _closest(question: str, found: Found) -> Paper:
    """The paper that bears most of the names asked for, in its title before its text; of several
    the one of the best quote.
    """
    names = [match[0] for match in _TERM.finditer(question) if match["name"] or match["title"]]
    papers = dict.fromkeys((*(item.paper for item in found.evidence), *found.papers))

    def borne(text: str) -> int:
        return sum(_stands_in(name, text) for name in names)

    return max(papers, key=lambda paper: (borne(paper.title), borne(_all_of(paper))))


def _nearest(paper: Paper, found: Found) -> tuple[Evidence, ...]:
    """The quotes that come nearest, those of the closest paper first."""
    others = (
        Evidence("", quote, paper) for quote in found.quotes if quote.paper_id == paper.paper_id
    )
    own = [item for item in found.evidence if item.paper == paper] or list(others)
    return (*own, *(item for item in found.evidence if item.paper != paper))[:NEAREST]


def _terms(question: str) -> list[str]:
    """What a question asks about, each once: its content words, names and quoted titles whole."""
    terms: dict[str, None] = {}
    for match in _TERM.finditer(question):
        term = match["title"] or match[0]
        if match["title"] or match["name"]:
            terms[term] = None
        else:
            stems = content_stems(term)
            words = content_words(term)
            if words and not all(is_asking(stem) or stem in _EMPTY for stem in stems):
                terms[term] = None
    return list(terms)


def _stands_in(term: str, text: str) -> bool:
    """Whether a term stands in a text: GPT-3 not in GPT-3.5; any other word in any inflection."""
    if any(c.isdigit() for c in term) or not term[1:].islower():
        words = r"[\W_]*".join(map(re.escape, re.findall(r"[^\W_]+", term)))
        return bool(re.search(rf"(?<!\w){words}(?!\w|[.-]\d)", text, re.IGNORECASE))
    return set(content_stems(term)) <= set(content_stems(text))


def not_said(question: str, quotes: Sequence[str], paper: Paper) -> str:
    """What the question asks for and no quote gives; else which of its words stand nowhere in
    `paper`, the closest one; else only that no quote says it.
    """
    if wanted := _wanted(question, any(map(QUANTITY.search, quotes))):
        return f"no quote gives {wanted}"
    text = _all_of(paper)
    unsaid = [term for term in _terms(question) if not _stands_in(term, text)][:_UNSAID]
    if unsaid:
        return f"nothing is said of {', '.join(f'“{word}”' for word in unsaid)}"
    return "no quote says it"


def _wanted(question: str, numbers: bool) -> str:
    """What kind of thing an answer would have to name; empty where that is hard to tell.

    `numbers` says that the quotes hold some, so that it is not any number that is missing.
    """
    for pattern in (COUNTED, _MEASURED):
        if match := pattern.search(question):
            thing = " ".join(match[1].split())
            return f"a number of {thing}" if pattern is COUNTED else f"the {thing}"
    if match := _HOW.search(question):
        return f"an answer to “how {match[1].lower()}”" if numbers else "any number"
    if match := _KIND.search(question):
        return f"such a thing as “{' '.join(match[1].split())}”"
    kinds = (
        (_OF_PEOPLE, "a name of who it is"),
        (_OF_TIME, "a date"),
        (_OF_PLACE, "a place"),
        (_OF_REASON, "a reason"),
    )
    return next((told for pattern, told in kinds if pattern.search(question)), "")


def _all_of(paper: Paper) -> str:
    return f"{paper.title} {paper.abstract} {paper.summary} {' '.join(paper.authors)}"
