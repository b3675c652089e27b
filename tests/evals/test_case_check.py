"""What `eval check` finds in a file of cases: slips, doubles, and what no paper says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.authoring.case_check import CheckReport, check_file
from rag.errors import SourceError
from tests.evals.answers import BRIDGE, TOWER

ROW: dict[str, object] = {
    "id": "height",
    "question": "How tall does a tower of salt get?",
    "papers": ["arxiv:1111.00001"],
    "facts": [["3.5 m", "3.5 metres"]],
}


def checked(tmp_path: Path, *rows: object, papers: bool = True) -> CheckReport:
    path = tmp_path / "cases.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return check_file(path, [TOWER, BRIDGE] if papers else [])


def told(report: CheckReport) -> list[tuple[int, str, str]]:
    return [(finding.line, finding.level, finding.text) for finding in report.findings]


def test_nothing_is_found_in_a_sound_case(tmp_path: Path) -> None:
    report = checked(tmp_path, ROW)
    assert report.findings == ()
    assert [case.id for case in report.cases] == ["height"]


def test_every_error_is_listed_with_its_line_not_only_the_first(tmp_path: Path) -> None:
    report = checked(tmp_path, "{", "", {**ROW, "kind": "riddle", "split": "x"}, ROW, ROW)
    assert [(line, level) for line, level, _ in told(report)][:4] == [
        (1, "error"),
        (3, "error"),
        (3, "error"),
        (5, "error"),
    ]
    assert report.errors == 4  # the fifth finding warns that line 5 asks what line 4 asks
    assert [case.id for case in report.cases] == ["height", "height"]


def test_a_file_without_cases_is_an_error_and_a_missing_one_is_raised(tmp_path: Path) -> None:
    assert told(checked(tmp_path, "")) == [(0, "error", "holds no cases")]
    with pytest.raises(SourceError, match="absent"):
        check_file(tmp_path / "absent.jsonl")


def test_a_question_asked_twice_is_doubtful(tmp_path: Path) -> None:
    again = {**ROW, "id": "again", "question": "how tall does a  tower of salt get"}
    ((line, level, text),) = told(checked(tmp_path, ROW, again))
    assert (line, level) == (2, "warning")
    assert "line 1" in text
    assert "'height'" in text


def test_the_same_words_in_another_order_are_doubtful(tmp_path: Path) -> None:
    again = {**ROW, "id": "again", "question": "A tower of salt - how tall does it get?"}
    ((_, level, text),) = told(checked(tmp_path, ROW, again))
    assert level == "warning"
    assert "in the same words" in text


def test_a_question_of_both_halves_is_an_error(tmp_path: Path) -> None:
    report = checked(tmp_path, ROW, {**ROW, "id": "again", "split": "test"})
    assert [level for _, level, _ in told(report)] == ["error"]


def test_the_same_follow_up_after_another_question_is_another_question(tmp_path: Path) -> None:
    rows = [{**ROW, "id": f"{n}", "question": "And how tall?", "history": [f"{n}?"]} for n in "ab"]
    assert checked(tmp_path, *rows).findings == ()


def test_a_question_that_says_its_own_fact_is_doubtful(tmp_path: Path) -> None:
    row = {**ROW, "question": "Are towers of salt 3.5 m tall?"}
    ((_, _, text),) = told(checked(tmp_path, row))
    assert "the question itself says" in text


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        ("They are tall.", "does not say '3.5 m / 3.5 metres'"),
        ("3.5 m, or 35 m.", "says '35 m', which is called wrong"),
    ],
)
def test_a_reference_must_be_right_by_its_own_facts(
    tmp_path: Path, reference: str, complaint: str
) -> None:
    row = {**ROW, "reference": reference, "wrong": [["35 m"]]}
    ((_, _, text),) = told(checked(tmp_path, row))
    assert complaint in text


def test_a_fact_that_stands_in_no_paper_of_the_case_is_doubtful(tmp_path: Path) -> None:
    elsewhere = {**ROW, "papers": ["Bridges of Ice"]}
    ((_, level, text),) = told(checked(tmp_path, elsewhere))
    assert level == "warning"
    assert "3.5 m" in text
    assert checked(tmp_path, elsewhere, papers=False).findings == ()


def test_what_is_called_wrong_must_not_stand_in_a_paper_of_the_case(tmp_path: Path) -> None:
    ((_, _, text),) = told(checked(tmp_path, {**ROW, "wrong": [["25%"]]}))
    assert "'25%' is called wrong, and stands in 'Towers of Salt'" in text


def test_a_paper_that_is_not_there_is_named(tmp_path: Path) -> None:
    ((_, _, text),) = told(checked(tmp_path, {**ROW, "papers": ["Towers of Salt", "Sand"]}))
    assert "'Sand'" in text


def test_a_catalogue_case_is_held_against_the_catalogue(tmp_path: Path) -> None:
    authors = {**ROW, "kind": "catalogue", "facts": [["Ada Salz"], ["2021-12", "December 2021"]]}
    assert checked(tmp_path, authors).findings == ()
    in_the_abstract_only = {**ROW, "kind": "catalogue"}
    assert len(checked(tmp_path, in_the_abstract_only).findings) == 1
    of_all = {**ROW, "kind": "catalogue", "papers": ["*"], "facts": [["2"]]}
    assert checked(tmp_path, of_all).findings == ()


def test_who_is_silent_should_be_named(tmp_path: Path) -> None:
    row = {"id": "a", "question": "How heavy?", "kind": "unanswerable", "papers": []}
    ((_, _, text),) = told(checked(tmp_path, {**row, "unanswerable": "not_in_abstract"}))
    assert "paper that is silent" in text
    assert checked(tmp_path, {**row, "unanswerable": "other_topic"}).findings == ()
