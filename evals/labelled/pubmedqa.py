"""PubMedQA (Jin et al., 2019): questions that an abstract answers with yes, no or maybe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from evals.labelled import Decided, Decision, Half
from evals.labelled.rows import json_rows
from rag.errors import SourceError

NAME = "PubMedQA"
FOLDER = "pubmedqa"
FILE = "pqal.jsonl.gz"
_HALVES: Mapping[str, Half] = {"dev": "fit", "test": "report"}


def load_pubmedqa(folder: Path) -> tuple[Decided, ...]:
    """The expert-labelled questions, each with its abstract without the conclusion.

    So a decision has to be reasoned from the results, which its authors call the
    reasoning-required setting. Raises SourceError.
    """
    found = []
    for where, row in json_rows(folder / FILE, "pmid", "question", "abstract", "answer", "split"):
        half = _HALVES.get(row["split"])
        if half is None or row["answer"] not in get_args(Decision):
            raise SourceError(
                where,
                f"has split {row['split']!r} and answer {row['answer']!r}: give dev or test, and"
                " yes, no or maybe",
            )
        found.append(Decided(row["pmid"], row["question"], row["abstract"], row["answer"], half))
    if not found:
        raise SourceError(str(folder / FILE), "holds no questions")
    return tuple(found)
