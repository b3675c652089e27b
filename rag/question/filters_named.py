"""Filters that a question names in words: years, authors, papers, categories.

Words are taken for a filter only where they speak of papers ("papers since 2022", "by Nakano",
"in the InstructGPT paper") and the library bears it out: it has an author of that name, a paper
that is called so, and its texts do not themselves speak of that year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import PaperNotFound
from rag.finding.filters import EVERYTHING, Filter, name_words
from rag.library import Library
from rag.question.naming import ARXIV_ID, surely_named
from rag.question.years import SPAN, years_of
from rag.types import Paper, Understood

_PAPERS = (
    r"(?:papers?|works?|stud(?:y|ies)|articles?|publications?|research|literature|preprints?"
    r"|reports?)"
)
_ONE_PAPER = (
    r"(?:paper|report|study|article|work(?! (?:on|with)\b)|abstract|review|survey|preprint"
    r"|publication)"
)
_BROUGHT = r"(?:published|released|written|posted|appeared|appearing|dated|came out|come out)"
SAID = (
    r"(?:authored|claimed|described|developed|found|introduced|presented|proposed|published"
    r"|reported|said|shown|studied|suggested|written)"
)
DOES = (
    r"(?:argue|claim|conclude|demonstrate|describe|discuss|find|introduce|measure|observe|present"
    r"|propose|report|say|show|study|suggest|use|write|think|recommend|mention)s?"
)
_FEW_WORDS = r"(?:[^\w:;?!]+(?!by\b)[\w'’-]+){0,4}?"
_NAME = r"[^\W\d_a-z][\w'’.-]*(?:\s+(?:[^\W\d_a-z][\w'’.-]*|van|von|de|der|den|da|di|la|le))*"
_OTHERS = r"(?:et al\.?|and (?:colleagues|co-?authors|co-?workers|others))"
THEIRS = rf"(?:{_PAPERS}|abstract|results?|findings?|experiments?|approach|argument|claims?)"

# A question how something changed since a year asks of the years, not of papers.
_CHANGE = re.compile(
    r"\b(?:changed?|declined?|developed|dropped|evolved?|fallen|grown?|improved?|increased?|risen"
    r"|trends?)\b",
    re.IGNORECASE,
)
_OF_PAPERS = re.compile(rf"\b(?:{_PAPERS}{_FEW_WORDS}|{_BROUGHT})\W+$", re.IGNORECASE)
_PAPERS_AFTER = re.compile(r"\s+papers\b", re.IGNORECASE)
# "The 2022 paper where …", said first, is of one paper; further on it may be one of several.
_THE_ONE_OF = re.compile(r"(?:(?:according to|for|from|in|of) )?the $", re.IGNORECASE)
_PAPER_AFTER = re.compile(r"\s+(?:paper|preprint)\b", re.IGNORECASE)
# "trained by OpenAI" speaks of who made a thing, "found by Nakano" of who says so.
_MADE = re.compile(rf"\b(?!{SAID}\b)(?:\w+ed|built|done|made|run)\W*$", re.IGNORECASE)
_OPEN_SPAN = ("low", "start", "since", "after", "before", "until")  # says of itself that it bounds
_AUTHORS = (
    # (pattern, whether these words can only speak of an author)
    (
        re.compile(
            rf"\b{_PAPERS}{_FEW_WORDS}[^\w:;?!]+(?P<said>by (?P<name>{_NAME})(?: {_OTHERS})?)"
        ),
        True,
    ),
    (
        re.compile(
            rf"\b(?P<said>(?:(?:by|from|of|in|according to) )?(?P<name>{_NAME}) {_OTHERS}"
            r"(?:,? ?\(?(?P<year>(?:19|20)\d\d)\)?)?)"
        ),
        True,
    ),
    (
        re.compile(rf"\b(?P<said>(?:by|from|of|in) (?P<name>{_NAME}) \((?P<year>(?:19|20)\d\d)\))"),
        True,
    ),
    (re.compile(rf"\b{SAID} (?P<said>by (?P<name>{_NAME}))"), False),
    (re.compile(rf"\b(?P<said>(?P<name>{_NAME})['’]s? {THEIRS})\b"), False),
    (re.compile(rf"(?P<said>\bby (?P<name>{_NAME}))\W*$"), False),
    (re.compile(rf"\b(?:do|does|did) (?P<said>(?P<name>{_NAME})) {DOES}\b"), False),
    (re.compile(rf"(?i:\baccording to) (?P<said>(?P<name>{_NAME}))"), False),
)
_ITS_PAPERS = re.compile(rf"['’]s? {_PAPERS}$", re.IGNORECASE)
# "nakano et al", "papers by nakano": small letters, where no text of the library has the word.
_SMALL = re.compile(
    r"\b(?P<said>by (?P<name>[^\W\d_]{3,}))\W*$"
    r"|\b(?P<said2>(?:(?:by|from|of|in|according to) )?(?P<name2>[^\W\d_]{3,}) et al\b\.?"
    r"(?:,? ?\(?(?P<year>(?:19|20)\d\d)\)?)?)",
    re.IGNORECASE,
)
_AT = r"(?:in|from|of|by|per|according to|with|for|to)"
_CALL = r"(?P<name>(?:(?!(?:the|is|are|was|were|do|does|did|has|have)\b)[\w'’.+-]+ ){1,6}?)"
_CALLED = (
    re.compile(
        rf"\b(?P<said>{_AT} the {_CALL}(?:technical )?{_ONE_PAPER})\b(?! (?:on|about)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:do|does|did|is|was) (?P<said>the {_CALL}(?:technical )?(?:paper|report|survey))\b"
        r"(?! (?:on|about)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<said>(?:{_AT} )?the (?:\d{{4}} )?{_ONE_PAPER}"
        r" (?:on|about|called|titled) (?P<name>[\w'’.+ -]{4,80}))",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<said>[“\"](?P<name>[^”\"]{12,200})[”\"])"),
    re.compile(
        rf"\b(?P<said>(?:{_AT}\s+)?(?:arxiv:?\s*)?(?P<name>{ARXIV_ID.pattern}))", re.IGNORECASE
    ),
)
_THE_PAPER = "the paper"
_PREPOSED = re.compile(r"(?:by|from|of|in|according to)\b", re.IGNORECASE)  # can be left out
_NO_NAME = re.compile(
    r"\b(?:this|that|same|first|second|third|last|other|another|original|new|newest|latest|oldest"
    r"|whole|full|best|only|each|every|which|papers?)\b",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    rf"\b(?P<said>(?:(?:in|from|of) )?(?:the )?(?P<name>[a-z-]{{2,8}}(?:\.[A-Z]{{2}}|-ph|-th)"
    rf"(?:\.[a-z-]+)?)(?: {_PAPERS})?)\b"
)
_FEWEST_LETTERS = 2
_MOST_WORDS, _FEWEST_WORDS = (
    8,
    2,
)  # of "the report on …" that may name a paper, when words are left off its end


@dataclass(frozen=True, slots=True)
class Filtered:
    """The papers a question is kept to, and what said so.

    `instead` are those of the wordings that say nothing else, with what stands in their place in
    what is read: no text of a paper names its authors or its date.
    """

    within: Filter
    understood: tuple[Understood, ...]
    instead: tuple[tuple[str, str], ...]


def read_filters(
    library: Library,
    question: str,
    literally: Sequence[str] = (),
    given: Filter = EVERYTHING,
) -> Filtered:
    """The filters in `question`, but for wordings in `literally`, beside those `given`.

    What is given of a kind, stands. Raises LibraryError, WeightsError.
    """
    taken_back = {plain(wording) for wording in literally}
    understood: list[Understood] = []
    for one in _all(library, question):
        taken = plain(one.wording) in taken_back
        if not taken and one not in understood and _is_open(given, one.kind):
            understood.append(one)
    instead = {
        one.wording: "" if one.kind == "years" or _PREPOSED.match(one.wording) else _THE_PAPER
        for one in understood
        if one.kind in ("years", "authors")
    }
    return Filtered(merged(given, understood), tuple(understood), tuple(instead.items()))


def plain(wording: str) -> str:
    """A wording by which others are held against it: however it is written."""
    return " ".join(wording.casefold().split()).strip(" ?!.,")


def _is_open(given: Filter, kind: str) -> bool:
    return bool(getattr(given, kind) == getattr(EVERYTHING, kind))


def merged(given: Filter, understood: Sequence[Understood]) -> Filter:
    """`given` with what was understood in its place, where something was; of years the first."""

    def said(kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.value for one in understood if one.kind == kind))

    years = [_bounds(value) for value in said("years")]
    return Filter(
        years[0] if years else given.years,
        said("authors") or given.authors,
        said("categories") or given.categories,
        given.sources,
        said("paper_ids") or given.paper_ids,
        given.without,
    )


def _bounds(value: str) -> tuple[int | None, int | None]:
    low, _, high = value.partition("..")
    return int(low) if low else None, int(high) if high else None


def _all(library: Library, question: str) -> Iterator[Understood]:
    papers = list(_papers(library, question))
    yield from papers
    yield from _authors(library, question)
    yield from _years(library, question, named=bool(papers))
    yield from _categories(library, question)


def _years(library: Library, question: str, *, named: bool) -> Iterator[Understood]:
    """The years asked of; of a paper that is `named` otherwise its own year is not one of them."""
    for span in SPAN.finditer(question):
        of_one = not named and _of_one_paper(library, question, span)
        if of_one or _of_papers(question, span) or _bounds_all(library, question, span):
            low, high = ("" if year is None else str(year) for year in years_of(span))
            yield Understood("years", f"{low}..{high}", span[0].strip())


def _of_papers(question: str, span: re.Match[str]) -> bool:
    """Whether the years are said of papers: "papers on reward models since 2022"."""
    after = question[span.end() :]
    return bool(_OF_PAPERS.search(question[: span.start()]) or _PAPERS_AFTER.match(after))


def _of_one_paper(library: Library, question: str, span: re.Match[str]) -> bool:
    """Whether it is the year of the one paper that is asked: "the 2022 paper where …"."""
    before, after = question[: span.start()], question[span.end() :]
    said = _THE_ONE_OF.fullmatch(before) and span["year"] and _PAPER_AFTER.match(after)
    if not said or len(SPAN.findall(question)) > 1:
        return False
    year = int(span["year"])
    return bool(library.scope(Filter((year, year))).size)


def _bounds_all(library: Library, question: str, span: re.Match[str]) -> bool:
    """Whether "since 2022" or its like stands before or behind all that is asked, bounding it."""
    before, after = question[: span.start()], question[span.end() :]
    outside = (not before.strip() and after.startswith(",")) or not after.strip(" ?!.")
    if not outside or not any(span[name] for name in _OPEN_SPAN) or _CHANGE.search(question):
        return False
    return not _told_in_papers(library, question, span)


def _told_in_papers(library: Library, question: str, span: re.Match[str]) -> bool:
    """Whether texts near the question speak of that year themselves."""
    year = next(year for year in span.groupdict().values() if year)
    chunks = library.chunks(name for name, _ in library.search_words(question, 10))
    return any(year in chunk.text for chunk in chunks.values())


def _authors(library: Library, question: str) -> Iterator[Understood]:
    for pattern, surely in _AUTHORS:
        found = [
            one for match in pattern.finditer(question) for one in _named(library, match, surely)
        ]
        if found:
            yield from found
            return
    small = _SMALL.search(question)
    if small:
        name = small["name"] or small["name2"]
        if _writes(library, name) and not library.search_words(name, 1):
            yield from _author(name, small["said"] or small["said2"], small["year"])


def _named(library: Library, match: re.Match[str], surely: bool) -> Iterator[Understood]:
    """The author whom a match of _AUTHORS names, if it is one."""
    if any(c.isdigit() for c in match["name"]):
        return
    name, said = re.sub(r"['’]s$", "", match["name"]).rstrip(".'’-"), match["said"]
    first, _, others = name.partition(" ")
    if match.start("name") == 0 and others and not _writes(library, name):
        name, said = others, said[len(first) + 1 :]  # "Compare Nakano et al. with …"
    made = _MADE.search(match.string[: match.start()])
    if name.isupper():  # "by RL" is by no author, whatever speaks of papers before it
        surely = False
    known = _writes(library, name)
    nobody = not known and bool(_ITS_PAPERS.search(said)) and _is_nobody(library, name)
    if surely or nobody or (known and not made):
        yield from _author(name, said, match.groupdict().get("year"))


def _author(name: str, said: str, year: str | None) -> Iterator[Understood]:
    wording = said.strip(" ?!,")
    yield Understood("authors", name, wording)
    if year:
        yield Understood("years", f"{year}..{year}", wording)


def _writes(library: Library, name: str) -> bool:
    """Whether an author has each word of `name` as a whole one, and one is no initial: RL is no
    part of Karl, B no name.
    """
    said = set(name_words(name))
    if max(map(len, said), default=0) < _FEWEST_LETTERS:
        return False
    authors = (author for paper in library.papers_by([name]) for author in paper.authors)
    return any(said <= set(name_words(author)) for author in authors)


def _is_nobody(library: Library, name: str) -> bool:
    """Whether `name` is a full one of whom no text speaks: "Ada Lovelace's paper" is not here."""
    _, _, family = name.rpartition(" ")
    return family != name and not library.search_words(family, 1)


def _papers(library: Library, question: str) -> Iterator[Understood]:
    said_before: list[str] = []
    for pattern in _CALLED:
        for match in pattern.finditer(question):
            wording, papers = _called(library, match)
            if papers and not any(wording in said for said in said_before):
                said_before.append(wording)
                for paper in papers:
                    yield Understood("paper_ids", paper.paper_id, wording)


def _called(library: Library, match: re.Match[str]) -> tuple[str, list[Paper]]:
    """The papers that a match of _CALLED names, and the words that do, shortened as need be."""
    said, name = match["said"].strip(), match["name"].strip(" .-")
    if _NO_NAME.search(name):
        return said, []
    if not said.endswith(name):
        return said, surely_named(library, name)
    for in_title in (True, False):
        for beginning in _beginnings(name):
            papers = surely_named(library, beginning, in_title=in_title)
            if papers:
                return said[: said.rindex(name) + len(beginning)], papers
    return said, []


def _beginnings(name: str) -> Iterator[str]:
    """`name`, and with ever more words left off its end."""
    words = name.split()[:_MOST_WORDS]
    for count in range(len(words), min(len(words), _FEWEST_WORDS) - 1, -1):
        yield " ".join(words[:count])


def _categories(library: Library, question: str) -> Iterator[Understood]:
    for match in _CATEGORY.finditer(question):
        try:
            found = library.scope(Filter(categories=(match["name"],))).size
        except PaperNotFound:
            found = 0
        if found:
            yield Understood("categories", match["name"], match["said"].strip())
            return
