"""Papers called by when they came out: "the Dec 2021 Anthropic study", "the 2019 summarizer"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from rag.finding.filters import Filter
from rag.finding.retrieve import search_papers
from rag.finding.terms import content_stems as stems
from rag.library import Library
from rag.types import Paper

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHEN = (
    r"(?:(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? (?:of )?)?"
    r"(?P<year>(?:19|20)\d\d)"
)
_NO_WORK = (
    r"(?!(?:and|are|but|by|can|could|did|do|does|for|from|had|has|have|how|in|into|is|of|on|or|that"
    r"|than|the|to|versus|vs|was|were|what|when|which|who|why|will|with|would)\b)"
)
_WORK = (
    r"(?:abstract|article|authors|follow-?up|model|one|paper|report|review|study|summari[sz]er"
    r"|survey|system|team|work)"
)
# "the Dec 2021 Anthropic study", "the Anthropic 2021 one", "the 2020 language model paper".
_CALLED = re.compile(
    rf"\bthe (?:{_NO_WORK}[^\W\d][\w-]* ){{0,2}}?{_WHEN} (?P<about>(?:{_NO_WORK}[\w-]+ ){{0,4}}?)"
    rf"{_WORK}\b(?!-)(?! {_WORK}\b)",
    re.IGNORECASE,
)
_CANDIDATES = 20  # of one year, nearest to what is asked, in which month and words are looked for
_MOST = 4  # papers called so in one question, each of which costs a search


def by_date(library: Library, question: str) -> Iterator[tuple[re.Match[str], Paper]]:
    """Where `question` calls a paper by its year, and of those of that year (and month, if it is
    told) that have the words beside it, but for names, the one that comes nearest to what is asked:
    "the 2020 census report" is none that says nothing of a census. Each paper is called once.
    Raises LibraryError, WeightsError.
    """
    told: set[str] = set()
    of_year: dict[int, list[Paper]] = {}  # of one year all are looked for once
    for match in islice(_CALLED.finditer(question), _MOST):
        year = int(match["year"])
        if year not in of_year:
            scope = library.scope(Filter(years=(year, year)))
            near = search_papers(library, question, _CANDIDATES, scope)
            of_year[year] = [paper for paper, _ in near]
        found = of_year[year]
        if match["month"]:
            month = f"{year}-{_MONTHS.index(match['month'][:3].lower()) + 1:02}"
            found = [paper for paper in found if paper.published.startswith(month)]
        words = {stem for word in match["about"].split() if word.islower() for stem in stems(word)}
        meant = [one for one in found if one.paper_id not in told and words <= _said_in(one)]
        if meant:
            told.add(meant[0].paper_id)
            yield match, meant[0]


def _said_in(paper: Paper) -> set[str]:
    return set(stems(f"{paper.title} {paper.abstract} {paper.summary}"))
