"""Papers by the names people give them: "the weak-to-strong paper", "WebGPT", "Nakano et al. 2021".

A name means a paper if each of its words is accounted for: by the title, by an author, by the
year, or, for what is called a paper or has a name of its own (InstructGPT), by the text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.errors import PaperNotFound
from rag.finding.retrieve import rank_papers, retrieve
from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.field_words_loose import SAYS_NOTHING
from rag.question.name_words import (
    CALLED_A_PAPER,
    Vocabulary,
    corrected,
    thing_in,
    title_places,
    vocabulary,
    words_of,
)
from rag.types import Paper

ARXIV_ID = re.compile(r"\b\d{4}\.\d{4,5}\b")
QUOTED = re.compile(r"[“\"](?P<name>[^”\"]{3,300})[”\"]")
_CITED = re.compile(r"\bet al\b\.?", re.IGNORECASE)
# "the model in the GPT-4 report" is no paper
_INSIDE = re.compile(
    r"\w\W+(?:behind|by|for|from|in|of|on|that|to|which|with) (?:the|an?|its|this) .*"
    rf"{CALLED_A_PAPER.pattern}",
    re.IGNORECASE,
)
_OFTEN = 3
# "We introduce Codex", "the resulting models InstructGPT", "… Inference (PIGPI)", "HumanEval, a new
# set that we release", "we train GPT-3, an …"; but not "we propose a method tested on ImageNet".
_INTRODUCES = (
    r"\b(?:call|dub|develop|introduc|nam|present|propos|releas|term)(?:e|es|ed|ing|s)?\b"
    r"(?:\W+(?!(?:against|by|for|from|in|of|on|over|than|to|using|with)\b|(?<=, )an?\b)"
    r"[\w-]+){{0,6}}?\W+{name}"
    r"|\w+ \({name}\)|\bwe train {name}, an?\b"
    r"|{name},? [^.]{{0,40}}\bwe (?:build|introduce|present|propose|release)\b"
)
_CANDIDATES = 20
_BY_ONE = 50  # papers of one author that are looked through
_SURELY = 2  # times as often as any other paper, one must speak of a name to be the one it means
_MOST_TITLED = 3  # more papers with the name's words in their title are a topic, no name
_LONG = 3  # words that stand in one title and need no "paper" beside them to be a name
_MOST_WORDS = 12  # of a name whose words only the text has
_LONGEST = 40  # words of a name; more is no name, and each costs lookups
_MOST_WRITERS = 12  # words of a name that are looked up as an author's
_MOST_ASIDE = 4  # pieces between commas of which one alone may be the name
_FEW = 3  # one word in so many of a name may be nobody's
_MOST_OF = 0.5  # of what a name's words are worth, the paper that is meant accounts for
_CLEARLY = 1.25  # times as much as any other
_CALLED_LOOSELY = re.compile(
    rf"{CALLED_A_PAPER.pattern}|\b(?:ones?|thing|piece|project|stuff|trial|analysis|write-?up)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[,;:?!–—|]|\.\.+|\s-\s|\.\s")


def papers_named(library: Library, name: str, *, surely: bool = False) -> list[Paper]:
    """The papers that a person may mean by `name`; mostly one, none if a word of it is left over.

    A title in quotation marks, an arXiv id; or words all of which are in a title, beside authors
    and the year; failing that, in the text, and then the paper that speaks of it far more often
    than any other is meant, if it is a name or calls itself a paper: "the summaries" of "who wrote
    the summaries?" are none. A thing's name means the paper that brought it up, not one that uses
    it: ELI5 is not the paper that was tested on it. Typing errors are put right. With `surely` it
    must call itself a paper, or be a title or an id, and the text alone does not tell it.
    """
    if identifier := ARXIV_ID.search(name):
        name = _without_year_of(name, identifier)
        try:
            return [] if words_of(name) else [library.paper(identifier[0])]
        except PaperNotFound:
            return []
    spoken = _spoken(name)
    if not 0 < len(spoken.words) <= _LONGEST:
        return []
    if surely and not (spoken.called or spoken.quoted):
        return []
    known = [vocabulary(paper) for paper in _candidates(library, name, spoken)]
    for said in dict.fromkeys((spoken, replace(spoken, words=corrected(spoken.words, known)))):
        if found := _by_title(said, known) or _by_author(said, known) or _by_text(said, known):
            return found
    return []


def papers_meant(library: Library, name: str) -> list[Paper]:
    """The papers that a person may mean by `name` where it is sure that it means some: as
    `papers_named`, without words that name nothing anywhere, if they are few; else the one that
    accounts for far more of the words than any other, of its text only if it is called a paper.
    """
    if found := papers_named(library, name):
        return found
    parts = [part for part in _ASIDE.split(name) if part.strip()]
    for part in (name, *(parts if 1 < len(parts) <= _MOST_ASIDE else ())):
        if _is_inside(part) or len(words_of(part)) > _LONGEST:
            continue
        called = bool(_CALLED_LOOSELY.search(part))
        spoken = replace(_spoken(_CALLED_LOOSELY.sub(" ", part)), inside=False)
        words = [word for word in spoken.words if word.lower() not in SAYS_NOTHING]
        known = [
            vocabulary(paper) for paper in _candidates(library, part, replace(spoken, cited=True))
        ]
        said = corrected(words, known) if called or len(words) > 1 else tuple(words)
        told = tuple(word for word in said if any(one.tells(word) for one in known))
        if not told or said[0] not in told or (len(said) - len(told)) * _FEW > len(said):
            continue
        spoken = replace(spoken, words=told, called=called)
        found = _by_title(spoken, known) or _by_author(spoken, known)
        if not found and called:
            found = _by_text(spoken, known) or _likeliest(told, known, text=True)
        elif not found and len(told) > 1:
            found = _likeliest(told, known, text=False)
        if found:
            return found
    return []


def _is_inside(name: str) -> bool:
    """Whether it speaks of a thing inside a paper, as "the books in the summary paper" does and
    "your record of the summary paper" does not.
    """
    inside = _INSIDE.search(QUOTED.sub("x", name))
    if inside is None:
        return False
    head = re.split(r"\W(?:behind|by|for|from|in|of|on|that|to|which|with)\W", f"{name} ")[0]
    return any(
        word.lower() not in SAYS_NOTHING and not CALLED_A_PAPER.fullmatch(word)
        for word in words_of(head)
    )


def _likeliest(words: Sequence[str], known: Sequence[Vocabulary], *, text: bool) -> list[Paper]:
    """The one paper that accounts for far more of the words than any other, those that few have
    counting for more (Spärck Jones, 1972), those of its `text` half, if they count.
    """
    half = 0.5 if text else 0.0

    def share(one: Vocabulary, word: str) -> float:
        return 1.0 if one.accounts_for(word) else half * one.tells(word)

    worth = {
        word: math.log(1 + len(known) / (1 + sum(one.tells(word) for one in known)))
        for word in words
    }
    scored = [(sum(worth[word] * share(one, word) for word in words), one) for one in known]
    scored.sort(key=lambda item: -item[0])  # of equals the one that was found first
    best, one = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    enough = best >= _MOST_OF * sum(worth.values()) and best >= _CLEARLY * second
    return [one.paper] if enough else []


def names_in(library: Library, text: str) -> list[tuple[int, int]]:
    """Where there are quoted names, arXiv ids and titles of papers word by word in `text` (start,
    end), in order.
    """
    ranked = rank_papers(retrieve(library, text, _CANDIDATES).hits)
    papers = library.papers(paper.paper_id for paper in ranked)
    marked = [m.span() for p in (QUOTED, ARXIV_ID) for m in p.finditer(text)]
    titles = title_places(text, [paper.title for paper in papers])
    inside = [one for one in titles if not any(a <= one[0] < b for a, b in marked)]
    return sorted((*marked, *inside))


def surely_named(library: Library, name: str, *, in_title: bool = False) -> list[Paper]:
    """The papers that `name` can only mean: few that have it in their title, or, unless it must
    be `in_title`, the one that speaks of it far more often than any other.
    """
    titled, told = _named(library, name)
    if titled or in_title:
        return titled if len(titled) <= _MOST_TITLED else []
    return [told[0][0]] if _is_sure(told) else []


# --- names of which every word is accounted for -----------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A name as it was spoken: its words, whether it is `called` a paper, `cited` as "… et al.",
    `quoted`, and whether it speaks of a thing that is `inside` one ("the model in the report").
    """

    words: tuple[str, ...]
    called: bool
    cited: bool
    quoted: bool
    inside: bool


