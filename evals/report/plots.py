"""From figures to places in a drawing; what is drawn there is said in templates/plots.html.j2."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing of `width` by `height` units with margins, its axes from 0 to `x_end`, `y_end`."""

    x_end: float = 1.0
    y_end: float = 1.0
    width: int = 360
    height: int = 256
    left: int = 40
    right: int = 12
    top: int = 22
    bottom: int = 36

    def x(self, value: float) -> float:
        """Where a value of the horizontal axis stands."""
        inner = self.width - self.left - self.right
        return round(self.left + inner * value / self.x_end, 1)

    def y(self, value: float) -> float:
        """Where a value of the vertical axis stands; 0 is at the bottom."""
        inner = self.height - self.top - self.bottom
        return round(self.height - self.bottom - inner * value / self.y_end, 1)

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        """A line through `points`, as the `d` of an SVG path; empty of nothing."""
        places = [f"{self.x(x):g} {self.y(y):g}" for x, y in points]
        return f"M{'L'.join(places)}" if places else ""

    @property
    def x_ticks(self) -> tuple[float, ...]:
        """Round values along the horizontal axis."""
        return ticks(self.x_end)

    @property
    def y_ticks(self) -> tuple[float, ...]:
        """Round values along the vertical axis."""
        return ticks(self.y_end)


def ticks(end: float, most: int = 5) -> tuple[float, ...]:
    """Round values from 0 to `end` > 0, in steps of 1, 2, 2.5 or 5 times a power of ten; at most
    `most` steps.
    """
    power = 10.0 ** math.floor(math.log10(end / most))
    step = next(s * power for s in (1, 2, 2.5, 5, 10, 20) if end / (s * power) <= most + 1e-9)
    return tuple(round(step * n, 10) for n in range(int(end / step + 1e-9) + 1))


def round_end(top: float) -> float:
    """The end of an axis for shares up to `top`, and not much more."""
    return next((end for end in (0.1, 0.25, 0.5) if top <= end), 1.0)


def thinned(
    points: Sequence[tuple[float, float]], most: int = 400
) -> tuple[tuple[float, float], ...]:
    """A curve by at most `most` of its points, evenly taken, its ends kept: more are not seen."""
    if len(points) <= most:
        return tuple(points)
    places = (round(n * (len(points) - 1) / (most - 1)) for n in range(most))
    return tuple(points[place] for place in places)
