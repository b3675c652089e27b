"""A run's summary: figures, intervals and groups, on runs small enough to count by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evals.arrays import cluster_of
from evals.cases import Kind
from evals.comparing.summary import Figure, Group, summarise, summary_json, summary_table
from evals.runs.run_folder import read_run, write_run
from evals.score import Reply, Run, Score
from evals.stats import wilson
from rag.errors import ConfigError
from rag.types import Usage
from tests.evals.answers import ABSTAINED, TALL, case, silent
from tests.evals.runs import cases, scored


def value(group: Group, metric: str) -> float:
    return next(f.mean.value for f in group.figures if f.metric.name == metric)


def figures_of(run: Run) -> dict[str, Figure]:
    return {figure.metric.name: figure for figure in summarise(run).overall.figures}


def printed(texts: Sequence[str], kinds: Sequence[Kind] = (), removed: int = 0) -> Run:
    """A run whose answers print `texts`, each with the citation [1]."""
    asked = cases(len(texts))
    if kinds:
        asked = tuple(replace(c, kind=k) for c, k in zip(asked, kinds, strict=True))
    answers = (replace(TALL, answer=text, removed_markers=removed) for text in texts)
    replies = tuple(Reply(c.id, a) for c, a in zip(asked, answers, strict=True))
    return replace(scored(asked, {}), replies=replies)


def test_a_metric_is_the_mean_of_the_cases_that_have_a_score_of_it() -> None:
    run = scored(cases(4), {"fact": [1, 0, 1, None], "RR": [0.5, 0.25, 0, 0.25]})
    overall = summarise(run).overall
    assert value(overall, "fact") == pytest.approx(2 / 3)
    assert value(overall, "RR") == pytest.approx(0.25)
    assert [f.mean.n for f in overall.figures if f.unit == "share"][:2] == [3, 4]


def test_a_metric_of_another_system_is_there_too_and_last() -> None:
    run = scored(cases(2), {"style": [1, 0], "fact": [1, 1]})
    names = [f.metric.name for f in summarise(run).overall.figures]
    assert names.index("fact") < names.index("style")


def test_weights_count() -> None:
    run = replace(
        scored(cases(2), {}), scores=(Score("c0", "quote", 1, 1), Score("c1", "quote", 0, 3))
    )
    assert value(summarise(run).overall, "quote") == pytest.approx(0.25)


def test_failures_are_counted() -> None:
    run = scored(cases(3), {"fact": [0, 1, 1]})
    late = Reply("c0", None, error="ChatTimeout: no reply within 60 s")
    assert summarise(replace(run, replies=(late, *run.replies[1:]))).overall.failed == 1


def test_groups_take_their_own_cases_and_a_case_may_be_in_several() -> None:
    asked = (
        case(("a",), case_id="x"),
        replace(case(("a",), case_id="y"), tags=("hard", "short")),
        replace(case(("a",), case_id="z"), tags=("hard",)),
    )
    summary = summarise(scored(asked, {"fact": [1, 1, 0]}), by="tag")
    assert [(g.name, g.cases, value(g, "fact")) for g in summary.groups] == [
        ("hard", 2, 0.5),
        ("short", 1, 1.0),
    ]


def test_an_unanswerable_case_is_grouped_by_why() -> None:
    run = scored((*cases(1), silent()), {"fact": [1, None], "abstention_recall": [None, 1]})
    groups = {g.name: g for g in summarise(run, by="kind").groups}
    assert set(groups) == {"fact", "other_topic"}
    assert [f.metric.name for f in groups["other_topic"].figures] == ["abstention_recall"]


def test_cases_cannot_be_grouped_by_what_they_do_not_have() -> None:
    with pytest.raises(ConfigError, match=r"'colour'.*tag, kind, split"):
        summarise(scored(cases(1), {"fact": [1]}), by="colour")


def test_cases_of_one_paper_tell_less_than_cases_of_many() -> None:
    alike = [1.0] * 5 + [0.0] * 5 + [1.0] * 10
    apart = summarise(scored(cases(20), {"fact": alike})).overall.figures[0].mean
    together = summarise(scored(cases(20, per_paper=5), {"fact": alike})).overall.figures[0].mean
    assert together.value == apart.value
    assert together.high - together.low > 1.3 * (apart.high - apart.low)


def test_what_is_about_the_whole_library_shares_no_paper() -> None:
    assert cluster_of(case(("21",), papers=("*",), case_id="a")) != cluster_of(
        case(("2021",), papers=("*",), case_id="b")
    )
    assert cluster_of(case(("x",), case_id="a")) == cluster_of(case(("y",), case_id="b"))


def test_confidence_that_tells_right_from_wrong_has_no_excess_risk() -> None:
    right = [1.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    knows = scored(cases(6), {"fact": right}, confidence=[0.9, 0.8, 0.3, 0.7, 0.2, 0.6])
    guesses = scored(cases(6), {"fact": right}, confidence=[0.2, 0.3, 0.8, 0.4, 0.9, 0.3])
    assert value(summarise(knows).overall, "excess_aurc") == pytest.approx(0)
    assert value(summarise(guesses).overall, "excess_aurc") > 0.2
    assert value(summarise(guesses).overall, "brier") > value(summarise(knows).overall, "brier")


def test_the_share_answered_stands_before_what_is_of_the_answers_alone() -> None:
    run = scored(cases(8), {"fact": [1] * 8}, confidence=[0.9, 0.8] * 4)
    shy = tuple(replace(r, answer=ABSTAINED) for r in run.replies[2:7])
    failed = replace(run.replies[7], answer=None, error="late")
    summary = summarise(replace(run, replies=(*run.replies[:2], *shy, failed)))
    figures = {f.metric.name: f for f in summary.overall.figures}
    assert list(figures)[1:6] == ["coverage", "aurc", "excess_aurc", "ece", "brier"]
    mean = figures["coverage"].mean
    assert (mean.value, mean.n) == (0.25, 8)
    assert mean.low < 0.25 < mean.high
    assert figures["aurc"].mean.value == 0


def test_a_system_that_tells_no_confidence_has_no_figures_of_it() -> None:
    run = scored(cases(4), {"fact": [1, 0, 1, 1]})
    assert not {"aurc", "ece"} & {f.metric.name for f in summarise(run).overall.figures}


def test_milliseconds_and_tokens_are_there_as_far_as_known() -> None:
    run = scored(cases(2), {"fact": [1, 1]})
    replies = (
        replace(run.replies[0], ms=300.0, usage=Usage(100, 20)),
        replace(run.replies[1], ms=100.0, usage=Usage(300, 40, cached=200)),
    )
    overall = summarise(replace(run, replies=replies)).overall
    assert value(overall, "ms_p50") == pytest.approx(200)
    assert value(overall, "tokens_prompt") == pytest.approx(200)
    assert value(overall, "tokens_completion") == pytest.approx(30)
    some = (replies[0], replace(replies[1], ms=None, usage=None))
    told = {f.metric.name: f.mean.n for f in summarise(replace(run, replies=some)).overall.figures}
    assert (told["ms_p50"], told["tokens_prompt"]) == (1, 1)  # as many as were measured
    untimed = tuple(replace(reply, ms=None) for reply in run.replies)
    names = {f.metric.name for f in summarise(replace(run, replies=untimed)).overall.figures}
    assert not {"ms_p50", "tokens_prompt"} & names


def test_markers_that_no_citation_has_are_counted() -> None:
    run = printed(["So [1].", "So [1, 4]. And [7][1].", "In [0, 1] so."])
    figure = figures_of(run)["invalid_markers"]
    assert (figure.mean.value, figure.mean.n, figure.unit) == (2, 3, "count")


def test_a_marker_of_what_comes_near_points_at_something() -> None:
    near = replace(ABSTAINED, answer="Near is [1].", nearest=TALL.citations)
    run = replace(scored(cases(1), {}), replies=(Reply("c0", near),))
    assert figures_of(run)["invalid_markers"].mean.value == 0


def test_removed_markers_are_told_apart_from_printed_ones() -> None:
    figures = figures_of(printed(["So [1].", "So [1]."], removed=2))
    assert figures["removed_markers"].mean.value == 4
    assert figures["invalid_markers"].mean.value == 0


def test_what_another_system_removed_is_not_known() -> None:
    elsewhere = replace(printed(["So [3]."]), config={"answers": {"file": "theirs.jsonl"}})
    assert "removed_markers" not in figures_of(elsewhere)
    assert figures_of(elsewhere)["invalid_markers"].mean.value == 1


def test_long_answers_are_counted_among_answers_of_one_fact() -> None:
    run = printed(["word " * 79 + "[1]", "word " * 80, "word " * 200], ["fact", "fact", "several"])
    figures = figures_of(run)
    assert figures["words_longest"].mean.value == 80
    assert (figures["words_80"].mean.value, figures["words_80"].mean.n) == (0.5, 2)


def test_the_share_of_long_answers_has_wilsons_interval() -> None:
    mean = figures_of(printed(["So."] * 20))["words_80"].mean
    assert (mean.value, mean.low, mean.high) == (0.0, *wilson(0.0, 20))


def test_what_gave_no_answer_has_no_length() -> None:
    run = printed(["word " * 90, "So."])
    shy = (Reply("c0", replace(ABSTAINED, answer="word " * 90)), run.replies[1])
    assert figures_of(replace(run, replies=shy))["words_80"].mean.n == 1
    failed = tuple(Reply(one.id, None, "late") for one in run.cases)
    assert not {"words_80", "words_longest", "invalid_markers"} & set(
        figures_of(replace(run, replies=failed))
    )


def test_what_is_printed_is_known_of_a_run_read_from_its_folder(tmp_path: Path) -> None:
    run = printed(["So [1] [4].", "word " * 80], removed=1)
    write_run(run, tmp_path / "run")
    names = ("invalid_markers", "removed_markers", "words_longest", "words_80")
    before, after = figures_of(run), figures_of(read_run(tmp_path / "run"))
    assert [after[n].mean.value for n in names] == [before[n].mean.value for n in names]


@pytest.mark.parametrize("by", ["", "kind"])
def test_the_table_and_the_json_show_every_figure(by: str) -> None:
    run = scored((*cases(3), silent()), {"fact": [1, 0, 1, None]}, name="[bold]mine")
    summary = summarise(run, by)
    console = Console(width=140, file=io.StringIO(), record=True)
    console.print(summary_table(summary))
    text = console.export_text()
    assert "[bold]mine: 4 cases, 0 failed" in text
    assert "0.667" in text
    told = json.loads(json.dumps(summary_json(summary), allow_nan=False))
    assert told["overall"]["figures"]["fact"]["mean"] == pytest.approx(2 / 3, abs=1e-5)
    assert len(told["groups"]) == (2 if by else 0)


@pytest.mark.parametrize("width", [80, 160])
def test_groups_that_do_not_fit_side_by_side_stand_in_tables_of_their_own(width: int) -> None:
    kinds: tuple[Kind, ...] = ("fact", "several", "catalogue")
    asked = tuple(replace(c, kind=k) for c, k in zip(cases(3), kinds, strict=True))
    silents = tuple(
        replace(silent(), id=why, unanswerable=why)
        for why in ("not_in_abstract", "false_premise", "other_topic", "not_about_papers")
    )
    run = scored((*asked, *silents), {"fact": [1, 0, 1, *[None] * 4]}, name="mine")
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(summary_table(summarise(run, "kind")))
    text = console.export_text()
    assert "…" not in text
    for name in (*kinds, *(silence.unanswerable for silence in silents)):
        assert name in text