def _spoken(name: str) -> _Spoken:
    called, cited, quoted = (p.search(name) for p in (CALLED_A_PAPER, _CITED, QUOTED))
    words = words_of(_CITED.sub(" ", CALLED_A_PAPER.sub(" ", name)))
    inside = bool(_INSIDE.search(QUOTED.sub("x", name)))
    one = called is not None and not called[0].lower().endswith("papers")  # they are several
    return _Spoken(tuple(words), one, bool(cited), bool(quoted), inside)


def _without_year_of(name: str, identifier: re.Match[str]) -> str:
    rest = name[: identifier.start()] + name[identifier.end() :]
    return CALLED_A_PAPER.sub(" ", re.sub(r"\barxiv\b:?", " ", rest, flags=re.IGNORECASE))


def _candidates(library: Library, name: str, spoken: _Spoken) -> list[Paper]:
    """Papers near the name, and those by authors whom it seems to name."""
    ranked = rank_papers(retrieve(library, name, _CANDIDATES).hits)
    papers = library.papers(paper.paper_id for paper in ranked)
    order = {item.paper_id: place for place, item in enumerate(ranked)}
    papers.sort(key=lambda paper: order[paper.paper_id])
    marked = spoken.cited or spoken.called
    writers = [word for word in spoken.words if word.isalpha() and (marked or word[0].isupper())]
    for word in writers[:_MOST_WRITERS]:
        papers += library.papers_by([word])[:_BY_ONE]
    return list({paper.paper_id: paper for paper in papers}.values())


