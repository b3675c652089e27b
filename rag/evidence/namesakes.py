"""Keeps what is said of GPT-3 from answering for GPT-4: quotes about a numbered sibling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rag.types import Paper, Quote

# A name with a number behind it: GPT-3, GPT-3.5, Llama 2, p53; of two words the first is a name.
_NUMBERED = re.compile(
    r"(?<![\w.-])(?:(?P<stem>[A-Za-z]+)-?|(?P<word>[A-Z][\w-]*[a-z]) )"
    r"(?P<number>\d{1,3}(?:\.\d+)?)(?![\w%]|[.,]\d|-\d)"
)


def about_what_is_asked(
    question: str, quotes: Sequence[Quote], papers: Mapping[str, Paper]
) -> list[Quote]:
    """The quotes in their order, without those that name a sibling of a name in `question` (GPT-3
    where GPT-4 is asked about), while nothing in their paper names that itself.
    """
    asked = _numbered([question])
    if not asked:
        return list(quotes)
    return [quote for quote in quotes if not _of_a_sibling(asked, quote, papers[quote.paper_id])]


def names_numbered(question: str) -> bool:
    """Whether `question` names anything that may have siblings."""
    return bool(_numbered([question]))


def _of_a_sibling(asked: set[tuple[str, str]], quote: Quote, paper: Paper) -> bool:
    in_paper = _numbered([paper.title, paper.abstract, paper.summary])
    if asked & in_paper:
        return False
    families = {stem for stem, _ in asked}
    return any(stem in families for stem, _ in _numbered([quote.text]))


def _numbered(texts: Iterable[str]) -> set[tuple[str, str]]:
    """The family and the number of each such name, in small letters."""
    return {
        ((match["stem"] or match["word"]).lower(), match["number"])
        for text in texts
        for match in _NUMBERED.finditer(text)
    }
