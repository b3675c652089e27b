"""“What does Ouyang say about bias?”, “What is WebGPT?”: what speaks of it says something about it.

A reranker looks for what a question might be answered by, and is unsure of one as open as these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.finding.terms import content_stems
from rag.question.naming import introduces
from rag.question.understand import Query
from rag.types import Paper, Quote

EVEN = 0.0
"""Log-odds that a sentence which speaks of the thing says what is asked, at least."""

# Log-odds that sentences lose where none of the papers has a word of the thing: "What did Ouyang
# find about penguins?" has the form of what most sentences answer. Of 96 such questions, put to
# sixteen of the sample papers, 5 were answered without it. Not of what may only be spelt otherwise
# there: RL, gpt3.
_UNSPOKEN = 1.0
_SPELT_OTHERWISE = re.compile(r"[A-Z]{2}|\d")

_SAYS = (
    r"(?:conclude|discuss|find|found|known?|learn|mention|report|said|say|shown?|think|write|wrote"
    r"|written)"
)
_ABOUT = re.compile(
    rf"what (?:else )?(?:are|can|did|do|does|has|have|is|was|were) (?P<who>.*?)\b{_SAYS}(?:e?d|s)? "
    r"(?:about|concerning|of|on|regarding) (?P<thing>.+)",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:been |the papers? |papers? |they |we |to be )?", re.IGNORECASE)


_WHAT_IS = re.compile(
    r"(?:what|who)(?: is|['’]?s| are| about) (?:(?:an?|the) )?(?P<name>[\w.+-]+(?: \d[\w.]*)?)",
    re.IGNORECASE,
)


def told_of(query: Query, quotes: Sequence[Quote], papers: Mapping[str, Paper]) -> list[Quote]:
    """The quotes in their order; where none is likely to say what is asked, only those that speak
    of it, as even to do: of a thing that is asked about, in the papers that the query is kept to or
    in any, or of what one of `papers` introduces, where it is asked what that is. Where the papers
    that it is kept to have no word of the thing, each is less likely to say it.
    """
    asked = query.read.strip(" ?!.")
    about, kept = _ABOUT.fullmatch(asked), bool(query.within.authors or query.within.paper_ids)
    thing = about["thing"] if about else ""
    if kept and _have_no_word_of(thing, [papers[quote.paper_id] for quote in quotes]):
        return [replace(quote, says=quote.says - _UNSPOKEN) for quote in quotes]
    if any(quote.says >= EVEN for quote in quotes):
        return list(quotes)
    telling: list[Quote] = []
    if match := _WHAT_IS.fullmatch(asked):
        telling = [q for q in quotes if _tells_what_is(match["name"], q, papers[q.paper_id])]
    elif about and (kept or _NOBODY.fullmatch(about["who"])):
        stems = set(content_stems(thing))
        telling = [quote for quote in quotes if stems and stems <= set(content_stems(quote.text))]
    return [replace(quote, says=EVEN) for quote in telling] or list(quotes)


def _have_no_word_of(thing: str, papers: Sequence[Paper]) -> bool:
    texts = " ".join(f"{paper.title} {paper.abstract} {paper.summary}" for paper in papers)
    stems = set(content_stems(thing))
    return (
        bool(stems) and not _SPELT_OTHERWISE.search(thing) and not stems & {*content_stems(texts)}
    )


def _tells_what_is(name: str, quote: Quote, paper: Paper) -> bool:
    """Whether the quote is from the paper of that name, which is in its title and has a number or a
    capital letter within; or says the name of what its paper introduces.
    """
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w|\.\d|-\w)", re.IGNORECASE)
    titled = word.search(paper.title)
    if titled and any(sign.isupper() or sign.isdigit() for sign in titled[0][1:]):
        return True
    return bool(word.search(quote.text)) and introduces(name, paper.abstract)
