"""Milliseconds per stage of one answer."""

from __future__ import annotations

import time


class StageClock:
    """Measures consecutive stages; each `mark` names the stage that ends at that moment."""

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}
        self._began = self._last = time.perf_counter()

    def mark(self, stage: str) -> None:
        """All the time since the last mark belongs to `stage`."""
        now = time.perf_counter()
        self.timings_ms[stage] = self.timings_ms.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def total(self) -> dict[str, float]:
        """All stages, rounded to microseconds, and their `total`."""
        total = (time.perf_counter() - self._began) * 1000
        return {stage: round(ms, 3) for stage, ms in {**self.timings_ms, "total": total}.items()}
