"""Two runs compared: what is refused, what is told, and what a gate lets through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.comparing.compare import Comparison, Difference, compare, worse
from evals.score import Run, Score
from rag.errors import ConfigError
from tests.evals.runs import Values, cases, scored

ASKED = cases(40)


def pair(a: Values, b: Values) -> Comparison:
    return compare(scored(ASKED, a, "old"), scored(ASKED, b, "new"), resamples=2000)


def difference(comparison: Comparison, metric: str) -> Difference:
    return next(d for d in comparison.differences if d.metric.name == metric)


def test_a_clear_loss_is_told_apart_and_its_size_is_right() -> None:
    found = difference(pair({"fact": [1] * 40}, {"fact": [1] * 25 + [0] * 15}), "fact")
    assert (found.a, found.b) == (1.0, 0.625)
    assert found.mean.value == pytest.approx(-0.375)
    assert found.mean.low < -0.375 < found.mean.high < 0
    assert found.p < 0.001
    assert found.gain < 0


def test_as_many_fixed_as_broken_is_no_difference() -> None:
    found = difference(pair({"fact": [1, 0] * 20}, {"fact": [0, 1] * 20}), "fact")
    assert found.mean.value == 0
    assert found.p == 1.0
    assert found.needed is None
    assert found.smallest is not None
    assert found.smallest > 0.3


def test_where_lower_is_better_a_rise_is_a_loss() -> None:
    found = difference(
        pair({"over_abstention": [0] * 40}, {"over_abstention": [0] * 20 + [1] * 20}),
        "over_abstention",
    )
    assert found.mean.value == pytest.approx(0.5)
    assert found.gain == pytest.approx(-0.5)


def test_one_difference_among_many_metrics_must_be_clearer() -> None:
    level = [1.0, 0.0] * 20
    lost = [*level[:28], *[0.0] * 12]
    alone = difference(pair({"fact": level}, {"fact": lost}), "fact")
    others = dict.fromkeys(("citation", "quote", "RR"), level)
    among = difference(pair({"fact": level, **others}, {"fact": lost, **others}), "fact")
    assert alone.holm == alone.p
    assert among.p == alone.p
    assert among.holm == pytest.approx(4 * alone.p)


def test_the_interval_knows_which_cases_share_a_paper() -> None:
    lost = [1.0] * 30 + [0.0] * 10
    together = cases(40, per_paper=10)

    def width(asked: tuple[object, ...]) -> float:
        a, b = ({"fact": [1.0] * 40}, {"fact": lost})
        found = compare(scored(asked, a), scored(asked, b))  # type: ignore[arg-type]  # cases
        mean = found.differences[0].mean
        return mean.high - mean.low

    assert width(together) > 2 * width(ASKED)


def test_only_common_cases_are_compared_and_the_rest_is_counted() -> None:
    a = scored(ASKED[:30], {"fact": [1] * 30})
    b = scored(ASKED[10:], {"fact": [1] * 20 + [0] * 10})
    found = compare(a, b, resamples=200)
    assert (found.cases, found.only_a, found.only_b) == (20, 10, 10)
    assert difference(found, "fact").b == 1.0


def test_runs_without_a_common_case_are_refused() -> None:
    with pytest.raises(ConfigError, match="no case in common"):
        compare(scored(ASKED[:5], {}), scored(ASKED[5:], {}))


def test_runs_without_scores_are_refused() -> None:
    with pytest.raises(ConfigError, match="no scores"):
        compare(scored(ASKED[:5], {}), scored(ASKED[:5], {}))


def test_a_case_that_is_asked_differently_is_refused_by_name() -> None:
    other = (replace(ASKED[0], question="How wide is it?"), *ASKED[1:])
    with pytest.raises(ConfigError, match="'c0' is not the same"):
        compare(scored(ASKED, {"fact": [1] * 40}), scored(other, {"fact": [1] * 40}))


def test_a_tag_more_is_the_same_case() -> None:
    other = tuple(replace(case, tags=("new",)) for case in ASKED)
    assert compare(scored(ASKED, {"fact": [1] * 40}), scored(other, {"fact": [1] * 40})).cases == 40


def test_fixed_and_broken_cases_come_with_both_replies_and_the_reason() -> None:
    a = scored(ASKED[:3], {"fact": [1, 0, 1], "RR": [1, 1, 1]})
    b = scored(ASKED[:3], {"fact": [0, 1, 1], "RR": [0, 0, 0]})
    b = replace(b, scores=(replace(b.scores[0], why="does not say 3.5 m"), *b.scores[1:]))
    found = compare(a, b, resamples=100)
    (fixed,), (broken,) = found.fixed, found.broken
    assert (fixed.case.id, fixed.fixed) == ("c1", ("fact",))
    assert (broken.case.id, broken.broken, broken.whys) == (
        "c0",
        ("fact",),
        ("does not say 3.5 m",),
    )
    assert broken.a == a.reply("c0")
    assert broken.b == b.reply("c0")


def test_settings_that_differ_are_named_by_their_path() -> None:
    config = {"settings": {"hits": 10, "quotes": 4}, "name": "a", "workers": 1}
    a = replace(scored(ASKED[:1], {"fact": [1]}), config=config)
    other = {"settings": {"hits": 2, "quotes": 4}, "name": "b", "workers": 4, "backend": "local"}
    found = compare(a, replace(a, config=other), resamples=10)
    assert found.settings == {"settings.hits": (10, 2), "backend": (None, "local")}
    assert found.graded_alike


def test_another_judge_of_support_is_another_ruler() -> None:
    a = replace(scored(ASKED[:1], {"fact": [1]}), config={"scoring": {"entailer": "exact"}})
    b = replace(a, config={"scoring": {"entailer": "judge:local"}})
    assert not compare(a, b, resamples=10).graded_alike


LOSS = pair(
    {"fact": [1] * 40, "RR": [1] * 40, "over_abstention": [0] * 40},
    {"fact": [1] * 25 + [0] * 15, "RR": [1] * 39 + [0], "over_abstention": [0] * 40},
)


@pytest.mark.parametrize(
    ("rules", "caught"),
    [
        (["fact"], ["fact"]),
        (["RR"], []),  # 1 of 40 is no certain loss
        (["any"], ["fact"]),
        (["RR:0.02"], ["RR"]),
        (["RR:0.03"], []),
        (["over_abstention", "RR:0.02", "any"], ["RR", "fact"]),
        ([], []),
    ],
)
def test_a_gate_catches_what_it_is_told_to(rules: list[str], caught: list[str]) -> None:
    assert [d.metric.name for d in worse(LOSS, rules)] == caught


def test_a_gain_passes_every_gate() -> None:
    gain = pair({"fact": [0] * 40}, {"fact": [1] * 40})
    assert worse(gain, ["any", "fact", "fact:0"]) == ()


@pytest.mark.parametrize("rule", ["style", "fact:much", "fact:2", "fact:-0.1", ""])
def test_a_gate_that_would_look_at_nothing_is_refused(rule: str) -> None:
    with pytest.raises(ConfigError):
        worse(LOSS, [rule])


@pytest.mark.parametrize("rule", ["any", "quote", "quote:0.02"])
def test_what_only_a_has_scores_of_is_worse_in_b(rule: str) -> None:
    told: Values = {"fact": [1] * 40, "quote": [1] * 40}
    lost = pair(told, {"fact": [1] * 40})
    assert [d.metric.name for d in worse(lost, [rule])] == ["quote"]


def test_what_only_b_has_scores_of_is_no_loss() -> None:
    told: Values = {"fact": [1] * 40, "quote": [0.5] * 40}
    assert worse(pair({"fact": [1] * 40}, told), ["any", "quote", "quote:0"]) == ()


def test_a_gate_does_not_open_for_cases_that_b_left_out() -> None:
    short = compare(
        scored(ASKED, {"fact": [1] * 40}), scored(ASKED[:30], {"fact": [1] * 30}), resamples=100
    )
    with pytest.raises(ConfigError, match="lacks 10 of the 40 cases"):
        worse(short, ["fact:0.02"])
    assert worse(short, []) == ()


def test_a_failure_counts_like_any_wrong_answer() -> None:
    run = scored(ASKED[:2], {"fact": [1, 1]})
    failed: Run = replace(run, scores=(Score("c0", "fact", 0, why="ChatTimeout"), run.scores[1]))
    found = compare(run, failed, resamples=100)
    assert difference(found, "fact").mean.value == pytest.approx(-0.5)
    assert found.broken[0].whys == ("ChatTimeout",)
