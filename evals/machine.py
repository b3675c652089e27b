"""The machine that figures were measured on, in words, without its name."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import psutil

_LOOK_S = 0.5


def machine() -> str:
    """Processor, cores, memory, system and Python."""
    gib = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {os.cpu_count() or '?'} cores, {gib:.0f} GiB,"
        f" {platform.system()}, Python {platform.python_version()}"
    )


def load() -> float:
    """Share of the processor that other programs keep busy, in [0, 1], over half a second."""
    before = _busy_and_all(), time.process_time()
    time.sleep(_LOOK_S)
    after = _busy_and_all(), time.process_time()
    others = after[0][0] - before[0][0] - (after[1] - before[1])
    return max(0.0, others / max(after[0][1] - before[0][1], 1e-9))


def _busy_and_all() -> tuple[float, float]:
    """Seconds that all cores have been busy, and seconds in all, since the machine began."""
    times = psutil.cpu_times()
    total = sum(times)
    return total - times.idle - getattr(times, "iowait", 0.0), total


def _processor() -> str:
    """Its model where the system tells (Linux), else its family."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, "") or platform.machine()
