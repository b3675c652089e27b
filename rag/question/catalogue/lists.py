"""Lists and counts out of the catalogue: of authors, dates, fields, titles; the newest of them.

A question is taken for one of these only if all its words are accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.finding.filters import fold
from rag.finding.retrieve import rank_papers, retrieve
from rag.question.catalogue.among import Among
from rag.question.catalogue.heads import Superlative
from rag.question.catalogue.kin import kin
from rag.question.catalogue.sets import Asked, read
from rag.question.catalogue.statements import (
    LISTED,
    CatalogueReply,
    Statement,
    counted,
    lines,
    listed,
    titled,
)
from rag.question.catalogue.tallies import coauthors, tally
from rag.types import Paper

_HE = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_THEY_ELSE = re.compile(
    r"\b(?:they|them|their|theirs)\b.*\b(?:else|others?|more(?! than))\b"
    r"|\b(?:else|others?|more(?! than))\b.*\b(?:they|them|their|theirs)\b",
    re.IGNORECASE,
)
_THESE = re.compile(
    r"\b(?:these|those|them|(?:the|which|of) (?:two|three|four))\b",
    re.IGNORECASE,
)
_ELSE = re.compile(r"\b(?:else|others?|another|more)\b", re.IGNORECASE)
_AUTHOR_AT = re.compile(r"\b(?:(?P<last>last|senior)|first|lead) author\b", re.IGNORECASE)
_WITH_WHOM = re.compile(
    r"\b(?:with|co-?auth\w*|collaborat\w*|together|alongside|colleagues|else)\b", re.IGNORECASE
)
_YEARS_SPANNED = re.compile(
    r"\b(?:span|range|period|stretch|interval)s?(?: of| in)?(?: time| the)? ?(?:years?|dates?"
    r"|time)?\b"
    r".*\b(?:library|collection|catalogue?|papers|here|cover\w*|span\w*)\b"
    r"|\b(?:what|which) (?:time span|time period|period)\b.*\b(?:cover|span|range)"
    r"\w*\b|\bfrom when (?:to|until|till) when\b|\bhow far back\b"
    r"|\b(?:between|from) (?:which|what) (?:years?|dates?)\b"
    r"(?=.*\b(?:library|collection|catalogue?|papers|works|here|these)\b)"
    r"|\b(?:earliest|oldest|first)"
    r" (?:and|to|"
    r"till) (?:the )?(?:latest|newest|last) (?:year|date|paper)s?\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\bhow many (?!(?:papers|works)\b)|\bnumber of (?!(?:papers|works)\b)", re.IGNORECASE
)
_OF_EACH = re.compile(r"\b(?:per|each|every|by (?:year|month|author|venue))\b", re.IGNORECASE)
_YEAR = re.compile(r"\byears?\b", re.IGNORECASE)
_LABELS = {
    ("published", True): "{}oldest paper", ("published", False): "{}newest paper",
    ("authors", True): "paper with the {}fewest authors",
    ("authors", False): "paper with the {}most authors",
    ("sources", True): "paper from the {}fewest sources",
    ("sources", False): "paper from the {}most sources",
    ("title", True): "paper with the {}shortest title",
    ("title", False): "paper with the {}longest title",
    ("abstract", True): "paper with the {}shortest abstract",
    ("abstract", False): "paper with the {}longest abstract",
}  # fmt: skip
_RANKED = ("", "second ", "third ", "fourth ", "fifth ")


def listing(
    among: Among,
    text: str,
    earlier: str = "",
    spoken_of: Sequence[str] = (),
    *,
    surely: bool = False,
) -> CatalogueReply | None:
    """The list or count that `text` (no mark at its end) asks for; None if it asks for none.

    “These” are the papers `spoken_of` (ids) before, if several; “she” is whom `earlier`, the
    question before, names, or wrote the one paper spoken of. Raises as `Among` does.
    """
    before = among.library.papers(spoken_of) if earlier and spoken_of else []
    pool = before if len(before) > 1 and _THESE.search(text) else []
    if _YEARS_SPANNED.search(text) and (span := _years_spanned(among)):
        return span
    if reply := kin(among, text, before, surely=surely):
        return reply
    he: list[str] = []
    pronoun = _HE.search(text) or _THEY_ELSE.search(text)
    if earlier and pronoun:
        he, before = _meant(among, text, earlier, before)
    asked = read(among, text, pool, he, surely=surely)
    if not isinstance(asked, Asked):
        return asked
    if pronoun and not asked.people:
        return None
    if he and _ELSE.search(text):
        left = [paper for paper in asked.papers if paper not in before]
        asked = asked.of(left, f"{asked.which} besides {_besides(before)}")
    if asked.head.field == "authors" and any(not one.without for one in asked.people):
        return coauthors(among, asked) if _WITH_WHOM.search(text) else _papers(among, asked)
    newest = asked.superlative and asked.superlative.key == asked.head.field  # "the latest year"
    return (
        tally(among, asked, count=_counts(asked, text))
        if asked.head.field and not newest
        else _papers(among, asked)
    )


def _counts(asked: Asked, text: str) -> bool:
    """Whether it is asked how many authors, venues or years there are; not where papers are
    counted by year: "how many in 2020, how many in 2021".
    """
    by_year = asked.head.field == "published" and not _YEAR.search(text)
    return _COUNTS.search(text) is not None and not by_year and not _OF_EACH.search(text)


def _years_spanned(among: Among) -> CatalogueReply | None:
    """From when to when the papers were published."""
    dated = sorted(
        (paper for paper in among.kept(among.library.papers()) if paper.published),
        key=lambda paper: paper.published,
    )
    if not dated:
        return None
    first, last = dated[0], dated[-1]
    whose = "The chosen" if among.within else "The library’s"
    text = (
        f"{whose} papers were published from {first.published} ({titled(first)}) to"
        f" {last.published} ({titled(last)})."
    )
    return CatalogueReply((Statement(text, ((first, "published"), (last, "published"))),))


def superlative(among: Among, text: str) -> list[Paper]:
    """The papers that "the newest paper", "the first two by Long Ouyang" mean; empty for others."""
    asked = read(among, text)
    if not isinstance(asked, Asked) or not asked.superlative or asked.head.field:
        return []
    return _outermost(asked.papers, asked.superlative)[0]


def _papers(among: Among, asked: Asked) -> CatalogueReply:
    if not asked.papers:
        return CatalogueReply((Statement(_none(among, asked.which), ()),))
    if asked.superlative:
        return _extreme(among, asked, asked.superlative)
    holds = "Among the chosen papers:" if among.within else "The library holds"
    reply = listed(asked.papers, asked.which, asked.field, holds)
    return CatalogueReply((*reply.statements, *_incomplete(asked)))


def _none(among: Among, which: str) -> str:
    """That no paper is so, in words."""
    verb = " comes" if which.startswith((" with", " of which")) else " is one"
    if which.startswith((" by", " from", " in ", " since", " before", " after", " until", " not")):
        verb = " is"
    return f"No paper {among.place}{which and verb + which}."


def _incomplete(asked: Asked) -> tuple[Statement, ...]:
    """That authors are missing of papers that were counted by them, if so."""
    lacking = [paper for paper in asked.papers if not paper.authors_complete][:LISTED]
    if not lacking or " author" not in asked.which or asked.field != "authors":
        return ()
    if not re.search(r" (?:single author|\d+ authors?)", asked.which):
        return ()
    text = f"Counted are the authors that the library names; of {counted(len(lacking), 'paper')}"
    return (
        Statement(
            f"{text} there are others, as the sources say.",
            tuple((paper, "authors") for paper in lacking),
        ),
    )


def _meant(
    among: Among, text: str, earlier: str, before: list[Paper]
) -> tuple[list[str], list[Paper]]:
    """Whom “he” or “they” means after the question `earlier`, answered from the papers `before`;
    and these, or if none are known, those it asks for or is best met by.
    """
    asked = read(among, earlier.strip(" ?!.")) if not before else None
    if isinstance(asked, Asked) and asked.people:
        return [name for one in asked.people for name in one.names], asked.papers
    if not before:
        ranked = rank_papers(retrieve(among.library, earlier, 1).hits)
        before = among.library.papers(paper.paper_id for paper in ranked)
    said = set(re.findall(r"[^\W_]+", fold(earlier)))
    authors = dict.fromkeys(name for paper in before for name in paper.authors)
    if named := [name for name in authors if fold(name).split()[-1] in said]:
        return named, before
    if len(before) != 1 or not _HE.search(text):
        return list(before[0].authors) if len(before) == 1 else [], before
    position = _AUTHOR_AT.search(earlier)
    last = bool(position and position["last"])
    return list(before[0].authors[-1:] if last else before[0].authors[:1]), before


def _besides(before: Sequence[Paper]) -> str:
    return titled(before[0]) if len(before) == 1 else f"those {len(before)}"


def _measure(paper: Paper, key: str) -> str | int:
    value = getattr(paper, key)
    return value if key == "published" else len(value)


def _outermost(papers: Sequence[Paper], wanted: Superlative) -> tuple[list[Paper], list[str | int]]:
    """The papers that are most so, of those of which it is known, and what each of them measures;
    if one is asked for, all that are equally so.
    """
    known = [paper for paper in papers if getattr(paper, wanted.key)]
    known.sort(key=lambda paper: _measure(paper, wanted.key), reverse=not wanted.least)
    values = list(dict.fromkeys(_measure(paper, wanted.key) for paper in known))
    if wanted.count > 1:
        shown = known[: min(wanted.count, LISTED)]
    elif wanted.rank < len(values):
        shown = [paper for paper in known if _measure(paper, wanted.key) == values[wanted.rank]]
    else:
        shown = []
    return shown[:LISTED], [_measure(paper, wanted.key) for paper in shown]


def _extreme(among: Among, asked: Asked, wanted: Superlative) -> CatalogueReply:
    shown, values = _outermost(asked.papers, wanted)
    if not shown:
        noun = "date" if wanted.key == "published" else wanted.key
        return CatalogueReply((), f"no paper {among.place}{asked.which} has such a {noun}")
    the = "Among the chosen papers, the" if among.within else "The"
    label = _LABELS[wanted.key, wanted.least].format(_RANKED[wanted.rank])
    facts = tuple((paper, wanted.key) for paper in shown)
    unit = {"authors": "author", "sources": "source", "title": "character", "abstract": "character"}
    told = [
        str(value) if isinstance(value, str) else counted(value, unit[wanted.key])
        for value in values
    ]
    if len(shown) == 1:
        text = f"{the} {label}{asked.which} is {titled(shown[0])}, {told[0]}."
        return CatalogueReply((Statement(text, facts), *_uncounted(shown, wanted)))
    label = label.replace("paper", "papers")
    number = f"{len(shown)} " if wanted.count > 1 or wanted.key != "published" else ""
    lead = Statement(f"{the} {number}{label}{asked.which}:", facts)
    if wanted.key == "published":
        return CatalogueReply((lead, *lines(shown, "published")))
    each = (
        Statement(f"{titled(paper)}, {value}", ((paper, wanted.key),))
        for paper, value in zip(shown, told, strict=True)
    )
    return CatalogueReply((lead, *each, *_uncounted(shown, wanted)))


def _uncounted(shown: Sequence[Paper], wanted: Superlative) -> tuple[Statement, ...]:
    """That there are authors whom the library does not name, if so."""
    lacking = tuple((paper, "authors") for paper in shown if not paper.authors_complete)
    if wanted.key != "authors" or not lacking:
        return ()
    return (Statement("Counted are those whom the library names; there are others.", lacking),)
