"""Places in drawings: inside the frame, at round values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evals.report.plots import Frame, round_end, thinned, ticks


def test_a_frame_puts_its_corners_at_its_margins() -> None:
    frame = Frame(x_end=2, y_end=1, width=100, height=100, left=10, right=10, top=20, bottom=30)
    assert [frame.x(0), frame.x(2)] == [10, 90]
    assert [frame.y(0), frame.y(1)] == [70, 20]
    assert frame.path([(0, 0), (2, 1)]) == "M10 70L90 20"
    assert frame.path([]) == ""


@given(st.floats(1e-3, 1e6))
def test_ticks_are_few_even_and_within(end: float) -> None:
    found = ticks(end)
    assert 3 <= len(found) <= 6
    assert found[0] == 0
    assert found[-1] <= end * (1 + 1e-6)


@given(st.floats(0, 1))
def test_an_axis_holds_its_values(top: float) -> None:
    assert top <= round_end(top) <= 1


@given(st.integers(1, 3000))
def test_a_thinned_curve_keeps_its_ends(n: int) -> None:
    points = [(float(place), 0.0) for place in range(n)]
    found = thinned(points)
    assert len(found) == min(n, 400)
    assert (found[0], found[-1]) == (points[0], points[-1])
