"""Questions about the library itself (who wrote, when, which, how many), answered exactly.

A question is taken for one of these only if all its words are accounted for; anything else is
left to retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.finding.retrieve import rank_papers, retrieve
from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.among import Among
from rag.question.catalogue_lists import listing, superlative
from rag.question.leaning import without_openers
from rag.question.naming import papers_named
from rag.question.statements import CatalogueReply, about, titled
from rag.types import Paper

_WROTE = "wrote|authored|co-?authored|published|is behind|are behind|was behind"
_PUBLISHED = (
    "(?:first )?(?:published|released|come out|came out|appear(?:ed)?|written|posted|submitted)"
)
_APPEARED = rf"(?:{_PUBLISHED}|presented|accepted|printed)"
_VENUES = "(?:publication )?(?:venue|journal|conference|proceedings|workshop|magazine)s?"
_WHAT_IS = "(?:what(?:'s| is|s| are)? |give me |show (?:me )?|list |name )?(?:the )?"
_ABOUT_ONE = tuple(
    (field, re.compile(pattern, re.IGNORECASE))
    for field, pattern in (
        (
            "authors",
            r"who(?:'s| is| are| was| were)? (?:all )?(?:the )?\w* ?authors? (?:of|on)"
            r" (?P<name>.+)",
        ),
        ("authors", rf"(?:who|which (?:people|authors|researchers)) (?:{_WROTE}) (?P<name>.+)"),
        ("authors", r"(?:by )?whom? (?:was|is) (?P<name>.+?) (?:written|authored)(?: by)?"),
        ("authors", rf"{_WHAT_IS}(?:\w+ )?authors? (?:of|for) (?P<name>.+)"),
        (
            "author_count",
            r"how many (?:different )?(?:co-?)?(?:authors|people|researchers|scientists)"
            r" (?:does|did|do|has|have|is|are) (?P<name>.+?)(?: have| got| by)?",
        ),
        (
            "author_count",
            r"how many (?:co-?)?(?:authors|people|researchers|scientists) (?:wrote"
            r"|(?:co-?)?authored|are behind|worked on|are on|are there (?:of|on|for)) (?P<name>.+)",
        ),
        ("author_count", rf"{_WHAT_IS}number of (?:co-?)?authors (?:of|on|for) (?P<name>.+)"),
        ("published", rf"when (?:was|were|is|did) (?P<name>.+?) {_PUBLISHED}"),
        (
            "published",
            r"(?:in )?(?:what|which) (?:year|month|date) (?:was|were|is|did) (?P<name>.+?)"
            rf" (?:{_PUBLISHED}|from)",
        ),
        ("published", rf"{_WHAT_IS}(?:publication|release) (?:date|year) (?:of|for) (?P<name>.+)"),
        ("published", r"how old is (?P<name>.+)"),
        ("arxiv_id", rf"{_WHAT_IS}arxiv (?:id|number|identifier|link) (?:of|for) (?P<name>.+)"),
        (
            "venue",
            rf"where (?:was|were|is|did|has) (?P<name>.+?) (?:been )?{_APPEARED}(?: in| at)?",
        ),
        (
            "venue",
            rf"(?:in |at )?(?:what|which) {_VENUES} (?:was|were|is|did|has) (?P<name>.+?)"
            rf" (?:been )?{_APPEARED}(?: in| at)?",
        ),
        ("venue", rf"(?:what|which) {_VENUES} (?:has )?(?:published|accepted) (?P<name>.+)"),
        ("venue", rf"{_WHAT_IS}{_VENUES} (?:of|for) (?P<name>.+)"),
        ("title", rf"{_WHAT_IS}(?:full |exact )?title of (?P<name>.+)"),
    )
)


def answer_from_catalogue(
    among: Among, question: str, earlier: str = "", spoken_of: Sequence[str] = ()
) -> CatalogueReply | None:
    """The exact answer if `question` asks about the library itself, else None.

    A pronoun in place of a paper's name means the paper `spoken_of` (paper ids), if there is just
    one, or else the one that `earlier`, if given, is best met by; or the only one that is asked,
    of which "who are the authors?" asks, too. Raises as `Among` does.
    """
    text = without_openers(" ".join(question.split())).strip(" ?!.")
    one = among.one_named()
    for field, pattern in _ABOUT_ONE:
        if (match := pattern.fullmatch(text)) and (
            reply := _about_one(among, field, match["name"], earlier, spoken_of)
        ):
            return reply
        if one and (match := pattern.fullmatch(f"{text} of it")) and match["name"] == "it":
            return CatalogueReply((about(one[0], field),))
    return listing(among, text)


def _about_one(
    among: Among, field: str, name: str, earlier: str, spoken_of: Sequence[str]
) -> CatalogueReply | None:
    """What the catalogue says of a field of the papers that are called so."""
    papers = superlative(among, name)
    if not papers:
        named = papers_named(among.library, name)
        papers = among.kept(named)
        if named and not papers:
            return CatalogueReply((), f"{titled(named[0])} is not {among.place}")
    if not papers and not content_stems(name):
        papers = among.kept(_meant(among.library, earlier, spoken_of)) or among.one_named()
    return CatalogueReply(tuple(about(paper, field) for paper in papers)) if papers else None


def _meant(library: Library, earlier: str, spoken_of: Sequence[str]) -> list[Paper]:
    if len(spoken_of) == 1 and (known := library.papers(spoken_of)):
        return known
    if not earlier:
        return []
    ranked = rank_papers(retrieve(library, earlier, 1).hits)
    return library.papers(paper.paper_id for paper in ranked)
