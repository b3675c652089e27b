"""The evidence of a question's parts, sides or papers, made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.evidence.gather import Found, keyed
from rag.evidence.quotes import same_words
from rag.question.understand import Query
from rag.types import Paper, PaperScore, Quote

OF_A_SIDE = 2
"""Quotes at most for each side of a comparison, and for what says both at once."""


def joined(
    query: Query,
    parts: Sequence[tuple[str, Found]],
    silent: tuple[str, ...],
    most: int = OF_A_SIDE,
) -> Found:
    """The evidence of all parts in their order, `most` of a part or its side, no words of a paper
    twice.
    """
    chosen: dict[tuple[str, str, int], tuple[str, bool, Quote]] = {}
    for side, part in parts:
        of_side: Counter[str] = Counter()
        for item in part.evidence:
            place = (item.quote.paper_id, item.quote.field, item.quote.start)
            repeats = any(same_words(item.quote, quote) for _, _, quote in chosen.values())
            if of_side[item.side] < most and not repeats:
                name = f"{side}: {item.side}" if item.side else side
                chosen[place] = (name, item.beside, item.quote)
                of_side[item.side] += 1
    scores: dict[str, PaperScore] = {}
    papers: dict[str, Paper] = {}
    for _, part in parts:
        papers |= {paper.paper_id: paper for paper in part.papers}
        for hit in part.hits:
            known = scores.setdefault(hit.paper_id, hit)
            scores[hit.paper_id] = max(known, hit, key=lambda one: one.score)
    ranked = sorted(scores, key=lambda name: (-scores[name].score, name))
    quotes = tuple(quote for _, _, quote in chosen.values())
    evidence = keyed(quotes, papers.values(), query.asked)
    of = [chosen[item.quote.paper_id, item.quote.field, item.quote.start] for item in evidence]
    return Found(
        tuple(scores[name] for name in ranked),
        tuple(papers[name] for name in ranked),
        quotes,
        tuple(
            replace(item, side=side, beside=beside)
            for item, (side, beside, _) in zip(evidence, of, strict=True)
        ),
        silent,
    )
