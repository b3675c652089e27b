"""Agreement with labels: figures that can be checked by hand, and thresholds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.judging.agreement import (
    accuracy,
    auc,
    balanced_accuracy,
    best_threshold,
    kappa,
    macro_f1,
    measured,
)

LABELS = np.array([True, True, True, False])


def test_balanced_accuracy_is_the_mean_over_the_two_labels() -> None:
    assert balanced_accuracy(LABELS, np.array([True, True, False, False])) == pytest.approx(5 / 6)


def test_to_say_yes_always_is_balanced_chance() -> None:
    assert balanced_accuracy(LABELS, np.array([True] * 4)) == 0.5


def test_kappa_takes_away_what_chance_agrees() -> None:
    # Cohen's own kind of table: 20 both yes, 15 both no, 5 and 10 apart; chance is one half.
    labels = np.array([True] * 25 + [False] * 25)
    verdicts = np.array([True] * 20 + [False] * 5 + [True] * 10 + [False] * 15)
    assert kappa(labels, verdicts) == pytest.approx(0.4)


def test_kappa_of_constant_agreement_is_not_defined() -> None:
    assert math.isnan(kappa(np.array([True, True]), np.array([True, True])))


def test_auc_counts_pairs_in_order_and_ties_half() -> None:
    assert auc(np.array([True, False, True, False]), np.array([3.0, 1.0, 1.0, 0.0])) == 3.5 / 4


def test_auc_takes_what_is_certain_as_infinite() -> None:
    assert auc(np.array([True, False]), np.array([math.inf, -math.inf])) == 1.0


def test_measures_of_one_label_only_are_not_defined() -> None:
    alone = np.array([True, True])
    assert math.isnan(auc(alone, np.array([1.0, 2.0])))
    assert math.isnan(balanced_accuracy(alone, alone))


def test_a_tie_is_half_right() -> None:
    assert accuracy(np.array([True, False]), np.array([0.5, 0.0])) == 0.75


def test_macro_f1_weighs_every_class_the_same() -> None:
    # yes: precision 2/3, recall 1; no: 1, 1; maybe: never hit.
    labels = np.array(["yes", "yes", "no", "maybe"])
    assert macro_f1(labels, np.array(["yes", "yes", "no", "yes"])) == pytest.approx(
        (4 / 5 + 1 + 0) / 3
    )


def test_the_interval_holds_the_value_and_is_the_same_each_time() -> None:
    labels, verdicts = [True, False] * 30, [True, False] * 25 + [False, True] * 5
    groups = [str(number) for number in range(60)]
    found = measured(accuracy, labels, verdicts, groups)
    assert found.value == pytest.approx(50 / 60)
    assert found.low < found.value < found.high
    assert found == measured(accuracy, labels, verdicts, groups)


def test_what_belongs_together_is_drawn_together() -> None:
    labels, verdicts = [True] * 60, [True] * 30 + [False] * 30
    apart = measured(accuracy, labels, verdicts, [str(number) for number in range(60)])
    together = measured(accuracy, labels, verdicts, [str(number // 10) for number in range(60)])
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_nothing_labelled_measures_nothing() -> None:
    found = measured(accuracy, [], [], [])
    assert found.n == 0
    assert math.isnan(found.value)


def test_the_threshold_parts_the_labels_halfway() -> None:
    assert best_threshold([False, False, True, True], [0.0, 1.0, 3.0, 4.0]) == 2.0


def test_of_thresholds_as_good_the_middle_one_is_taken() -> None:
    # 1.5, 3.5 and 5.5 all reach 2/3.
    labels = [False, True, False, True, False, True]
    assert best_threshold(labels, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) == 3.5


def test_what_is_certain_is_no_threshold() -> None:
    likenesses = [-math.inf, 0.0, 1.0, math.inf]
    assert best_threshold([False, False, True, True], likenesses) == 0.5


def test_nothing_to_part_gives_zero() -> None:
    assert best_threshold([True, True], [1.0, 2.0]) == 0.0
