"""The evidence of a question's parts, sides or papers, made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.evidence.gather import Found, keyed
from rag.question.understand import Query
from rag.types import Paper, PaperScore, Quote

_OF_A_SIDE = 2  # quotes at most for each side of a comparison, and for what says both at once


def joined(query: Query, parts: Sequence[tuple[str, Found]], silent: tuple[str, ...]) -> Found:
    """The evidence of all parts, each quote once, in their order, two of a part or its side."""
    chosen: dict[tuple[str, str, int], tuple[str, Quote]] = {}
    for side, part in parts:
        of_side: Counter[str] = Counter()
        for item in part.evidence:
            place = (item.quote.paper_id, item.quote.field, item.quote.start)
            if of_side[item.side] < _OF_A_SIDE and place not in chosen:
                chosen[place] = (f"{side}: {item.side}" if item.side else side, item.quote)
                of_side[item.side] += 1
    scores: dict[str, PaperScore] = {}
    papers: dict[str, Paper] = {}
    for _, part in parts:
        papers |= {paper.paper_id: paper for paper in part.papers}
        for hit in part.hits:
            known = scores.setdefault(hit.paper_id, hit)
            scores[hit.paper_id] = max(known, hit, key=lambda one: one.score)
    ranked = sorted(scores, key=lambda name: (-scores[name].score, name))
    quotes = tuple(quote for _, quote in chosen.values())
    evidence = keyed(quotes, papers.values(), query.asked)
    sides = {(q.paper_id, q.field, q.start): side for side, q in chosen.values()}
    return Found(
        tuple(scores[name] for name in ranked),
        tuple(papers[name] for name in ranked),
        quotes,
        tuple(
            replace(item, side=sides[item.quote.paper_id, item.quote.field, item.quote.start])
            for item in evidence
        ),
        silent,
    )
