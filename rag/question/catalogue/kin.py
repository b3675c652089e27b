"""Papers beside other papers: those that share an author, and whom two of them share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from rag.library import Library
from rag.question.catalogue.among import Among
from rag.question.catalogue.people import unknown
from rag.question.catalogue.statements import (
    CatalogueReply,
    Statement,
    counted,
    listed,
    on_date,
    titled,
)
from rag.question.field_words_loose import SAYS_NOTHING
from rag.question.naming import papers_meant, papers_named
from rag.types import Paper

_SHARES = re.compile(
    r"\b(?:(?:co-?)?authors? in common with|shar(?:e|es|ed|ing) (?:(?:an?|any|some|its|their|one|at"
    r" least one|the same) )*(?:co-?)?authors? with|(?:has|have|by|with|from) (?:(?:some|any) of"
    r" )?the same"
    r" (?:authors?|people|team|researchers) (?:as|that wrote|who wrote)|overlap(?:s|ping)? (?:in"
    r" authors )?with)"
    r" (?P<name>.+)$"
    r"|\b(?:else|others?|another|more)\b.*\b(?:by|from|did) (?:any of )?the (?:(?P<place>first"
    r"|lead|last"
    r"|senior) )?(?:authors?|people|team|writers?|researchers)"
    r" (?:of|behind|who wrote|that wrote|who made) (?P<name2>.+?)(?: (?:write|publish|author)(?:"
    r" here)?)?$",
    re.IGNORECASE,
)
_WHOM_BOTH = re.compile(
    r"(?=.*\b(?:who|whom|whose|authors?|anyone|anybody|somebody|someone|people|person|names?)\b)"
    r"(?=.*\b(?:both|in common|shared?|same|overlap)\b)"
    r"(?:[^“\"]*?\b(?:both|between)|[^“\"]*?\b(?:wrote|did|does|do|by|share|shared by|of)) (?:the"
    r" papers )?"
    r"(?P<one>\S.*?),? (?:and|&) (?P<two>.+?)"
    r"(?: (?:have|share|had|both|in common|an author|any|authors?)\b.*)?$",
    re.IGNORECASE,
)
_COMMON = re.compile(
    r"\b(?:in common|shar(?:e|es|ed|ing)|overlap\w*|on both|both|same|common)\b", re.IGNORECASE
)
_WHOSE = re.compile(
    r"\b(?:who|whom|whose|(?:co-?)?authors?|anyone|anybody|somebody|someone|people|person|names?"
    r"|writers?|researchers?|team)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:which|what|who|whom|whose|list|name|give me|show me|tell me|is there|are there|(?:co-?)?"
    r"authors?|anyone|anybody|somebody|someone|people|persons?|names?|writers?|researchers?|any"
    r"|in common|common|shar(?:e|es|ed|ing)|overlap\w*|(?:is|are|was|were)(?= on\b)|on both|both"
    r"|between|has|have|had|do|does|did|same|also|wrote|worked on|by|that|were|are|an?)\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\b(?:any|some|which|who|how many|all|one|none) (?:one |all )?of (?:them|these|those|the"
    r" authors"
    r"|these people)\b.*\b(?:work(?:ed)? on|(?:co-?)?(?:wrote|write|written|author|authored)|on"
    r"|behind"
    r"|involved in|contributed? to|author of|authors of) (?P<name>.+?)(?: too| also| as well)?$",
    re.IGNORECASE,
)
_ELSE_BY = re.compile(
    r"\b(?:did|has|have|does|do)\b.*?\b(?P<place>first|lead|last|senior)\b.*? (?:on|of|behind)"
    r" (?P<name>.+?),? (?:also )?(?:write|written|wrote|publish(?:ed)?|author(?:ed)?|do|done|have"
    r"|got) (?:.*\b(?:else|others?|more)\b.*)$"
    r"|\b(?:else|others?|more)\b.*?\b(?:did|has|have|does|do)\b.*?\b(?P<place2>first|lead|last"
    r"|senior)\b.*? (?:on|of|behind) (?P<name2>.+?) (?:write|written|wrote|publish(?:ed)?"
    r"|author(?:ed)?|do|done)(?: here)?$",
    re.IGNORECASE,
)
_ONE_DATE = re.compile(
    r"(?:(?:were|was|are|is|did|do|does|have|had) )?(?P<names>.+?) (?:both )?(?:(?:have|been|get"
    r"|got|all) )*(?:published|released|posted|written|printed|out|from|come out|came out|appear\w*"
    r"|dated?)\b(?: \w+)?? ?(?:in|on|at|from|of)? the (?:very )?same (?P<unit>year|month|day|date)",
    re.IGNORECASE,
)
_NEWER = ("newer", "later", "more recent", "younger", "after", "since")
_IN_TIME = re.compile(
    r"\b(?:papers?|ones?|works?|any|anything|everything|what|which|all|articles|titles)\b.*?\b"
    r"(?P<how>(?:newer|later|more recent|younger|older|earlier) than|after|since|before"
    r"|same (?:year|month) (?:as|of)) (?P<name>.+)$",
    re.IGNORECASE,
)
# A date, or what the papers asked for do, too: no paper's name.
_NO_NAME = re.compile(
    r"^(?:(?:the|early|late|mid|year)\W+)*(?:19|20)\d\d\b"
    r"|\b(?:that|which|who|and|but) (?!(?:is|was|first|introduc|present|propos|describ)\w*\b)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\bpapers\b", re.IGNORECASE)
_JOINS = re.compile(r",? (?:and|&|with|as|vs\.?) |, ")
_MOST_JOINS = 4  # places where a question may part into two names; each costs their lookups
_PREFIX = re.compile(r"^(?:the two papers|of|between)\b\s*", re.IGNORECASE)


def kin(
    among: Among, text: str, before: Sequence[Paper] = (), *, surely: bool = False
) -> CatalogueReply | None:
    """What `text` asks of papers beside others that it names, by their titles, or beside the one
    that was spoken of `before`; None if nothing.

    Raises as `Among` does.
    """
    if match := _SHARES.search(text):
        paper = _only(among, match["name"] or match["name2"])
        return _sharing(among, paper, match["place"]) if paper else None
    if match := _ELSE_BY.search(text):
        paper = _only(among, match["name"] or match["name2"])
        return _sharing(among, paper, match["place"] or match["place2"]) if paper else None
    if match := _WHOM_BOTH.match(text):
        one, two = (_only(among, match[name]) for name in ("one", "two"))
        if one and two and one != two:
            return _shared(one, two)
    if len(before) == 1 and (match := _OF_THEM.search(text)):
        other = _only(among, match["name"], papers_meant if surely else papers_named)
        if other and other != before[0]:
            return _shared(before[0], other)
    return None


def asks_in_common(text: str) -> bool:
    """Whether the words of `text` may ask whom papers share."""
    return bool(_WHOSE.search(text) and _COMMON.search(text))


def beside_in_time(among: Among, text: str) -> CatalogueReply | None:
    """The papers newer or older than one that `text` names, or of its year, where it is sure that
    the catalogue is asked; None if it does not ask that.
    """
    match = _IN_TIME.search(text)
    if match is None or _speaks(text[: match.start("how")]) or _NO_NAME.search(match["name"]):
        return None
    paper = _only(among, match["name"])  # no word of its name may be left over
    if paper is None or not paper.published:
        return None
    how = " ".join(match["how"].lower().split())
    same = next((n for n in ("year", "month") if how.startswith(f"same {n}")), "")
    newer = how.startswith(_NEWER)
    length = {"year": 4, "month": 7}.get(same, 0)

    def holds(other: Paper) -> bool:
        if other == paper or not other.published:
            return False
        if same:
            return other.published[:length] == paper.published[:length]
        return (other.published > paper.published) == newer and other.published != paper.published

    told = f" of the same {same} as" if same else f" {'newer' if newer else 'older'} than"
    papers = [other for other in among.kept(among.library.papers()) if holds(other)]
    if not papers:
        text = f"No paper {among.place} is{told} {titled(paper)}, {paper.published}."
        return CatalogueReply((Statement(text, ((paper, "published"),)),))
    holds_them = "Among the chosen papers:" if among.within else "The library holds"
    return listed(papers, f"{told} {titled(paper)}", "published", holds_them)


def of_one_date(among: Among, text: str) -> CatalogueReply | None:
    """Whether two papers that `text` names came out in the same year or month, or on one day."""
    match = _ONE_DATE.fullmatch(text)
    if match is None:
        return None
    for join in islice(_JOINS.finditer(match["names"]), _MOST_JOINS):
        sides = match["names"][: join.start()], match["names"][join.end() :]
        one = _only(among, sides[0], papers_meant)
        two = _only(among, sides[1], papers_meant) if one else None
        if not (one and two and one != two and one.published and two.published):
            continue
        unit = match["unit"].lower()
        length = {"year": 4, "month": 7}.get(unit, 10)
        dates = one.published[:length], two.published[:length]
        known = min(len(one.published), len(two.published)) >= length
        yes = "Yes" if known and dates[0] == dates[1] else "No"
        yes = yes if known or dates[0][:4] != dates[1][:4] else f"The {unit} is not known of both"
        each = " and ".join(f"{titled(p)} was published {on_date(p.published)}" for p in (one, two))
        return CatalogueReply(
            (Statement(f"{yes}: {each}.", ((one, "published"), (two, "published"))),)
        )
    return None


def _speaks(text: str) -> bool:
    """Whether `text` says of the papers that it asks for what they are about."""
    said = (text[start:end].lower().split() for start, end in unknown(text))
    return any(word not in SAYS_NOTHING for words in said for word in words)


def in_common(among: Among, text: str) -> CatalogueReply | None:
    """Whom two papers share that `text` names in whatever words, where it is sure that the
    catalogue is asked; None if it does not ask that.
    """
    if not asks_in_common(text):
        return None
    rest = " ".join(_SAID.sub(" ", text).split())
    both = papers_meant(among.library, _PLURAL.sub("paper", rest)) if _PLURAL.search(rest) else []
    if len(both) == 2:  # "the two scaling laws papers"
        return _shared(*both)
    for match in islice(_JOINS.finditer(rest), _MOST_JOINS):
        sides = rest[: match.start()].strip(), rest[match.end() :].strip()
        one = _only(among, sides[0], papers_meant) if all(sides) else None
        two = _only(among, sides[1], papers_meant) if one else None
        if one and two and one != two:
            return _shared(one, two)
    return None


def _only(
    among: Among, name: str, named: Callable[[Library, str], list[Paper]] = papers_named
) -> Paper | None:
    """The one paper that is called so."""
    name = _PREFIX.sub("", name).strip(" ,“”\"'")
    papers = among.kept(named(among.library, name))
    return papers[0] if len(papers) == 1 else None


def _sharing(among: Among, paper: Paper, place: str | None) -> CatalogueReply:
    """Papers that share an author with this one, or its first or last author."""
    wanted = list(paper.authors)
    if place and wanted:
        wanted = wanted[:1] if place.lower() in ("first", "lead") else wanted[-1:]
    whom = wanted[0] if place and wanted else "an author"
    found = {
        other.paper_id: other
        for name in wanted
        for other in among.library.papers_by_author(name)
        if name in other.authors and other != paper
    }
    papers = among.kept(sorted(found.values(), key=lambda p: p.published, reverse=True))
    if not papers:
        text = f"No other paper {among.place} shares {whom} with {titled(paper)}."
        return CatalogueReply((Statement(text, ((paper, "authors"),)),))
    own = ((paper, "authors"),)
    share = "shares" if len(papers) == 1 else "share"
    lead = f"{counted(len(papers), 'other paper')} {share} {whom} with"
    each = tuple(
        Statement(
            f"{titled(other)}{f' ({other.published})' if other.published else ''}, with"
            f" {', '.join(name for name in wanted if name in other.authors)}",
            ((other, "authors"),),
        )
        for other in papers
    )
    return CatalogueReply((Statement(f"{lead} {titled(paper)}.", own), *each))


def _shared(one: Paper, two: Paper) -> CatalogueReply:
    """Whom two papers share among their authors."""
    facts = ((one, "authors"), (two, "authors"))
    names = [name for name in one.authors if name in two.authors]
    both = f"{titled(one)} and {titled(two)}"
    if not names:
        return CatalogueReply((Statement(f"No author is named of both {both}.", facts),))
    told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    noun = counted(len(names), "author")
    return CatalogueReply((Statement(f"{both} share {noun}: {told}.", facts),))
