"""Risk, coverage and calibration, on handfuls of answers that can be ordered by hand."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.score import Reply, Score
from evals.scorers.selective import (
    FIGURES,
    Outcomes,
    aurc,
    brier,
    calibration,
    ece,
    excess_aurc,
    outcomes,
    risk_coverage,
)
from tests.evals.answers import ABSTAINED, TALL, case, silent


def of(*rows: tuple[float, bool, bool]) -> Outcomes:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return Outcomes(
        np.array(columns[0], dtype=np.float64),
        np.array(columns[1], dtype=np.bool_),
        np.array(columns[2], dtype=np.bool_),
    )


RIGHT_FIRST = of((0.9, True, True), (0.8, True, True), (0.7, True, False), (0.6, True, False))
WRONG_FIRST = of((0.9, True, False), (0.8, True, False), (0.7, True, True), (0.6, True, True))


def test_the_curve_gives_one_more_answer_at_a_time() -> None:
    coverages, risks = zip(*risk_coverage(RIGHT_FIRST), strict=True)
    assert coverages == (0.25, 0.5, 0.75, 1)
    assert risks == pytest.approx((0, 0, 1 / 3, 1 / 2))


def test_aurc_is_the_mean_risk_and_its_excess_what_the_order_costs() -> None:
    best = (0 + 0 + 1 / 3 + 1 / 2) / 4
    worst = (1 + 1 + 2 / 3 + 1 / 2) / 4
    assert aurc(RIGHT_FIRST) == pytest.approx(best)
    assert excess_aurc(RIGHT_FIRST) == pytest.approx(0)
    assert aurc(WRONG_FIRST) == pytest.approx(worst)
    assert excess_aurc(WRONG_FIRST) == pytest.approx(worst - best)


def test_what_was_not_answered_is_not_covered() -> None:
    found = of((0.9, True, True), (0.3, False, False), (0.0, False, False), (0.8, True, False))
    assert risk_coverage(found) == ((0.25, 0), (0.5, 0.5))
    assert aurc(found) == 0.25
    assert brier(found) == pytest.approx((0.1**2 + 0.8**2) / 2)


def test_equal_confidences_count_evenly() -> None:
    found = of((1, True, True), (1, True, False), (1, True, False), (1, True, True))
    assert aurc(found) == 0.5
    assert risk_coverage(found)[0] == (0.25, 0.5)


def test_calibration_compares_confidence_with_the_share_that_is_right() -> None:
    found = of((0.2, True, False), (0.4, True, True), (0.8, True, True), (1.0, True, True))
    (high, low) = calibration(found, bins=2)
    assert (high.confidence, high.right, high.n) == pytest.approx((0.9, 1, 2))
    assert (low.confidence, low.right, low.n) == pytest.approx((0.3, 0.5, 2))
    # four answers are four bins: 0.2, 0.6, 0.2 and 0 off
    assert ece(found) == pytest.approx((0.2 + 0.6 + 0.2 + 0) / 4)
    assert brier(found) == pytest.approx((0.04 + 0.36 + 0.04 + 0) / 4)


def test_bins_hold_equally_many() -> None:
    rows = [(i / 100, True, i % 2 == 0) for i in range(43)]
    sizes = [one.n for one in calibration(of(*rows))]
    assert sum(sizes) == 43
    assert set(sizes) == {4, 5}
    assert len(sizes) == 10


def test_sure_and_right_is_perfect() -> None:
    found = of(*[(1.0, True, True)] * 20)
    assert [figure(found) for figure in FIGURES.values()] == [0, 0, 0, 0]


@pytest.mark.parametrize("found", [of(), of((0.4, False, False))], ids=["nothing", "abstained"])
def test_nothing_answered_has_no_figures(found: Outcomes) -> None:
    assert all(math.isnan(figure(found)) for figure in FIGURES.values())
    assert risk_coverage(found) == ()
    assert calibration(found) == ()


_ROWS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), st.booleans(), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(_ROWS, st.randoms(use_true_random=False))
def test_no_figure_depends_on_the_order_of_cases(
    rows: list[tuple[float, bool, bool]], random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    for figure in FIGURES.values():
        assert figure(of(*shuffled)) == pytest.approx(figure(of(*rows)), nan_ok=True)


@given(_ROWS)
def test_figures_are_shares_and_no_order_beats_the_best(
    rows: list[tuple[float, bool, bool]],
) -> None:
    found = of(*rows)
    if found.answered.any():
        assert all(-1e-12 <= figure(found) <= 1 for figure in FIGURES.values())
        assert excess_aurc(found) <= aurc(found)


def test_outcomes_are_read_from_replies_and_scores() -> None:
    cases = [case(("3.5 m",), case_id=name) for name in ("right", "wrong", "shy", "late")]
    cases += [silent("talks"), silent("lost")]
    replies = [Reply(name, TALL) for name in ("talks", "right", "wrong")]
    replies += [Reply("shy", ABSTAINED), Reply("late", None, "ChatTimeout: no reply")]
    scores = [Score(name, "fact", float(name == "right")) for name in ("wrong", "right", "shy")]
    scores += [Score("wrong", "citation", 1.0), Score("talks", "fact", 1.0)]
    found = outcomes(cases, replies, scores)
    assert found.confidence.tolist() == [0.5, 0.5, 0.5, 0, 0.5, 0]
    assert found.answered.tolist() == [True, True, False, False, True, False]
    assert found.right.tolist() == [True, False, False, False, False, False]
