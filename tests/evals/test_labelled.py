"""Labelled data as the loaders read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.labelled import drawn, half_of
from evals.labelled.feedback import load_errors, load_preferences, load_tellings
from evals.labelled.pubmedqa import load_pubmedqa
from evals.labelled.scifact import load_scifact
from evals.scorers.similar_sentences import most_similar
from rag.errors import SourceError
from tests.evals.labelled_files import (
    ABSTRACT,
    FIRST,
    QUESTION,
    claim,
    decided,
    evidence,
    write_feedback,
    write_pubmedqa,
    write_scifact,
)


def test_a_decided_claim_goes_with_all_that_decides_it(tmp_path: Path) -> None:
    moss, ferns, _ = load_scifact(write_scifact(tmp_path))
    assert (moss.passages, moss.supported, moss.half) == (tuple(ABSTRACT[:2]), True, "fit")
    assert (ferns.passages, ferns.label, ferns.half) == ((ABSTRACT[2],), "contradicted", "report")
    assert not ferns.supported


def test_a_claim_without_evidence_goes_with_what_is_most_like_it(tmp_path: Path) -> None:
    *_, lichens = load_scifact(write_scifact(tmp_path))
    assert lichens.label == "no evidence"
    assert not lichens.supported
    assert len(lichens.passages) == 2
    assert ABSTRACT[3] in lichens.passages


def test_claims_whose_evidence_is_hidden_are_left_out(tmp_path: Path) -> None:
    assert {pair.group for pair in load_scifact(write_scifact(tmp_path))} == {"1", "2", "3"}
    with pytest.raises(SourceError, match="no claim of the splits train and validation"):
        load_scifact(write_scifact(tmp_path, [claim("4", "Birches grow.", "test")]))


def test_evidence_that_points_nowhere_is_named_by_its_line(tmp_path: Path) -> None:
    beyond = claim("1", "Moss grows.", "train", evidence("SUPPORT", 9))
    with pytest.raises(SourceError, match=r"claims\.jsonl, line 1"):
        load_scifact(write_scifact(tmp_path, [beyond]))


def test_a_line_that_lacks_a_field_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 1: lacks cited_doc_ids, evidence"):
        load_scifact(write_scifact(tmp_path, [{"id": "1", "claim": "Moss.", "split": "train"}]))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"pqal\.jsonl\.gz"):
        load_pubmedqa(tmp_path)


def test_sentences_with_factual_errors_are_unsupported_and_other_faults_left_out(
    tmp_path: Path,
) -> None:
    right, wrong = load_errors(write_feedback(tmp_path))
    assert (right.claim, right.supported, right.label) == ("Moss grows in Wales.", True, "no error")
    assert (wrong.supported, wrong.label) == (False, "Unverifiable")
    assert wrong.claim == "It was found by Ada Byron in 1820."
    assert right.half == wrong.half == half_of("Where does moss grow?")


def test_a_title_above_a_passage_is_no_part_of_its_sentence(tmp_path: Path) -> None:
    right, _ = load_errors(write_feedback(tmp_path))
    assert right.passages[0] == "Moss grows in Wales."


def test_preferences_are_of_pairs_in_order_without_ties(tmp_path: Path) -> None:
    found = load_preferences(write_feedback(tmp_path))
    better = [(p.first, p.second) if p.first_preferred else (p.second, p.first) for p in found]
    second, third, fourth = (QUESTION[f"prediction {n}"] for n in (2, 3, 4))
    assert better == [
        (FIRST, second),
        (third, FIRST),
        (second, third),
        (second, fourth),
        (third, fourth),
    ]


def test_missing_facts_are_what_passage_and_human_answer_share(tmp_path: Path) -> None:
    lacking, telling = load_tellings(write_feedback(tmp_path))
    assert lacking.facts == telling.facts == ("Rosa Bell", "Peru")
    assert (lacking.answer, lacking.told) == (FIRST, False)
    assert telling.told


def test_what_is_marked_beyond_the_passages_gives_no_fact(tmp_path: Path) -> None:
    feedback = json.loads(json.dumps(QUESTION["feedback"]))
    feedback["missing-info"][0]["sentence_id"] = [9]
    assert load_tellings(write_feedback(tmp_path, [QUESTION | {"feedback": feedback}])) == ()


def test_decisions_are_read_with_their_half(tmp_path: Path) -> None:
    rows = [decided("1"), decided("2", "maybe", "dev")]
    yes, maybe = load_pubmedqa(write_pubmedqa(tmp_path, rows))
    assert (yes.pmid, yes.decision, yes.half) == ("1", "yes", "report")
    assert (maybe.decision, maybe.half) == ("maybe", "fit")


def test_an_unknown_decision_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 1: has split 'test' and answer 'perhaps'"):
        load_pubmedqa(write_pubmedqa(tmp_path, [decided("1", "perhaps")]))


def test_the_most_similar_sentences_share_what_is_rare() -> None:
    assert most_similar("Ferns grow in the dark", ABSTRACT, 1) == (ABSTRACT[2],)


def test_of_fewer_sentences_all_are_taken() -> None:
    assert most_similar("Ferns", ABSTRACT[:2], 5) == tuple(ABSTRACT[:2])


def test_a_draw_is_the_same_whatever_else_is_there(tmp_path: Path) -> None:
    rows = load_pubmedqa(write_pubmedqa(tmp_path, [decided(str(n)) for n in range(40)]))
    some = drawn(rows, "pmid", 10)
    assert some == drawn(rows, "pmid", 10)
    assert len(some) == 10
    assert drawn(list(reversed(rows)), "pmid", 10) == list(reversed(some))
    assert drawn(rows, "pmid", 0) == list(rows)


def test_halves_are_about_equal() -> None:
    fit = sum(half_of(f"question {number}") == "fit" for number in range(400))
    assert 160 < fit < 240
