"""The machine that figures were measured on, in words, without its name."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil


def machine() -> str:
    """Processor, cores, memory, system and Python."""
    gib = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {os.cpu_count() or '?'} cores, {gib:.0f} GiB,"
        f" {platform.system()}, Python {platform.python_version()}"
    )


def load() -> float:
    """Share of the processor that others keep busy, in [0, 1], over half a second."""
    return psutil.cpu_percent(interval=0.5) / 100


def _processor() -> str:
    """Its model where the system tells (Linux), else its family."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, "") or platform.machine()
