"""Ridge logistic regression, checked where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from evals.logistic import fit, held_out

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(4000, 2))
LABELS = (RNG.random(4000) < 1 / (1 + np.exp(-(0.5 + 2 * ROWS[:, 0] - ROWS[:, 1])))).astype(float)


def test_it_finds_the_weights_that_made_the_labels() -> None:
    assert fit(ROWS, LABELS) == pytest.approx([0.5, 2.0, -1.0], abs=0.15)


def test_weights_are_for_signs_as_given_whatever_their_scale() -> None:
    bias, first, second = fit(ROWS * [1000, 1] + [5, 0], LABELS)
    assert first * 1000 == pytest.approx(2.0, abs=0.15)
    assert second == pytest.approx(-1.0, abs=0.15)
    assert bias == pytest.approx(0.5 - 5 * first, abs=0.15)


def test_a_stronger_ridge_pulls_weights_towards_zero() -> None:
    weak, strong = fit(ROWS, LABELS, ridge=1.0), fit(ROWS, LABELS, ridge=1000.0)
    assert (abs(strong[1:]) < abs(weak[1:])).all()


def test_labels_that_can_be_parted_do_not_drive_a_weight_to_infinity() -> None:
    rows = np.array([[-1.0], [-2.0], [1.0], [2.0]])
    assert 0 < fit(rows, np.array([0.0, 0.0, 1.0, 1.0]))[1] < 10


def test_a_group_is_judged_by_a_fit_without_it() -> None:
    # Each group has a sign of its own that gives its label away: of no use to who never saw it.
    groups = [str(place // 2) for place in range(40)]
    labels = np.array([float(int(g) % 2) for g in groups])
    rows = np.eye(20)[[int(g) for g in groups]]
    seen = rows @ fit(rows, labels, 0.01)[1:]
    unseen = held_out(rows, labels, groups, 0.01)
    assert ((seen > seen.mean()) == (labels > 0)).all()
    assert not ((unseen > unseen.mean()) == (labels > 0)).all()
