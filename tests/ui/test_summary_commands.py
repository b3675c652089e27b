"""`askpapers summarize` as a person types it, over the sample library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.config import Config
from ui.cli import build

WEBGPT = "2112.09332"
pytestmark = pytest.mark.usefixtures("sample_config")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["summarize", *arguments])


def printed(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_one_paper_is_told_by_parts_with_its_quotes() -> None:
    result = run(WEBGPT)
    assert result.exit_code == 0, result.output
    assert (
        "**Findings.** This model's answers are preferred by humans 56% of the time"
        in result.stdout
    )
    assert "nakano et al. 2021" in result.stdout.lower()


def test_every_sentence_of_the_tree_has_verbatim_quotes() -> None:
    found = printed("--author", "stiennon")
    abstracts = {paper["paper_id"]: paper["abstract"] for paper in found["papers"]}
    nodes = [found["summary"]]
    for node in nodes:
        nodes += node["children"]
        for sentence in node["sentences"]:
            assert sentence["support"] == "supported"
            assert bool(sentence["rests_on"]) == (node["level"] != "paper")
            for one in sentence["citations"]:
                assert abstracts[one["paper_id"]][one["start"] : one["end"]] == one["quote"]
    assert {node["level"] for node in nodes} >= {"paper", "whole"}


def test_a_topic_is_written_to_files(tmp_path: Path) -> None:
    page, entries = tmp_path / "a.md", tmp_path / "a.bib"
    result = run("--about", "scaling laws", "--out", str(page), "--bibtex", str(entries))
    assert (result.exit_code, result.stdout) == (0, "")
    assert page.read_text("utf-8").startswith("# Scaling laws\n")
    assert "@misc{kaplan2020scaling," in entries.read_text("utf-8")


def test_a_topic_that_nothing_is_about_is_said() -> None:
    result = run("--about", "quantum gravity")
    assert result.exit_code == 0
    assert "no paper in the library is about “quantum gravity”" in result.stderr


def test_a_table_has_a_row_a_paper_and_blanks() -> None:
    found = printed("2112.09332", "2112.00861", "--table", "dataset,hardware,year")
    webgpt, general = found["rows"]
    assert "ELI5" in webgpt["cells"][0]["quote"]
    assert (general["cells"][0], general["cells"][1]) == (None, None)
    assert general["cells"][2]["quote"] == "2021"


def test_no_more_papers_than_asked_for_are_taken() -> None:
    result = run("--year", "2022", "-k", "2", "--short")
    assert "5 papers are left by the filter, the newest 2 are taken" in " ".join(
        result.stderr.split()
    )
    assert "**[2]**" in result.stdout
    assert "**[3]**" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "say which papers"),
        ((WEBGPT, "--about", "moss"), "give either some ID, or --about TOPIC"),
        ((WEBGPT, "--short", "--table", "method"), "give only one of"),
    ],
)
def test_wrong_usage_is_said(arguments: tuple[str, ...], why: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert why in result.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((WEBGPT, "--by", "plot"), "--by 'plot': give some of problem,method,findings"),
        ((WEBGPT, "--table", ","), "the columns ',' name nothing"),
        (("9999.99999",), "9999.99999"),
    ],
)
def test_what_cannot_be_is_an_error_of_one_line(arguments: tuple[str, ...], why: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert why in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_filter_that_leaves_nothing_is_said(sample_config: Config) -> None:
    result = run("--author", "nobody")
    assert result.exit_code == 0
    assert "no paper in the library has author nobody" in result.stderr
