"""The papers that a question speaks of by name, when it speaks of more than one.

"Compare WebGPT with Ziegler 2019" keeps to no paper, as "in the WebGPT paper" does, but each of the
two is to be asked, whatever the question as a whole comes nearest to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.library import Library
from rag.question.dated import by_date
from rag.question.family_names import by_family_name
from rag.question.filters_named import plain
from rag.question.followup import is_name
from rag.question.naming import introduces, surely_named
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Mention:
    """The words by which a question names a paper; `sure` if they can mean nothing else, as the
    name of what it introduces can.
    """

    wording: str
    paper_id: str
    sure: bool


# Without one of these a question is of one thing, and looking for names would be time lost.
_SEVERAL = re.compile(
    r"\b(?:and|or|vs|versus|both|each|differ\w*|compar\w*|than)\b|,|\?(?=\s+\S)", re.IGNORECASE
)
_NO_NAME = (
    r"(?!(?:the|an?|and|or|of|in|on|to|by|with|from|vs|versus|than|is|are|was|were|do|does|did"
    r"|has|have|first|second|third|last|latter|former|later|earlier|original|whole|other|another"
    r"|different|same|which|what|this|that|these|who|whom|whose)\b)"
)
_A_PAPER = re.compile(
    r"\b(?P<the>(?:the|an?|that|this)\s+)?"
    rf"(?P<name>(?:{_NO_NAME}[\w'’+/&;-]+\s+){{1,5}}?)(?:technical )?"
    r"(?:(?P<who>authors|people|project|team)|(?P<one>one)"
    r"|abstract|article|paper|report|review|study|survey)\b",
    re.IGNORECASE,
)
_PAPER = re.compile(r"\b(?:abstract|article|paper|report|review|study|survey)s?\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:vs|versus|both|each|differ\w*|compar\w*|contrast\w*)\b", re.IGNORECASE
)
_JOINS = re.compile(r"\b(?:and|or|than|against|unlike|but not)\b|[,&/]", re.IGNORECASE)
_NEAR = 5  # words between two things that are joined
_OF_IT = re.compile(
    r" (?:technical )?(?:abstract|article|authors|paper|people|report|study|team)\b"
)
_THING = re.compile(r"\b(?:model|summari[sz]er|system)$", re.IGNORECASE)
_THE_ONE = re.compile(
    r"\bthe (?:one|abstract|article|paper|report|review|study) (?:on|about)"
    r" (?P<name>[\w'’ -]{3,60})"
)
_LONGEST = 4  # words of a topic that names a paper
_LEADS = re.compile(r"(?P<name>[\w.+-]+)(?::| -| –| —) ")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W_][\w.+-]*[^\W_]|[^\W_]+")
_FEWEST_LETTERS = 3
_READ = 20  # chunks that hold a word, to tell what it is
_MOST_WORDS = 40  # of a question that is looked through for names


def mentions(library: Library, question: str, literally: Sequence[str] = ()) -> tuple[Mention, ...]:
    """The papers that `question` names, in the order of its words, if they are two or more.

    Wordings in `literally` name none. Raises LibraryError, WeightsError.
    """
    if not _SEVERAL.search(question) or len(question.split()) > _MOST_WORDS:
        return ()
    found = _side_by_side(named_in(library, question, literally), question)
    return found if len(found) > 1 else ()


def _side_by_side(found: tuple[Mention, ...], question: str) -> tuple[Mention, ...]:
    """Beside what can only be a paper, the name of a thing means one if the question compares, or
    joins both: "AIR and the GPT-3 paper", not "how does Burns get GPT-4 to do it".
    """
    if _COMPARES.search(question) or len({one.sure for one in found}) == 1:
        return found
    kept: set[str] = {one.paper_id for one in found if one.sure}
    for one, other in pairwise(found):
        start = question.find(one.wording) + len(one.wording)
        between = question[start : question.find(other.wording, start)]
        if len(between.split()) <= _NEAR and _JOINS.search(between):
            kept |= {one.paper_id, other.paper_id}
    return tuple(one for one in found if one.paper_id in kept)


def named_in(library: Library, question: str, literally: Sequence[str] = ()) -> tuple[Mention, ...]:
    """The papers that `question` names, each once, in the order of its words.

    Wordings in `literally` name none. Raises LibraryError, WeightsError.
    """
    found: dict[str, tuple[int, Mention]] = {}
    taken: list[range] = []
    for named in (by_family_name, _called, _on, by_date, _introduced):
        for match, paper in named(library, question):
            place = range(*match.span())
            if any(set(place) & set(other) for other in taken):
                continue
            taken.append(place)
            sure = named is not _introduced and not _THING.search(match[0])
            sure = sure or bool(_OF_IT.match(question, match.end()))
            mention = Mention(match[0], paper.paper_id, sure)
            found.setdefault(paper.paper_id, (place.start, mention))
    told = (mention for _, mention in sorted(found.values(), key=lambda item: item[0]))
    return tuple(one for one in told if not _taken_back(one, literally))


def _taken_back(one: Mention, literally: Sequence[str]) -> bool:
    """Whether a paper's name stands in a wording that is no filter: Ziegler in "by Ziegler"."""
    name = re.compile(rf"(?<!\w){re.escape(plain(one.wording))}(?!\w)")
    return any(name.search(plain(wording)) for wording in literally)


