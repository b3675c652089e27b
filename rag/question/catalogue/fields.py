"""What the catalogue says of the fields of papers that a question names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.finding.filters import fold
from rag.finding.retrieve import rank_papers, retrieve
from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.catalogue.among import Among
from rag.question.catalogue.author_names import NAME_WORDS, authors_called
from rag.question.catalogue.fields_asked import Asked
from rag.question.catalogue.lists import superlative
from rag.question.catalogue.slots import NUMBER
from rag.question.catalogue.statements import (
    CatalogueReply,
    Statement,
    about,
    authors_at,
    compared,
    is_author,
    other_authors,
    reply_of,
    titled,
)
from rag.question.field_words import COMPARED
from rag.question.name_words import CALLED_A_PAPER
from rag.question.naming import QUOTED, papers_meant, papers_named
from rag.types import Paper

_AND = re.compile(
    r",?\s+(?:and|or|than|vs\.?|versus)(?: (?:also )?(?:for|of|on))?\s+|\s*[,;]\s*", re.IGNORECASE
)
_BESIDE = re.compile(r"\s+(?:on|of|by|for|in|to|with|is|the)\s+", re.IGNORECASE)
_SO_MANY = re.compile(
    rf"(?:^|\b(?:only|just|exactly|least|most|than) ){NUMBER} papers?(?: (?:by|with)\b|$)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:(?:in|before|after|since|the|year|end|of) )*(?:19|20)\d\d", re.IGNORECASE)
_TITLE = re.compile(r"[\w’'-]+(?: [\w’',:-]+){2,}")
_NO_TITLE = re.compile(
    r"^(?:an?|any|anything|another|more|much|one|some|something|stuff|the|two|papers?|ones?)\b"
    r"|\b(?:about|by|from|published|written|since|that|which|who|papers|ones?)\b",
    re.IGNORECASE,
)
_MOST_NAMED = 6  # papers that one question asks about by name
_NAME_WORDS = 4
_MOST_WORDS = 40  # of a question in which somebody's name is looked for at every word


def of_papers(
    among: Among, asked: Asked, earlier: str, spoken_of: Sequence[str], *, surely: bool = False
) -> CatalogueReply | None:
    """What the catalogue says of the fields `asked` for, of the papers that are named; None if
    none is. A paper is meant where none is named: the one `spoken_of`, or that `earlier` is best
    met by. `surely` the catalogue is asked, so that words of a name may be nobody's.
    """
    if any(_SO_MANY.search(piece) for piece in asked.pieces):
        return None
    asked = _dated(asked)
    people = f"{' '.join(asked.pieces)} {earlier}"
    if not asked.pieces:
        several = asked.several or (asked.fields[0] in COMPARED and bool(earlier))
        papers = among.kept(meant(among.library, earlier, spoken_of, several))
        papers = papers or among.one_named()
    else:
        named = superlative(among, " ".join(asked.pieces)) or _named(among.library, asked, surely)
        papers = among.kept(named)
        if named and not papers:
            return CatalogueReply((), f"{titled(named[0])} is not {among.place}")
        if surely and asked.whether and {"authors", "nth"} & set(asked.fields):
            if reply := _whether_by(among, asked, spoken_of):
                return reply
        elif not papers and asked.whether:
            return _not_by(among, asked, spoken_of)
        if asked.whether and len(papers) > 1 and {"authors", "nth", "others"} & set(asked.fields):
            return None  # "did the authors of InstructGPT use WebGPT?"
    if asked.fields[0] in COMPARED:
        several = len(papers) > 1 and papers[0] is not papers[-1]
        return CatalogueReply((compared(papers, asked.fields[0]),)) if several else None
    told = [one for paper in papers for one in _told(paper, asked, people)]
    return reply_of(told) if told else None


def _dated(asked: Asked) -> Asked:
    """When a paper came out, where it is asked whether it did before some year."""
    names = tuple(piece for piece in asked.pieces if not _YEAR.fullmatch(piece))
    if len(names) == len(asked.pieces) or asked.fields[0] not in ("older", "newer"):
        return asked
    return replace(asked, fields=("published",), pieces=names)


def no_such_title(among: Among, asked: Asked) -> CatalogueReply | None:
    """That no paper is called as is asked, where what is asked for can only be a whole title."""
    name = " ".join(asked.pieces)
    quoted = QUOTED.search(name)
    title = quoted["name"] if quoted else name
    if asked.fields != ("paper_id",) or not (quoted or _TITLE.fullmatch(name)):
        return None
    if not quoted and (CALLED_A_PAPER.search(name) or _NO_TITLE.search(name)):
        return None
    said, found = set(content_stems(title)), _named(among.library, asked, surely=True)
    if not said or any(said <= set(content_stems(f"{p.title} {p.abstract}")) for p in found):
        return None
    text = f"No paper {among.place} is called “{title.strip(' .,')}”."
    return CatalogueReply((Statement(text, ()),))


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


def _named(library: Library, asked: Asked, surely: bool) -> list[Paper]:
    """The papers that the pieces of a question name together, or each by itself."""
    strictly = "paper_id" in asked.fields or "made" in asked.fields

    def named(name: str, strictly: bool) -> list[Paper]:
        return papers_named(library, name, surely=strictly) or (
            papers_meant(library, name) if surely else []
        )

    parts = [part for piece in asked.pieces for part in _AND.split(piece) if part.strip()]
    if 1 < len(parts) <= _MOST_NAMED:
        each = [named(part, strictly) for part in parts]
        papers = {paper.paper_id: paper for found in each for paper in found}
        if all(each) and (len(papers) > 1 or len(asked.pieces) > 1):
            return list(papers.values())
    return named(" ".join(asked.pieces), strictly or len(asked.pieces) > 1)


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
            if not (who := _person(among.library, person)):
                continue  # the name of a paper is dearer to look up
            papers = among.kept(papers_named(among.library, name.replace("|", " ")))
            if len(papers) == 1:
                if asked.nth:
                    return CatalogueReply(tuple(authors_at(papers[0], asked.nth, (who,))))
                return CatalogueReply((is_author(papers[0], who),))
    return None


def _whether_by(among: Among, asked: Asked, spoken_of: Sequence[str]) -> CatalogueReply | None:
    """Whether somebody whom the words name wrote the paper that the others name, or that was
    spoken of; of the ways to part them, the one that leaves most words to the person.
    """
    words = " | ".join(asked.pieces).split()
    spans = [
        (start, end)
        for length in range(min(NAME_WORDS, len(words)), 0, -1)
        for start in range(len(words) - length + 1)
        for end in (start + length,)
        if words[start][:1].isalpha()
        and words[end - 1][:1].isalpha()
        and "|" not in words[start:end]
    ]
    looked_up = 0
    for start, end in spans if len(words) <= _MOST_WORDS else ():
        said = [word.strip(".,'’") for word in words[start:end]]
        names = authors_called(among.library, said, nearly=False)
        if not names or (len(said) == 1 and not _is_family(said[0], names)):
            continue
        looked_up += 1
        if looked_up > _MOST_NAMED:
            break
        rest = " ".join(word for word in (*words[:start], *words[end:]) if word != "|")
        papers = papers_meant(among.library, rest) if rest.strip(" .,") else []
        papers = among.kept(papers or among.library.papers(spoken_of if not rest else ()))
        told: list[Statement] = []
        for paper in papers:
            own = [name for name in names if name in paper.authors]
            who = (own or names)[0]
            told += authors_at(paper, asked.nth, (who,)) if asked.nth else [is_author(paper, who)]
        if told:
            return CatalogueReply(tuple(told))
    return _not_by(among, asked, spoken_of)


def _is_family(word: str, names: Sequence[str]) -> bool:
    return any(fold(name).split()[-1] == fold(word) for name in names)


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


def meant(library: Library, earlier: str, spoken_of: Sequence[str], several: bool) -> list[Paper]:
    """The paper that a question means without naming one: that was spoken of (`several`: those), or
    that the question before is best met by.
    """
    if len(spoken_of) == 1 or (several and 1 < len(spoken_of) <= _MOST_NAMED):
        known = library.papers(spoken_of)
        if known:
            return known
    if not earlier:
        return []
    ranked = rank_papers(retrieve(library, earlier, 1).hits)
    return library.papers(paper.paper_id for paper in ranked)
