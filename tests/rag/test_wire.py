"""The JSON shapes of papers and answers, key by key as the contract has them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rag.types import Answer, Citation, Paper, PaperScore, Record, Sentence, Usage
from rag.wire import answer_json, paper_json, read_answer, record_json, whole_answer_json
from tests.rag.whole_answer import whole_answer

ANSWER = Answer(
    id="q1",
    question="How often?",
    answer="56% of the time [1].",
    abstained=False,
    reason="",
    confidence=0.9,
    sentences=(Sentence("56% of the time [1].", (0,), "supported"),),
    citations=(Citation(1, "p1", "WebGPT", "", "abstract", "56% of the time", 3, 18),),
    hits=(PaperScore("p1", 0.8, vector_score=0.7),),
    backend="extractive",
    timings_ms={"total": 1.5},
    removed_markers=1,
    usage=Usage(700, 40, 600),
)


def test_a_paper_has_null_for_what_no_source_gives() -> None:
    assert paper_json(Paper("p1", "WebGPT", abstract="We ...", authors=("A. B.",))) == {
        "paper_id": "p1",
        "title": "WebGPT",
        "arxiv_id": None,
        "doi": None,
        "authors": ["A. B."],
        "published": None,
        "abstract": "We ...",
        "summary": "",
        "sources": [],
        "categories": [],
        "venue": None,
    }


def test_an_answer_has_the_keys_of_the_contract_in_order() -> None:
    assert json.loads(json.dumps(answer_json(ANSWER))) == {
        "id": "q1",
        "question": "How often?",
        "answer": "56% of the time [1].",
        "abstained": False,
        "reason": "",
        "confidence": 0.9,
        "sentences": [
            {
                "text": "56% of the time [1].",
                "citations": [0],
                "support": "supported",
                "reason": "",
            }
        ],
        "citations": [
            {
                "marker": 1,
                "paper_id": "p1",
                "title": "WebGPT",
                "arxiv_id": None,
                "field": "abstract",
                "quote": "56% of the time",
                "start": 3,
                "end": 18,
                "shortened": False,
            }
        ],
        "hits": [{"paper_id": "p1", "score": 0.8, "vector_score": 0.7, "word_score": None}],
        "backend": "extractive",
        "timings_ms": {"total": 1.5},
        "removed_markers": 1,
        "usage": {"prompt": 700, "completion": 40, "cached": 600},
        "asked": "",
        "understood": [],
        "missing": "",
        "nearest": [],
        "notes": [],
        "trail": [],
        "critiques": [],
    }


def test_a_record_tells_its_place_in_its_source() -> None:
    told = record_json(Record("page.txt", 3, docno="77", title="T"))
    assert (told["source"], told["position"], told["docno"], told["title"]) == (
        "page.txt",
        3,
        "77",
        "T",
    )
    assert told["arxiv_id"] is None


def test_a_whole_answer_is_read_back_exactly_whatever_it_holds() -> None:
    whole = whole_answer()
    assert read_answer(json.loads(json.dumps(whole_answer_json(whole)))) == whole
    assert read_answer(whole_answer_json(ANSWER)) == ANSWER


def test_an_answer_that_was_told_without_its_papers_is_read_without_them() -> None:
    whole = whole_answer()
    assert read_answer(answer_json(whole)) == replace(whole, papers=())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answer": None}, "answer"),
        ({"confidence": 2}, "`confidence` is 2"),
        ({"citations": []}, "has citation 0 of 0"),
        ({"citations": "none"}, "citations"),
        ({"hits": [3]}, "hits"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_field(change: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_answer(answer_json(ANSWER) | change)
