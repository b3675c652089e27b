"""Questions about the library itself (who wrote, when, which, how many), answered exactly.

A question is taken for one of these only if all its words are accounted for; anything else is
left to retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.finding.filters import fold
from rag.finding.retrieve import rank_papers, retrieve
from rag.library import Library
from rag.question.among import Among
from rag.question.catalogue_lists import listing, superlative
from rag.question.fields_asked import COMPARED, Asked, asks_for_a_field, read_fields
from rag.question.leaning import without_openers
from rag.question.naming import names_in, papers_named
from rag.question.statements import (
    CatalogueReply,
    Statement,
    about,
    authors_at,
    compared,
    is_author,
    other_authors,
    titled,
)
from rag.types import Paper

_AND = re.compile(r",?\s+(?:and|or|than|vs\.?|versus)(?: (?:also )?(?:for|of|on))?\s+|\s*[,;]\s*")
_BESIDE = re.compile(r"\s+(?:on|of|by|for|in|to|with|is|the)\s+", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"(?:(?:what|how) about |(?:the same )?(?:for|of) )?(?P<name>[^?,;:]{2,80})", re.IGNORECASE
)
_MOST_NAMED = 6  # papers that one question asks about by name
_NAME_WORDS = 4


def answer_from_catalogue(
    among: Among, question: str, earlier: str = "", spoken_of: Sequence[str] = ()
) -> CatalogueReply | None:
    """The exact answer if `question` asks about the library itself, else None.

    A pronoun in place of a paper's name means the paper `spoken_of` (paper ids), if there is just
    one, or else the one that `earlier`, if given, is best met by; or the only one that is asked,
    of which "who are the authors?" asks, too. Raises as `Among` does.
    """
    text = without_openers(" ".join(question.split())).strip(" ?!.")
    asked, reply = _same_of(text, earlier), None
    if asked:
        reply = _of_papers(among, asked, "", ())
    elif asks_for_a_field(text) and (asked := read_fields(text, names_in(among.library, text))):
        reply = _of_papers(among, asked, earlier, spoken_of)
    if reply:
        return reply
    return listing(among, text, earlier, spoken_of)


def _same_of(text: str, earlier: str) -> Asked | None:
    """What "what about WebGPT?" asks after "who wrote the Codex paper?": the same of another."""
    about_it = None if asks_for_a_field(text) else _WHAT_ABOUT.fullmatch(text)
    first = earlier.partition("?")[0]
    before = read_fields(first, ()) if about_it and first else None
    if about_it is None or before is None or before.fields[0] in COMPARED:
        return None
    return replace(before, pieces=(about_it["name"],), whether=False)


def _of_papers(
    among: Among, asked: Asked, earlier: str, spoken_of: Sequence[str]
) -> CatalogueReply | None:
    """What the catalogue says of the fields asked for, of the papers that are named."""
    people = f"{' '.join(asked.pieces)} {earlier}"
    if not asked.pieces:
        several = asked.several or (asked.fields[0] in COMPARED and bool(earlier))
        papers = among.kept(_meant(among.library, earlier, spoken_of, several))
        papers = papers or among.one_named()
    else:
        named = superlative(among, " ".join(asked.pieces)) or _named(among.library, asked)
        papers = among.kept(named)
        if named and not papers:
            return CatalogueReply((), f"{titled(named[0])} is not {among.place}")
        if not papers and asked.whether:
            return _not_by(among, asked, spoken_of)
        if asked.whether and len(papers) > 1 and {"authors", "nth", "others"} & set(asked.fields):
            return None  # "did the authors of InstructGPT use WebGPT?"
    if asked.fields[0] in COMPARED:
        several = len(papers) > 1 and papers[0] is not papers[-1]
        return CatalogueReply((compared(papers, asked.fields[0]),)) if several else None
    told = [one for paper in papers for one in _told(paper, asked, people)]
    return CatalogueReply(tuple(told)) if told else None


def _told(paper: Paper, asked: Asked, people: str) -> list[Statement]:
    """Each field that is asked for of one paper; `people` may name some of its authors."""
    names = [name for name in paper.authors if _says(people, name, paper.title)]
    told: list[Statement] = []
    for field in asked.fields:
        if field == "others":
            told.append(other_authors(paper, names))
        elif field == "nth":
            told += authors_at(paper, asked.nth, names if asked.whether else ())
        elif field in ("authors", "made") and asked.whether:
            told += [is_author(paper, name) for name in names]
        else:
            told.append(about(paper, "authors" if field == "made" else field))
    return told


def _says(text: str, author: str, title: str) -> bool:
    """Whether `text` names an author by the family name, outside the paper's title."""
    family = re.escape(fold(author.split()[-1]))
    rest = fold(text).replace(fold(title), " ")
    return bool(re.search(rf"(?<!\w){family}(?!\w)", rest))


def _named(library: Library, asked: Asked) -> list[Paper]:
    """The papers that the pieces of a question name together, or each by itself."""
    surely = "paper_id" in asked.fields or "made" in asked.fields
    parts = [part for piece in asked.pieces for part in _AND.split(piece) if part.strip()]
    if 1 < len(parts) <= _MOST_NAMED:
        each = [papers_named(library, part, surely=surely) for part in parts]
        papers = {paper.paper_id: paper for found in each for paper in found}
        if all(each) and (len(papers) > 1 or len(asked.pieces) > 1):
            return list(papers.values())
    return papers_named(library, " ".join(asked.pieces), surely=surely or len(asked.pieces) > 1)


def _not_by(among: Among, asked: Asked, spoken_of: Sequence[str]) -> CatalogueReply | None:
    """Whether somebody wrote the paper spoken of, or that they did not write one that is named."""
    if not {"authors", "nth"} & set(asked.fields):
        return None
    whole = " | ".join(asked.pieces)
    if len(spoken_of) == 1 and (who := _person(among.library, whole)):
        of_it = among.kept(among.library.papers(spoken_of))
        return CatalogueReply(tuple(is_author(paper, who) for paper in of_it)) if of_it else None
    for match in (*re.finditer(r" \| ", whole), *_BESIDE.finditer(whole)):
        for person, name in (
            (whole[: match.start()], whole[match.end() :]),
            (whole[match.end() :], whole[: match.start()]),
        ):
            papers = among.kept(papers_named(among.library, name.replace("|", " ")))
            if len(papers) == 1 and (who := _person(among.library, person)):
                if asked.nth:
                    return CatalogueReply(tuple(authors_at(papers[0], asked.nth, (who,))))
                return CatalogueReply((is_author(papers[0], who),))
    return None


def _person(library: Library, said: str) -> str:
    """Whom words name: an author of the library, or somebody with two names; empty if nobody."""
    words = said.replace("|", " ").split()
    if not 0 < len(words) <= _NAME_WORDS or any(not word[0].isalpha() for word in words):
        return ""
    known = {name for paper in library.papers_by(words) for name in paper.authors}
    named = [name for name in known if fold(name).split()[-1] == fold(words[-1])]
    if len(named) == 1:
        return named[0]
    capitals = len(words) > 1 and all(word[0].isupper() for word in words)
    return " ".join(words) if capitals else ""


def _meant(library: Library, earlier: str, spoken_of: Sequence[str], several: bool) -> list[Paper]:
    if len(spoken_of) == 1 or (several and 1 < len(spoken_of) <= _MOST_NAMED):
        known = library.papers(spoken_of)
        if known:
            return known
    if not earlier:
        return []
    ranked = rank_papers(retrieve(library, earlier, 1).hits)
    return library.papers(paper.paper_id for paper in ranked)
