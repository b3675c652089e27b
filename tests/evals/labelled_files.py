"""Labelled data small enough to read, written as their loaders want them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

ABSTRACT = [
    "We grew moss in the dark.",
    "Moss grew 3 cm a year.",
    "Ferns died in the dark.",
    "Nothing more is known of lichens.",
]

Row = dict[str, object]


def evidence(label: str, *places: int) -> Row:
    return {"doc_id": "7", "label": label, "sentences": list(places)}


def claim(name: str, text: str, split: str, *found: Row) -> Row:
    return {
        "id": name,
        "claim": text,
        "split": split,
        "cited_doc_ids": ["7"],
        "evidence": list(found),
    }


CLAIMS = [
    claim("1", "Moss grows in darkness.", "train", evidence("SUPPORT", 0), evidence("SUPPORT", 1)),
    claim("2", "Ferns thrive in the dark.", "validation", evidence("CONTRADICT", 2)),
    claim("3", "Lichens grow in the dark.", "validation"),
    claim("4", "Birches grow.", "test"),
]

FIRST = "Moss grows in Wales. It was found by Ada Byron in 1820. It is green."
QUESTION: Row = {
    "question": "Where does moss grow?",
    "passages": [
        ["Moss", "Moss\n\nMoss grows in Wales.", "Then Rosa Bell saw it in Peru, in 1931."],
        ["Fern", "Ferns do not grow."],
    ],
    "gold": "Moss grows in Wales, and in Peru, as Rosa Bell saw.",
    "prediction 1": FIRST,
    "prediction 2": "Moss grows.",
    "prediction 3": "Ferns do not grow.",
    "prediction 4": "Moss.",
    "preference": [1, 2, 0, 1, 1, 1],
    "feedback": {
        "errors": [
            {"error type": "Unverifiable", "start": FIRST.index("Ada"), "end": 50},
            {"error type": "Irrelevant", "start": FIRST.index("It is"), "end": len(FIRST)},
        ],
        "missing-info": [
            {"error type": "Missing-Answer", "passage_id": 1, "sentence_id": [2]},
            {"error type": "Missing-Minor-Auxiliary", "passage_id": 2, "sentence_id": [1]},
        ],
        "corrected-prediction": "Moss grows in Wales and in Peru, where Rosa Bell saw it.",
    },
}


def decided(pmid: str, answer: str = "yes", split: str = "test", **more: object) -> Row:
    row: Row = {"pmid": pmid, "question": f"Does moss {pmid} grow?", "answer": answer}
    return row | {"abstract": f"Moss {pmid} grew 3 cm in the dark.", "split": split} | more


def write_scifact(folder: Path, claims: Sequence[Row] = CLAIMS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    _lines(folder / "claims.jsonl", claims)
    sentences: list[Row] = [{"doc_id": "7", "title": "Moss", "sentences": ABSTRACT}]
    _lines(folder / "sentences.jsonl.gz", sentences)
    return folder


def write_feedback(folder: Path, questions: Sequence[Row] = (QUESTION,)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(list(questions), indent=1)
    (folder / "dev_feedback.json.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def write_pubmedqa(folder: Path, questions: Sequence[Row]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    _lines(folder / "pqal.jsonl.gz", questions)
    return folder


def _lines(path: Path, rows: Sequence[Row]) -> None:
    data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