def _by_title(spoken: _Spoken, known: Sequence[Vocabulary]) -> list[Paper]:
    if spoken.inside:
        return []
    exact = [one.paper for one in known if one.is_title(spoken.words)]
    if exact and (spoken.called or spoken.quoted or len(spoken.words) > 1):
        return exact
    found = [one for one in known if all(map(one.in_title, spoken.words))]
    if not (spoken.called or spoken.quoted):
        found = [one for one in found if _is_enough(spoken.words, one)]
    return [one.paper for one in found] if len(found) <= _MOST_TITLED else []


def _is_enough(words: Sequence[str], known: Vocabulary) -> bool:
    """Whether words of a title mean it without "paper" beside them: a name that it has; or its
    beginning, or most of it, or several words.
    """
    if len(words) == 1:
        return bool(thing_in(known.paper.title, words[0], surely=True))
    beginning = words_of(known.paper.title)[: len(words)]
    return len(words) >= min(_LONG, known.title_length / 2) or all(
        known.same(one, other) for one, other in zip(words, beginning, strict=True)
    )


def _by_author(spoken: _Spoken, known: Sequence[Vocabulary]) -> list[Paper]:
    """Papers whose title, authors and year account for the name; rather by their first author."""
    found: list[Vocabulary] = []
    for one in known:
        rest = [word for word in spoken.words if not (one.by(word) or one.of_year(word))]
        if len(rest) == len(spoken.words) or not all(map(one.in_title, rest)):
            continue
        titled = rest or [word for word in spoken.words if one.in_title(word)]
        by = any(map(one.by, spoken.words))
        marked = spoken.called or spoken.quoted or (by and not titled and _is_cited(spoken))
        if (by or titled) and (marked or (titled and _is_enough(titled, one))):
            found.append(one)
    first = [one for one in found if any(map(one.by_first, spoken.words))]
    means = [one.paper for one in first or found]
    if len(means) > 1 and (spoken.cited or not any(map(found[0].in_title, spoken.words))):
        return []  # Ziegler et al. wrote several
    return means if len(means) <= _MOST_TITLED else []


def _is_cited(spoken: _Spoken) -> bool:
    return spoken.cited or any(re.fullmatch(r"(?:19|20)\d\d", word) for word in spoken.words)


def _by_text(spoken: _Spoken, known: Sequence[Vocabulary]) -> list[Paper]:
    """The one paper whose text accounts for the rest of a name, too, if it is a name."""
    if spoken.inside or spoken.quoted or len(spoken.words) > _MOST_WORDS:
        return []
    told = [one for one in known if all(one.tells(word) for word in spoken.words)]
    thing = " ".join(spoken.words)
    names = {one.paper.paper_id: said for one in told if (said := thing_in(one.text, thing))}
    if names:
        told = [one for one in told if one.paper.paper_id in names]
        told = _first_that(told, lambda one: introduces(names[one.paper.paper_id], one.text)) or [
            one for one in told if one.text.count(names[one.paper.paper_id]) >= _OFTEN
        ]
    elif not spoken.called:
        return []
    counted = [(one.paper, sum(map(one.count, spoken.words))) for one in told]
    counted.sort(key=lambda item: -item[1])
    return [counted[0][0]] if _is_sure(counted) else []


def _first_that(
    known: Sequence[Vocabulary], does: Callable[[Vocabulary], bool]
) -> list[Vocabulary]:
    """The oldest of those that do so, as a list of one, or none."""
    found = [one for one in known if does(one)]
    return sorted(found, key=lambda one: one.paper.published or "9")[:1]


def introduces(name: str, text: str) -> bool:
    """Whether a paper of this `text` introduces what it names so."""
    said = rf"(?<!\w){re.escape(name)}(?!\w)"
    return bool(re.search(_INTRODUCES.format(name=said), text, re.IGNORECASE))


# --- names of which the stems are found -------------------------------------------------------


def _is_sure(told: Sequence[tuple[Paper, int]]) -> bool:
    return len(told) == 1 or (len(told) > 1 and told[0][1] >= _SURELY * told[1][1])


def _named(library: Library, name: str) -> tuple[list[Paper], list[tuple[Paper, int]]]:
    """Papers with the name in their title, or those that speak of it, with how often."""
    if identifier := ARXIV_ID.search(name):
        try:
            return [library.paper(identifier[0])], []
        except PaperNotFound:
            return [], []
    stems = set(content_stems(name))
    if not stems:
        return [], []
    ranked = rank_papers(retrieve(library, name, _CANDIDATES).hits)
    by_id = {paper.paper_id: paper for paper in library.papers(p.paper_id for p in ranked)}
    papers = [by_id[item.paper_id] for item in ranked if item.paper_id in by_id]
    titled = [(paper, set(content_stems(paper.title))) for paper in papers]
    exact = [paper for paper, title in titled if stems == title]
    within = exact or [paper for paper, title in titled if stems <= title]
    if within:
        return within, []
    mentions = [
        (paper, content_stems(f"{paper.title} {paper.abstract} {paper.summary}"))
        for paper in papers
    ]
    told = [
        (paper, sum(word in stems for word in words))
        for paper, words in mentions
        if stems <= {*words}
    ]
    return [], sorted(told, key=lambda item: -item[1])
