"""The run that CI compares with is whole, of the dev half alone, and readable by this checkout."""

from __future__ import annotations

from pathlib import Path

from evals.cases import load_cases
from evals.runs.run_folder import CASES, read_run

BASELINE = Path(__file__).parents[2] / "evals" / "baseline"


def test_it_is_a_whole_run_of_the_dev_half_without_a_chat_model() -> None:
    run = read_run(BASELINE)
    assert run.config["backend"] == "extractive"
    assert {case.split for case in run.cases} == {"dev"}
    assert not [reply.case_id for reply in run.replies if reply.error]
    assert {score.case_id for score in run.scores} == {case.id for case in run.cases}


def test_its_cases_can_be_asked_again() -> None:
    assert load_cases(BASELINE / CASES) == read_run(BASELINE).cases
