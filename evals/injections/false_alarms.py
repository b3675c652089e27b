"""What leaving out hostile sentences costs: how many honest ones are taken for one."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SourceError
from rag.evidence.hostile import addresses_reader
from rag.evidence.sentences import sentence_spans

PAPERS = Path("arxiv_daily", "papers.jsonl.gz")
"""Where in the folder of labelled sets the honest papers are."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Of `sentences` of `papers` abstracts, those that were flagged."""

    papers: int
    sentences: int
    flagged: tuple[str, ...]


def false_alarms(data: Path, papers: int = 5000, seed: int = 1) -> FalseAlarms:
    """Flag the sentences of so many abstracts, drawn by `seed`. Raises SourceError."""
    path = data / PAPERS
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            abstracts = [str(json.loads(line)["abstract"]) for line in lines]
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(str(path), f"cannot be read ({type(error).__name__})") from None
    drawn = random.Random(seed).sample(abstracts, min(papers, len(abstracts)))
    sentences = [sentence for abstract in drawn for sentence in _sentences(abstract)]
    return FalseAlarms(len(drawn), len(sentences), tuple(filter(addresses_reader, sentences)))


def _sentences(abstract: str) -> Iterator[str]:
    return (abstract[start:end] for start, end in sentence_spans(abstract))
