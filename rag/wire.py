"""How papers and answers look as JSON, a plain function a shape, and how answers are read back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from rag.types import Answer, Citation, Hit, Paper, Record

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from rag.summary.compare_table import Row
    from rag.summary.types import Summary, SummaryNode


def paper_json(paper: Paper) -> dict[str, object]:
    """A paper: null for an identifier, date or venue that no source gives, empty text where none
    is.
    """
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "arxiv_id": paper.arxiv_id or None,
        "doi": paper.doi or None,
        "authors": list(paper.authors),
        "published": paper.published or None,
        "abstract": paper.abstract,
        "summary": paper.summary,
        "sources": list(paper.sources),
        "categories": list(paper.categories),
        "venue": paper.venue or None,
    }


def record_json(record: Record) -> dict[str, object]:
    """What one place in one source says about a paper; `position` counts from 0."""
    return {
        "source": record.source,
        "position": record.position,
        "docno": record.docno or None,
        "title": record.title,
        "abstract": record.abstract,
        "summary": record.summary,
        "authors": list(record.authors),
        "authors_complete": record.authors_complete,
        "published": record.published or None,
        "arxiv_id": record.arxiv_id or None,
        "doi": record.doi or None,
        "categories": list(record.categories),
        "venue": record.venue or None,
    }


def citation_json(citation: Citation) -> dict[str, object]:
    """A citation: `start` and `end` are character offsets into the paper's `field`, or null."""
    return {
        "marker": citation.marker,
        "paper_id": citation.paper_id,
        "title": citation.title,
        "arxiv_id": citation.arxiv_id or None,
        "field": citation.field,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "shortened": citation.shortened,
    }


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer: a sentence's `citations` are positions in the list of citations, from 0."""
    return {
        "id": answer.id,
        "question": answer.question,
        "answer": answer.answer,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "sentences": [
            {
                "text": s.text,
                "citations": list(s.citations),
                "support": s.support,
                "reason": s.reason,
            }
            for s in answer.sentences
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "hits": [asdict(hit) for hit in answer.hits],
        "backend": answer.backend,
        "timings_ms": dict(answer.timings_ms),
        "removed_markers": answer.removed_markers,
        "usage": asdict(answer.usage) if answer.usage else None,
        "asked": answer.asked,
        "understood": [asdict(one) for one in answer.understood],
        "missing": answer.missing,
        "nearest": [citation_json(citation) for citation in answer.nearest],
        "notes": list(answer.notes),
        "trail": [asdict(step) for step in answer.trail],
        "critiques": [asdict(critique) for critique in answer.critiques],
    }


def whole_answer_json(answer: Answer) -> dict[str, object]:
    """An answer with its papers, of which nothing is left out: `read_answer` reads it back."""
    papers = [
        paper_json(paper)
        | {"authors_complete": paper.authors_complete}
        | {"docnos": list(paper.docnos), "aliases": list(paper.aliases)}
        for paper in answer.papers
    ]
    return answer_json(answer) | {"papers": papers}


def read_answer(row: Mapping[str, object]) -> Answer:
    """The answer of `whole_answer_json`, equal to what was told, or of `answer_json`, which tells
    no papers.

    What an earlier askpapers did not tell has its default. Raises ValueError, saying which field
    is wrong, for anything else.
    """
    fields = dict(row)
    for name in ("citations", "nearest"):
        fields[name] = _with_text(row.get(name, ()), "arxiv_id")
    fields["papers"] = _with_text(row.get("papers", ()), "arxiv_id", "doi", "published", "venue")
    answer: Answer = shape(Answer).validate_python(fields)
    return _fitting(answer)


def _with_text(rows: object, *names: str) -> object:
    """`rows` with empty text where these fields are null: on the way out none became null."""
    if not isinstance(rows, list | tuple):
        return rows
    return [
        row | {name: row.get(name) or "" for name in names} if isinstance(row, dict) else row
        for row in rows
    ]


def _fitting(answer: Answer) -> Answer:
    """An answer of the right shape. Raises ValueError if it does not fit together."""
    check_confidence(answer.confidence)
    there = len(answer.citations)
    for sentence in answer.sentences:
        if wrong := [place for place in sentence.citations if not 0 <= place < there]:
            raise ValueError(
                f"`sentences`: {sentence.text!r} has citation {wrong[0]} of {there}: give"
                " places in `citations`, from 0"
            )
    return answer


def check_confidence(value: float) -> None:
    """Raise ValueError for what is no number from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"`confidence` is {value}: give a number from 0 to 1")


@cache
def shape(kind: type) -> TypeAdapter[Any]:
    """What reads values of a dataclass; to make one takes longer than to read an answer."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def packed_answer(answer: Answer) -> bytes:
    """A whole answer, small enough to keep thousands; `unpacked_answer` reads it."""
    return zlib.compress(json.dumps(whole_answer_json(answer), ensure_ascii=False).encode())


def unpacked_answer(packed: bytes) -> Answer:
    """What `packed_answer` packed."""
    return read_answer(json.loads(zlib.decompress(packed)))


def hits_json(found: Iterable[tuple[Paper, Hit]]) -> list[dict[str, object]]:
    """What a search found, best first."""
    return [_hit_json(rank, *pair) for rank, pair in enumerate(found, start=1)]


def _hit_json(rank: int, paper: Paper, hit: Hit) -> dict[str, object]:
    """A paper that was found, by its best chunk; `rank` counts from 1."""
    return {
        "rank": rank,
        "paper_id": paper.paper_id,
        "title": paper.title,
        "arxiv_id": paper.arxiv_id or None,
        "docnos": list(paper.docnos),
        "score": hit.score,
        "vector_score": hit.vector_score,
        "word_score": hit.word_score,
        "field": hit.chunk.field,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "text": hit.chunk.text,
    }


def summary_json(summary: Summary) -> dict[str, object]:
    """A summary: its tree, in which every sentence has its citations and what it rests on."""
    return {
        "topic": summary.topic,
        "parts": list(summary.parts),
        "summary": _node_json(summary.root) if summary.root else None,
        "papers": [paper_json(paper) for paper in summary.papers],
        "reason": summary.reason,
        "notes": list(summary.notes),
        "backend": summary.backend,
        "timings_ms": dict(summary.timings_ms),
        "usage": asdict(summary.usage) if summary.usage else None,
    }


def _node_json(node: SummaryNode) -> dict[str, object]:
    """A node: `rests_on` are pairs of positions, of a child and of a sentence of that child."""
    return {
        "level": node.level,
        "title": node.title,
        "paper_id": node.paper_id or None,
        "sentences": [
            {
                "text": s.text,
                "part": s.part or None,
                "support": s.support,
                "reason": s.reason,
                "repaired": s.repaired,
                "rests_on": [list(pair) for pair in s.rests_on],
                "citations": [citation_json(citation) for citation in s.citations],
            }
            for s in node.sentences
        ],
        "dropped": node.dropped,
        "children": [_node_json(child) for child in node.children],
    }


def table_json(columns: Sequence[str], rows: Sequence[Row]) -> dict[str, object]:
    """A comparison table: a cell is a citation, or null where the abstract does not say."""
    return {
        "columns": list(columns),
        "rows": [
            {
                "marker": row.number,
                "paper": paper_json(row.paper),
                "cells": [
                    citation_json(cell.citation) if cell.citation else None for cell in row.cells
                ],
            }
            for row in rows
        ],
    }
