"""How the command line tells of long work where nobody watches a terminal."""

from __future__ import annotations

import pytest

from ui.console import progress, span


def test_a_log_says_what_begins_and_now_and_then_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    with progress() as show:
        show("vectors", 0, 1000)
        now += 10
        show("vectors", 100, 1000)
        now += 30
        show("vectors", 400, 1000)
    told = capsys.readouterr().err.splitlines()
    assert told == ["vectors ...", "vectors: 400 / 1,000, 10 a second, 60 s left"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (75, "75 s"), (600, "10 min"), (9000, "2.5 h")]
)
def test_a_span_is_said_in_a_unit_that_fits(seconds: float, said: str) -> None:
    assert span(seconds) == said
