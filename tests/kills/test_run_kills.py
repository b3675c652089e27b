"""A run of cases killed again and again: it goes on, and ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evals.cases import case_line, load_cases
from evals.runs.run_folder import ANSWERS, read_run
from evals.score import Run
from rag.config import Config

pytestmark = pytest.mark.kills

KILLS, CASES = 12, 24
PATIENCE_S = 120.0


def started(cases: Path, folder: Path) -> subprocess.Popen[bytes]:
    """The command, in the environment of the test: its library is the sample."""
    main = [sys.executable, "-c", "from ui.cli import main; main()"]
    chosen = ["--cases", str(cases), "--library", "home", "--backend", "extractive"]
    return subprocess.Popen(
        [*main, "eval", "run", *chosen, "--judge", "exact", "--out", str(folder)],
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def what_counts(run: Run) -> tuple[object, ...]:
    """All of a run that does not depend on the time it took."""
    told = [(reply.case_id, reply.answer and reply.answer.answer) for reply in run.replies]
    return run.cases, told, run.scores


def test_a_run_killed_at_any_moment_goes_on_to_the_same_end(
    sample_copy: Config, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.jsonl"
    dev = [case for case in load_cases() if case.split == "dev"]
    cases.write_text("\n".join(map(case_line, dev[:CASES])), "utf-8")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert started(cases, whole).wait(PATIENCE_S) == 0
    dice, hits = random.Random(), 0
    for _ in range(KILLS):
        process = started(cases, killed)
        before, deadline = size(killed / ANSWERS), time.monotonic() + PATIENCE_S
        while process.poll() is None and size(killed / ANSWERS) <= before:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.5))  # a moment between two answers, or within one
        process.send_signal(signal.SIGKILL)
        hits += process.wait(PATIENCE_S) == -signal.SIGKILL
    assert hits
    assert started(cases, killed).wait(PATIENCE_S) == 0
    assert what_counts(read_run(killed)) == what_counts(read_run(whole))
    lines = (killed / ANSWERS).read_text("utf-8").splitlines()
    assert len(lines) == CASES  # nothing was asked twice
