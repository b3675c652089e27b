"""What an answer's markers stand for, as OpenAI's API annotates a message."""

from __future__ import annotations

import re

from rag.types import Answer
from rag.writing.printed import HEADING, address, shown_papers

_MARKER = re.compile(r"\[(\d+)\]")


def annotated(answer: Answer, text: str, base: str) -> list[dict[str, object]]:
    """Every marker of `text` above the list of papers as OpenAI annotates it, with its quotes."""
    papers = shown_papers(answer)
    found: list[dict[str, object]] = []
    body = text.rpartition(f"\n{HEADING}\n")[0] or text
    for match in _MARKER.finditer(body):
        if paper := papers.get(int(match[1])):
            cited = [one for one in answer.citations if one.marker == int(match[1])]
            found.append(
                {
                    "type": "url_citation",
                    "url_citation": {
                        "start_index": match.start(),
                        "end_index": match.end(),
                        "title": paper.title,
                        "url": address(paper, base),
                        "paper_id": paper.paper_id,
                        "quotes": [one.quote for one in cited],
                    },
                }
            )
    return found
