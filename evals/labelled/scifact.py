"""SciFact (Wadden et al., 2020): scientific claims with the sentences that decide them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.labelled import Half, Pair
from evals.labelled.rows import json_rows
from evals.scorers.similar_sentences import most_similar
from rag.errors import SourceError
from rag.types import Paper

NAME = "SciFact"
FOLDER = "scifact"
_HALVES: Mapping[str, Half] = {"train": "fit", "validation": "report"}
_LABELS = {"SUPPORT": "supported", "CONTRADICT": "contradicted"}
# As many sentences as decided claims have on average: their number must not tell the label.
_SENTENCES = 2


def load_scifact(folder: Path) -> tuple[Pair, ...]:
    """Claims of `claims.jsonl` against sentences of `sentences.jsonl.gz`.

    A decided claim goes with all sentences that decide it in one abstract; a claim without
    evidence with the two sentences of the abstract it cites that are most like it. Claims of the
    split `test` are left out: the authors hid their evidence, so that its being empty says
    nothing. Raises SourceError.
    """
    lines = json_rows(folder / "sentences.jsonl.gz", "doc_id", "title", "sentences")
    abstracts = {row["doc_id"]: row for _, row in lines}
    pairs: list[Pair] = []
    claims = folder / "claims.jsonl"
    for where, row in json_rows(claims, "id", "claim", "split", "cited_doc_ids", "evidence"):
        half = _HALVES.get(row["split"])
        if half is None:
            continue
        try:
            for label, passages, doc_id in _against(row, abstracts):
                found = abstracts[doc_id]
                paper = Paper(doc_id, found["title"], " ".join(found["sentences"]))
                yes = label == "supported"
                pairs.append(Pair(row["id"], half, passages, row["claim"], yes, label, (paper,)))
        except (KeyError, IndexError, TypeError) as error:
            raise SourceError(where, f"its evidence names nothing that is there: {error}") from None
    if not pairs:
        raise SourceError(str(claims), "holds no claim of the splits train and validation")
    return tuple(pairs)


def _against(
    row: Mapping[str, Any], abstracts: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Label, passages and the abstract's id, for each one that the claim is held against."""
    if not row["evidence"]:
        for doc_id in row["cited_doc_ids"]:
            sentences = abstracts[doc_id]["sentences"]
            yield "no evidence", most_similar(row["claim"], sentences, _SENTENCES), doc_id
        return
    deciding: dict[tuple[str, str], set[int]] = {}
    for item in row["evidence"]:
        key = (item["doc_id"], _LABELS[item["label"]])
        deciding.setdefault(key, set()).update(item["sentences"])
    for (doc_id, label), places in deciding.items():
        sentences = abstracts[doc_id]["sentences"]
        yield label, tuple(sentences[place] for place in sorted(places)), doc_id
