"""The log for inspect_ai: what it says of each case, and that the real package reads it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evals.report.inspect_log import log_json
from evals.runs.run_folder import write_run
from rag.types import Usage
from tests.conftest import OUTER
from tests.evals.report.reported import ANSWERS, BROKEN_ENDPOINT, run

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, tzinfo=UTC)

READ_BACK = """
import json, sys
from pathlib import Path
from inspect_ai.log import read_eval_log
from evals.report.inspect_log import export_log
from evals.runs.run_folder import read_run
found = []
for name in ("log.eval", "log.json"):
    path = Path(sys.argv[1]) / name
    export_log(read_run(Path(sys.argv[1]) / "run"), path)
    log = read_eval_log(str(path))
    found.append({
        "status": log.status,
        "model": log.eval.model,
        "fact": log.results.scores[0].metrics["mean"].value,
        "samples": {
            sample.id: [
                sample.output.completion,
                sample.scores["fact"].value if "fact" in sample.scores else None,
                sample.error.message if sample.error else "",
            ]
            for sample in log.samples
        },
    })
print(json.dumps(found))
"""
"""Writes the log in both forms and reads it with their own reader."""


def samples(log: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {sample["id"]: sample for sample in log["samples"]}


def test_a_sample_has_question_target_answer_and_scores_with_their_reasons() -> None:
    found = samples(log_json(run(), NOW))["right"]
    assert found["input"] == "How tall is it?"
    assert found["target"] == ["It is 3.5 m."]
    assert found["messages"][-1]["content"] == "The tallest reaches 3.5 m. [1]"
    assert found["scores"]["fact"]["value"] == 1
    wrong = samples(log_json(run(), NOW))["wrong"]
    assert wrong["scores"]["fact"]["explanation"] == "does not say 25%"
    assert [message["content"] for message in wrong["input"]] == ["What falls?", "How tall is it?"]


def test_a_failure_is_an_error_and_no_answer() -> None:
    log = log_json(run(), NOW)
    failed = samples(log)["failed"]
    assert failed["error"]["message"] == BROKEN_ENDPOINT
    assert failed["output"]["choices"] == []
    assert (log["results"]["total_samples"], log["results"]["completed_samples"]) == (5, 4)


def test_tokens_are_counted_as_they_count_them() -> None:
    told = replace(ANSWERS["right"], usage=Usage(prompt=100, completion=20, cached=60))
    log = log_json(run({**ANSWERS, "right": told}), NOW)
    assert log["stats"]["model_usage"]["askpapers/hand"] == {
        "input_tokens": 40,
        "output_tokens": 20,
        "total_tokens": 120,
        "input_tokens_cache_read": 60,
    }


def test_half_a_character_pair_does_not_keep_a_log_from_being_written() -> None:
    torn = replace(ANSWERS["right"], answer="The \ud83d tallest")
    log = log_json(run({**ANSWERS, "right": torn}), NOW)
    assert json.dumps(log, ensure_ascii=False).encode()
    assert samples(log)["right"]["messages"][-1]["content"] == "The ? tallest"


def read_back(folder: Path, packages: Path | None = None) -> None:
    """Export and read with inspect_ai, from `packages` if given, and see that nothing changed."""
    write_run(run(), folder / "run")
    path = os.pathsep.join(map(str, (packages, ROOT) if packages else (ROOT,)))
    done = subprocess.run(
        [sys.executable, "-c", READ_BACK, str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    packed, plain = json.loads(done.stdout.splitlines()[-1])
    assert packed == plain
    assert (packed["status"], packed["model"]) == ("success", "askpapers/hand")
    assert packed["fact"] == pytest.approx(1 / 3)
    assert packed["samples"]["right"] == ["The tallest reaches 3.5 m. [1]", 1, ""]
    assert packed["samples"]["failed"] == ["", 0, BROKEN_ENDPOINT]


@pytest.mark.skipif(
    importlib.util.find_spec("inspect_ai") is None, reason="the extra `inspect` is not installed"
)
def test_the_installed_inspect_reads_the_log(tmp_path: Path) -> None:
    read_back(tmp_path)


@pytest.mark.network
def test_inspect_as_the_package_index_has_it_reads_the_log(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = project["optional-dependencies"]["inspect"]
    packages = tmp_path / "packages"  # beside what is installed: it wants older ones of some
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(packages), wanted], env=OUTER, check=True, timeout=600)
    read_back(tmp_path, packages)
