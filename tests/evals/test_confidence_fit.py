"""The fit of the confidence is judged on papers it has not seen, and tells by kind."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.cases import Case
from evals.evidence.confidence import Sources, report_on, run_confidence
from evals.evidence.confidence_cases import Observed, scifact_claims
from evals.evidence.folds import folds_of, platt
from evals.evidence.probe_fit import Read
from evals.evidence.whole_answers import whole_answers
from rag.config import Config
from rag.errors import SourceError
from rag.models.answering import Probe, Probes
from rag.types import Paper, Quote

WIDTH = 8
TEXTS = (("other", "Pears are sweet."), ("own", "They gave 40 crates."), ("other", "It rained."))
QUOTES = tuple(Quote(name, "abstract", 0, len(text), text, 0.5) for name, text in TEXTS)
PAPERS = {name: Paper(name, "") for name in ("own", "other")}


MARK = np.eye(1, WIDTH, 4, dtype=np.float32)[0]
TELLING = Probes(Probe(-3.0, MARK), Probe(-3.0, MARK), 0.0)


def observed(count: int, *, telling: bool, library: str = "toy") -> list[Observed]:
    """Questions of two papers each; the states of answerable ones are marked where `telling`."""
    rng = np.random.default_rng(1)
    made = []
    for number in range(count):
        answerable = number % 2 == 0
        states = rng.normal(size=(3, WIDTH)).astype(np.float32)
        if answerable and telling:
            states[1, 4] += 6.0
        read = Read(states, np.array([False, answerable, False]), np.zeros(3), answerable)
        paper = f"{library}-{number // 4}"
        case = Case(
            id=f"{library}{number}",
            question="?",
            papers=(paper,),
            unanswerable="" if answerable else "other_topic",
            facts=(("40",),) if answerable else (),
        )
        made.append(Observed(case, library, read, QUOTES, PAPERS, frozenset({"own"})))
    return made


def test_a_mark_that_tells_is_told_by_kind_and_answers_by_it_are_counted() -> None:
    report = report_on(observed(120, telling=True), TELLING)
    (told,), (answers,) = report.told, report.answers
    assert told.auc.value > 0.95
    assert told.held_back.value > 0.8
    assert told.wrongly.value < 0.2
    assert [kind for kind, _ in told.kinds] == ["other_topic"]
    assert (answers.facts.value > 0.8, answers.rightly) == (True, told.held_back)
    assert 0 < report.fitted[1] < 5


def test_what_marks_nothing_is_not_made_to_look_as_if_it_did() -> None:
    (told,) = report_on(observed(120, telling=False), TELLING).told
    assert 0.3 < told.auc.value < 0.7


def test_two_libraries_are_told_of_each_and_together() -> None:
    both = [*observed(60, telling=True), *observed(60, telling=True, library="other")]
    told = report_on(both, TELLING).told
    assert [one.name for one in told] == ["toy", "other", "all"]


def test_questions_of_one_paper_are_never_parted() -> None:
    papers = ["a", "b", "a", "c", "b", "a", "d", "e"]
    folds = folds_of(papers).tolist()
    assert len(set(zip(papers, folds, strict=True))) == len(set(papers))
    assert len(set(folds)) == 5


def test_log_odds_become_the_share_that_is_right() -> None:
    scores = np.repeat([-2.0, 1.0], 500)
    labels = np.concatenate([np.arange(500) < 100, np.arange(500) < 400])
    bias, weight = platt(scores, labels)
    likely = 1 / (1 + np.exp(-(bias + weight * np.array([-2.0, 1.0]))))
    assert np.abs(likely - [0.2, 0.8]).max() < 0.01


def test_claims_without_evidence_cannot_be_answered(tmp_path: Path) -> None:
    (tmp_path / "scifact").mkdir()
    evidence = [{"doc_id": "7", "label": "SUPPORT", "sentences": [0]}]
    rows = (("1", "validation", 1), ("2", "validation", 0), ("3", "train", 0))
    lines = (
        json.dumps({"id": name, "claim": "Moss", "split": split, "evidence": evidence[:count]})
        for name, split, count in rows
    )
    (tmp_path / "scifact" / "claims.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert [(case.id, case.answerable) for case in scifact_claims(tmp_path)] == [
        ("scifact-1", True),
        ("scifact-2", False),
    ]


def test_answers_are_counted_with_what_is_shown_and_what_is_held_back() -> None:
    found = whole_answers("toy", observed(120, telling=True), TELLING, [True, False] * 60)
    assert (found.shown.n, found.rightly.n) == (60, 60)
    assert found.holds[0].value > 0.9
    assert found.holds[-1].value == 1.0
    assert found.facts == found.shown
    assert (found.rightly.value, found.wrongly.value) == (1.0, 0.0)


def test_where_nothing_marks_an_answer_one_in_three_is_first() -> None:
    found = whole_answers("toy", observed(120, telling=False), TELLING, [True] * 120)
    assert found.holds[0].value < 0.6


def test_a_folder_without_labelled_sets_is_named_and_nothing_is_fitted(
    config: Config, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=f"{tmp_path}: holds neither .* name the folder above"):
        run_confidence(config, Sources(tmp_path, write=True))
