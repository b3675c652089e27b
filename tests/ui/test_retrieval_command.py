"""eval retrieval as it is typed: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.config import Config
from tests.fakes import HashEmbedder
from ui.cli import build

PLANTS = ("moss", "fern", "lichen", "birch")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["eval", "retrieval", *arguments])


@pytest.fixture
def files(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options of a benchmark of four papers, each the answer to one query."""
    del config  # its settings are in the environment now
    monkeypatch.setattr(
        "rag.models.embed.OnnxEmbedder.load", lambda *_: HashEmbedder(dimension=512)
    )
    papers = [{"_id": f"d{n}", "title": p, "text": f"A {p} grows."} for n, p in enumerate(PLANTS)]
    asked = [{"_id": f"q{n}", "text": p} for n, p in enumerate(PLANTS)]
    contents = {
        "corpus": "".join(f"{json.dumps(paper)}\n" for paper in papers),
        "queries": "".join(f"{json.dumps(query)}\n" for query in asked),
        "qrels": "".join(f"q{n} 0 d{n} 1\n" for n in range(4)),
    }
    options = []
    for name, text in contents.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_text(text, encoding="utf-8")
        options += [f"--{name}", str(path)]
    return options


def test_figures_are_printed_and_the_run_is_written(files: list[str], tmp_path: Path) -> None:
    result = run(*files, "--run-out", str(tmp_path / "run.txt"))
    assert result.exit_code == 0, result.stderr
    assert "nDCG@10" in result.stdout
    assert "1.0000" in result.stdout
    assert (tmp_path / "run.txt").read_text().startswith("q0 Q0 d0 1 1.0000000 askpapers\n")


def test_a_second_run_embeds_nothing_and_is_no_different(files: list[str], tmp_path: Path) -> None:
    kept = ["--vectors", str(tmp_path / "v.npz"), "--run-out", str(tmp_path / "run.txt")]
    assert run(*files, *kept).exit_code == 0
    result = run(*files, *kept[:2], "--against", str(tmp_path / "run.txt"), "--json")
    assert result.exit_code == 0, result.stderr
    differences = json.loads(result.stdout)["differences"]
    assert {(d["mean"], d["p"]) for d in differences.values()} == {(0.0, 1.0)}


def test_the_ablation_is_printed_as_a_table_and_as_json(files: list[str]) -> None:
    assert "reciprocal ranks" in run(*files, "--ablation").stdout
    rows = json.loads(run(*files, "--ablation", "--json").stdout)["rows"]
    assert rows[0]["way"] == "shipped"
    assert rows[0]["nDCG@10"] == 1.0


@pytest.mark.parametrize("options", [["--models"], ["--ablation", "--run-out", "run.txt"]])
def test_options_that_do_not_go_together_are_refused(files: list[str], options: list[str]) -> None:
    result = run(*files, *options)
    assert result.exit_code == 2
    assert "--ablation" in result.stderr


def test_a_file_that_cannot_be_read_is_named(files: list[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "none.tsv")
    result = run(*files[:4], "--qrels", missing)
    assert result.exit_code == 1
    assert missing in result.stderr
