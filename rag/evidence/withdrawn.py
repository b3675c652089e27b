"""Whether a source says of a paper that it was retracted or withdrawn, and in which words.

Publishers put it before the title ("RETRACTED: …"), arXiv's authors in the abstract's place ("This
paper has been withdrawn …").
"""

from __future__ import annotations

import re

from rag.types import Paper

_TITLE = re.compile(
    r"\W{0,3}(?:retracted|withdrawn|retraction|withdrawal)"
    r"(?: (?:article|paper|chapter|notice|note))?(?:\W*[:\]\)–—]|\W*$)",
    re.IGNORECASE,
)
_TITLE_END = re.compile(
    r"[\[\(](?:retracted|withdrawn)(?: article| paper)?[\]\)]\W*$", re.IGNORECASE
)
_ABSTRACT = re.compile(
    r"\W{0,3}(?:(?:this|the) (?:\w+ ){0,2}?(?:paper|article|manuscript|work|preprint|submission"
    r"|study|chapter) (?:has|have|was|is) (?:been |being |now )*(?:withdrawn|retracted)\b"
    r"|(?:withdrawn|retracted)(?: by| due| because|\W*$))[^.]{0,200}",
    re.IGNORECASE,
)


def withdrawn(paper: Paper) -> str:
    """The words of its title or abstract that say so; empty where none do.

    A paper about retractions is not one: only a title's beginning or end and an abstract's
    beginning are looked at.
    """
    for found in (_TITLE.match(paper.title), _TITLE_END.search(paper.title)):
        if found:
            return found[0].strip(" :–—[]()")
    said = _ABSTRACT.match(paper.abstract)
    return said[0].strip() if said else ""
