"""What is printed of a comparison: every figure, both answers, and untrusted text as text."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from evals.comparing.compare import compare
from evals.comparing.compare_table import (
    changes_table,
    compare_json,
    compare_table,
    null_json,
    null_table,
    said,
    verdict,
)
from evals.comparing.null import false_alarms
from evals.score import Reply
from tests.evals.answers import ABSTAINED, TALL
from tests.evals.runs import cases, scored

ASKED = cases(30)
A = scored(ASKED, {"fact": [1] * 30, "over_abstention": [0] * 30}, "[bold]old")
B = scored(ASKED, {"fact": [0] * 15 + [1] * 15, "over_abstention": [0] * 30}, "new")
B = replace(B, replies=(Reply("c0", None, "ChatTimeout: [red]late"), *B.replies[1:]))
FOUND = compare(A, B, resamples=1000)


def printed(table: RenderableType, width: int = 200) -> str:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(table)
    return console.export_text()


def test_the_table_shows_both_values_the_difference_and_the_tests() -> None:
    text = printed(compare_table(FOUND))
    assert "A: [bold]old, B: new; 30 common cases" in text
    row = next(line for line in text.splitlines() if "1.000" in line)
    for figure in ("0.500", "-0.500", "30"):
        assert figure in row


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_figure_of_a_comparison_is_cut_off_in_a_narrow_terminal(width: int) -> None:
    text = printed(compare_table(FOUND), width)
    assert "…" not in text
    for heading in ("B - A", "interval", "Holm", "seen from", "needs"):
        assert heading in text
    (row,) = FOUND.differences[:1]
    for figure in (f"{row.p:.4f}", f"{row.holm:.4f}", f"[{row.mean.low:.3f}, {row.mean.high:.3f}]"):
        assert figure in text


def test_a_changed_case_can_be_read_whole_in_a_narrow_terminal() -> None:
    named = replace(FOUND.broken[0].case, id="a-long-id-" * 4 + "ends")
    text = printed(changes_table("broken", [replace(FOUND.broken[0], case=named)], 2), 80)
    assert named.id in text
    assert "right fact" in text  # as the tables above call it


def test_left_out_cases_are_told() -> None:
    fewer = compare(A, scored(ASKED[:20], {"fact": [1] * 20}), resamples=50)
    assert "10 only in A, 0 only in B" in printed(compare_table(fewer))


def test_broken_cases_show_both_answers_and_how_many_more_there_are() -> None:
    text = printed(changes_table("broken", FOUND.broken, 2))
    assert "broken: 15" in text
    assert "13 more" in text
    assert "failed: ChatTimeout: [red]late" in text
    assert "The tallest reaches 3.5 m. [1]" in text


def test_a_reply_is_said_in_words() -> None:
    assert said(Reply("c", TALL)) == "The tallest reaches 3.5 m. [1]"
    assert said(Reply("c", ABSTAINED)) == "abstained: nothing on that"


def test_the_verdict_names_what_is_certain_only() -> None:
    assert verdict(FOUND).startswith("B is worse in ")
    assert verdict(compare(B, A, resamples=1000)).startswith("B is better in ")
    assert verdict(compare(A, A, resamples=10)).startswith("No metric differs")


def test_the_json_is_whole_and_strict() -> None:
    told = json.loads(json.dumps(compare_json(FOUND), allow_nan=False))
    assert told["metrics"]["fact"]["difference"]["mean"] == -0.5
    assert told["metrics"]["fact"]["p_holm"] >= told["metrics"]["fact"]["p"]
    assert told["metrics"]["over_abstention"]["seen_from"] is None
    assert len(told["broken"]) == 15
    assert told["broken"][0]["b"]["error"] == "ChatTimeout: [red]late"
    assert told["graded_alike"] is True


def test_false_alarms_are_printed_by_metric_and_for_all() -> None:
    report = false_alarms(A, B, times=20)
    text = printed(null_table(report), 80)
    assert "after Holm" in text
    assert text.split("right fact")[1].splitlines()[0].count("]") == 2  # no interval is broken
    told = json.loads(json.dumps(null_json(report), allow_nan=False))
    assert told["metrics"]["fact"]["differing"] == 15
    assert told["any_holm"]["n"] == 20