def one_named(library: Library, question: str, literally: Sequence[str] = ()) -> Mention | None:
    """The one paper whose author `question` names, or which introduces what stands before its
    colon ("PIGPI: …"), if there is just one, and no wording in `literally`. Raises LibraryError.
    """
    found = {paper.paper_id: match[0] for match, paper in by_family_name(library, question)}
    leads = _LEADS.match(question)
    if not found and leads:
        told = _introduced(library, leads["name"])
        found = {paper.paper_id: match[0] for match, paper in told}
    if len(found) != 1:
        return None
    ((paper_id, wording),) = found.items()
    mention = Mention(wording, paper_id, sure=True)
    return None if _taken_back(mention, literally) else mention


def without_name(text: str, name: str) -> str:
    """`text` without what names the one paper that it is asked of, which no sentence of it says."""
    at = r"(?:according to|acc\.? to|by|from|for|in|of|per|to)"
    said = re.escape(name)
    aside = rf" ?\({said}\)?|^{said}(?::| -| –| —|,) "
    rest = re.sub(rf"{aside}|^{at} {said},? |,? {at} {said}(?=[?.!]*$)", "", text, flags=re.I)
    return rest if rest != text else text.replace(name, the_paper(name))


def the_paper(name: str) -> str:
    """What stands for a paper in the place of its name: of "Ganguli's", "the paper's"."""
    return "the paper’s" if re.search(r"['’]s$", name) else "the paper"


def _called(library: Library, question: str) -> Iterator[tuple[re.Match[str], Paper]]:
    """ "The few-shot paper": what has these words in its title, or speaks of them most."""
    for match in _A_PAPER.finditer(question):
        if (match["who"] or match["one"]) and not match["the"]:
            continue
        if match["one"] and not _PAPER.search(question[: match.start()]):
            continue
        words = match["name"].split()
        year = next((word for word in words if _YEAR.fullmatch(word)), "")
        words = [word for word in words if word != year]
        for first in range(len(words)):  # "the Anthropic assistant paper": a publisher before it
            name = " ".join(words[first:])
            papers = surely_named(library, name, in_title=first > 0 and not is_name(name))
            if match["one"] and not papers:
                break
            papers = [one for one in papers if f"{one.year}".endswith(year)]
            if len(papers) == 1:
                yield match, papers[0]
                break


def _on(library: Library, question: str) -> Iterator[tuple[re.Match[str], Paper]]:
    """ "The one on weak supervision": what has the words in its title, as many as can be."""
    for match in _THE_ONE.finditer(question):
        words = match["name"].split()[:_LONGEST]
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            papers = surely_named(library, name, in_title=True)
            if len(papers) == 1:
                said = re.compile(re.escape(name)).search(question, match.start("name"))
                whole = (
                    re.compile(r".*").match(question, match.start(), said.end()) if said else None
                )
                if whole:
                    yield whole, papers[0]
                break


def _introduced(library: Library, question: str) -> Iterator[tuple[re.Match[str], Paper]]:
    """ "webgpt", "web gpt": what introduces a thing of that name."""
    for match in (*_in_two(question), *_WORD.finditer(question)):
        word = match[0].replace(" ", "")
        if len(word) < _FEWEST_LETTERS:
            continue
        hits = library.search_words(word, _READ)
        said = library.chunks(chunk_id for chunk_id, _ in hits)
        titles = [one.title for one in said.values()]
        apart = word != match[0]
        name = _as_written(word, titles, named=True)
        name = name or _as_written(word, [one.text for one in said.values()], named=apart)
        if not name and not word.islower():  # as a title has it, of which every word may have
            name = _as_written(word, titles, named=apart)
        if not name:
            continue
        papers = library.papers({chunk.paper_id for chunk in said.values()})
        titled = [paper for paper in papers if _says(name).search(paper.title)]
        meant = titled or [paper for paper in papers if introduces(name, paper.abstract)]
        if len(meant) == 1 and (titled or _speaks_most(name, meant[0], papers)):
            yield match, meant[0]


def _in_two(question: str) -> Iterator[re.Match[str]]:
    """Each two words in a row, which may be one name: "instruct gpt"."""
    for one, other in pairwise(_WORD.finditer(question)):
        both = re.compile(rf"{re.escape(one[0])} {re.escape(other[0])}")
        if match := both.match(question, one.start()):
            yield match


def _speaks_most(name: str, paper: Paper, others: Sequence[Paper]) -> bool:
    """Whether no other speaks of it more often: that spells out "(NLP)" and goes on is not it."""
    counts = {one.paper_id: len(_says(name).findall(one.abstract)) for one in others}
    return counts[paper.paper_id] == max(counts.values())


def _as_written(word: str, texts: Sequence[str], *, named: bool = False) -> str:
    """`word` as all the texts write it, if they write it as a name; else empty. If it must be
    `named`, as no other word is written: WebGPT, GPT-3.
    """
    forms = [found[0] for text in texts for found in _says(word).finditer(text)]
    mark = r".[A-Z\d]" if named else r"[A-Z\d]"
    is_name = forms and all(re.search(mark, form) for form in forms)
    return Counter(forms).most_common(1)[0][0] if is_name else ""


def _says(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
