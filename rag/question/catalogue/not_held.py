"""What is asked of a paper that no library here holds: citations, pages, affiliations, licences.

To search the abstracts for it would find whatever comes near, and say that instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.question.catalogue.among import Among
from rag.question.catalogue.author_names import NAME_WORDS, authors_called
from rag.question.catalogue.fields import meant
from rag.question.catalogue.statements import CatalogueReply, titled
from rag.question.naming import names_in, papers_meant
from rag.types import Paper

LIKELY = 0.1
"""How likely it must be that the catalogue is asked; less than for what it holds, because the gate
was fitted to that."""

_SURELY = 0.5
_MOST_NAMED = 6  # quoted names that are looked up
_BY_US = r"(?:the |this |our |your )?(?:paper|study|work|report|research|project|article)"
_FIELDS = tuple(
    (told, re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE))
    for told, pattern in (
        (
            "number of citations",
            r"(?:how (?:often|many times|much|highly|well)|number of times)\b(?P<name>.*)\bcited"
            r"|how many"
            r" (?:\w+ )?(?:citations|papers cite)|citations? (?:count|number)s?|cited by"
            r"|number of citations|cite count|(?:most|least|more|highest|often|highly)[ -]cited"
            r"|impact factor|h[- ]index|altmetrics?(?: score)?|times cited",
        ),
        (
            "number of pages",
            r"(?:how many|number of|no\.? of) pages|pages? (?:count|numbers?|range|length)"
            r"|how long is the (?:paper|pdf|article|report)|page span",
        ),
        (
            "affiliations of the authors",
            r"(?:author )?affiliations?|affiliated|(?:which|what) (?:universit(?:y|ies)|institut\w+"
            r"|compan(?:y|ies)|labs?|countr(?:y|ies)|employers?|departments?|organi[sz]ations?)"
            r"\b(?P<name>.*)\b(?:authors?|at|from|for|behind|wrote|published|employ\w*|belong\w*|is|come)"
            r"|who (?:employs|employed) ",
        ),
        (
            "affiliations of the authors",
            r"where (?:does|do|did|is|are) (?P<name>.*) (?:work(?:ing)?|employed|based"
            r"|teach(?:ing)?)",
        ),
        (
            "e-mail addresses of the authors",
            r"e-?mail address(?:es)?|e-?mails?(?= (?:of|for)\b|\W*$)|contact (?:address|details"
            r"|info\w*|data)|phone number"
            r"|orcids?(?: ids?)?|home ?pages? of|twitter|how (?:can|do|could) (?:i|we|one)"
            r" (?:contact|reach|write to)",
        ),
        ("corresponding author", r"corresponding authors?|author for correspondence"),
        (
            "licence",
            r"licen[sc]e[ds]?|copyright|creative commons|cc[- ]by(?:[- ]\w+)?",
        ),
        (
            "number of downloads",
            r"(?:how (?:often|many times)|number of times)\b(?P<name>.*)\b(?:downloaded|viewed"
            r"|read)"
            r"|downloads?(?: count| number)?s?(?= |$)(?=.*\b(?:how many|number|count|has|did|had)\b"
            r"|$)|how many (?:downloads|views|readers|likes)|number of (?:downloads|views)",
        ),
        (
            "funding",
            rf"(?:who|what (?:grants?|agency|foundation|money|company)|which (?:grants?|agency"
            rf"|foundation|company)) (?:has |have |had )?(?:funded|paid for|sponsored|financed"
            rf"|supported|pays? for|funds)|funders?|funding|grants? (?:number|behind|paid)"
            rf"|(?:financed|funded|sponsored|paid for) by|{_BY_US} (?:funded|financed)",
        ),
        (
            "names of reviewers or editors",
            r"(?:who|which \w+) (?:has |have )?(?:(?:peer[- ])?reviewed|refereed|edited|handled)"
            r"|(?:peer[- ])?reviewers?(?: of| for| names?| comments?|$)|referees?|handling editors?"
            r"|editors? of|review scores?",
        ),
        (
            "dates of further versions",
            r"(?:second|third|new|newest|latest|last|final|camera[- ]ready|v[2-9]|revised|current)"
            r" (?:version|revision)s?|how many (?:versions|revisions)|(?:version|revision)"
            r" (?:history"
            r"|number|count)|last (?:updated|revised)|v[2-9] of|date of (?:acceptance|submission"
            r" to)"
            r"|when (?:was|were) (?P<name>.*) (?:accepted|revised|updated|withdrawn|retracted)",
        ),
        ("volume or issue", r"(?:which|what) (?:volume|issue)|volume (?:and|or|number)|issue"
         " number|isbn|issn|publisher"),
        ("prizes", r"best[- ]paper award|(?:won|win|get|got|received?) (?:an?|any|the) (?:award"
         "|prize)"),
    )
)  # fmt: skip
_SAYS = re.compile(
    r"\b(?:according to|mention\w*|discuss\w*|say|says|said|report(?:s|ed)?(?! number)|propos\w*"
    r"|find|found|argue\w*|effects?|models?|data ?sets?|labell?ers?|participants|users?|trained"
    r"|training|samples?|annotators?|contractors?)\b",
    re.IGNORECASE,
)


def not_held(
    among: Among, text: str, earlier: str, spoken_of: Sequence[str], likely: float
) -> CatalogueReply | None:
    """That the library does not hold what `text` (no mark at its end) asks of a paper or a person
    that it names, or that was spoken of; None if it asks for no such thing, or names neither.

    `likely` is the probability that the catalogue is asked. Raises as `Among` does.
    """
    if likely < LIKELY or not any(words.search(text) for _, words in _FIELDS):
        return None
    spans = names_in(among.library, text)
    bare = _without(text, spans)
    told = next(((told, match) for told, words in _FIELDS if (match := words.search(bare))), None)
    if told is None or (likely < _SURELY and _SAYS.search(bare)):
        return None
    field, match = told
    inside = match.groupdict().get("name") or ""
    rest = " ".join(f"{bare[: match.start()]} {inside} {bare[match.end() :]}".split())
    quoted = [text[start:end] for start, end in spans]
    papers = among.kept(_named(among, rest, quoted, earlier, spoken_of))
    if papers:
        whose = " or ".join(map(titled, papers[:2]))
        return CatalogueReply((), f"the library holds no {field} of {whose}", "not_in_abstract")
    if person := _person(among, rest):
        return CatalogueReply(
            (), f"the library holds no {field}, not of {person} either", "not_in_abstract"
        )
    if likely >= _SURELY and _OF_PAPERS.search(rest):
        return CatalogueReply((), f"the library holds no {field} of its papers", "not_in_abstract")
    return None


_OF_PAPERS = re.compile(r"\b(?:papers?|articles?|publications?|studies|library)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|how|did|does|do|is|was|were|are|has|have|had|for|of"
    r"|on|in|by|at|to|the|a|an|it|its|be|been|there|and|under|with|from|many|much|often|times"
    r"|published|publish|before|after|put|arxiv|tell|me|give|please|can|you|i|need|want|know"
    r"|uploaded|released|posted|number|list|all|first|author|authors|paper's)\b",
    re.IGNORECASE,
)  # fmt: skip


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text


def _named(
    among: Among,
    rest: str,
    quoted: Sequence[str],
    earlier: str,
    spoken_of: Sequence[str],
) -> list[Paper]:
    """The paper that the rest of a question names, or the one it may mean without a name."""
    for name in quoted[:_MOST_NAMED]:
        if found := papers_meant(among.library, name if name[0] in '“"' else f"“{name}”"):
            return found
    bare = " ".join(_ASKING.sub(" ", rest).split())
    if bare.strip(" ,.:;'’-"):
        return papers_meant(among.library, bare)
    return meant(among.library, earlier, spoken_of, several=False) or among.one_named()


def _person(among: Among, rest: str) -> str:
    """Whom the rest of a question names; empty if nobody whom the library knows."""
    words = [word.strip(".,'’") for word in _ASKING.sub(" ", rest).split()]
    words = [word.removesuffix("'s").removesuffix("’s") for word in words if word]
    if not 0 < len(words) <= NAME_WORDS:
        return ""
    names = authors_called(among.library, words, nearly=False)
    return " or ".join(names[:2])
