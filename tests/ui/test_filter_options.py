"""Filters on the command line: what search, ask and similar are kept to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.test_cli import WEBGPT, printed, run, write_lines

pytestmark = pytest.mark.usefixtures("embedder", "reranker", "sample_config")


def facts(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The found papers as `papers --json` tells of them."""
    papers = {paper["paper_id"]: paper for paper in printed("papers")}
    return [papers[hit["paper_id"]] for hit in found]


def test_search_is_kept_to_years_and_authors() -> None:
    found = facts(
        printed("search", "human feedback", "--year", "2020..2021", "--author", "NAKANO",
                "--author", "Stiennon")
    )  # fmt: skip
    assert {paper["arxiv_id"] for paper in found} >= {"2112.09332", "2009.01325"}
    assert {paper["published"][:4] for paper in found} == {"2020", "2021"}
    assert all({"Nakano", "Stiennon"} & set(" ".join(p["authors"]).split()) for p in found)


def test_search_is_kept_to_sources_by_pattern() -> None:
    source = printed("papers")[0]["sources"][0]
    expected = {p["paper_id"] for p in printed("papers") if source in p["sources"]}
    found = printed("search", "models", "-k", "21", "--source", f"{source[:-3]}*")
    assert {hit["paper_id"] for hit in found} == expected


def test_search_is_kept_to_ids_in_every_spelling() -> None:
    found = printed("search", "scaling", "--id", "2112.09332", "--id", "arXiv:2001.08361v1")
    assert [hit["arxiv_id"] for hit in found] == ["2001.08361", "2112.09332"]


def test_a_run_of_queries_is_kept_to_the_filter(tmp_path: Path) -> None:
    queries = write_lines(tmp_path / "q.jsonl", {"id": 1, "text": "a"}, {"id": 2, "text": "b"})
    run_out = tmp_path / "run.txt"
    result = run("search", "--queries", queries, "--run-out", str(run_out), "--id", "2112.09332")
    assert result.exit_code == 0, result.stderr
    assert [line.split()[0] for line in run_out.read_text().splitlines()] == ["1", "2"]


def test_a_filter_that_leaves_nothing_is_told_and_no_failure() -> None:
    result = run("search", "moss", "--author", "Nobody", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "no paper in the library has author Nobody" in result.stderr


@pytest.mark.parametrize(
    "options",
    [("--year", "soon"), ("--year", "2023..2020"), ("--author", "?"), ("--source", "")],
    ids=str,
)
@pytest.mark.parametrize("command", [("search", "moss"), ("ask", "moss?"), ("similar", "1")])
def test_a_value_that_can_mean_nothing_is_wrong_usage(
    command: tuple[str, ...], options: tuple[str, str]
) -> None:
    assert run(*command, *options).exit_code == 2


def test_an_unknown_id_fails() -> None:
    result = run("search", "moss", "--id", "no-such-paper")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no-such-paper" in result.stderr


def test_ask_answers_from_the_papers_left() -> None:
    answer = printed("ask", WEBGPT, "--author", "nakano")
    assert not answer["abstained"]
    assert {hit["paper_id"] for hit in answer["hits"]} == {"arxiv:2112.09332"}


def test_ask_abstains_when_no_paper_fits_and_says_so() -> None:
    answer = printed("ask", WEBGPT, "--category", "astro-ph")
    assert answer["abstained"]
    assert answer["reason"] == "no paper in the library has category astro-ph"


def test_similar_lists_others_like_a_search() -> None:
    found = printed("similar", "2203.02155", "-k", "3")
    assert found[0]["arxiv_id"] == "2204.05862"
    assert [hit["rank"] for hit in found] == [1, 2, 3]
    assert "2203.02155" not in {hit["arxiv_id"] for hit in found}
    assert list(found[0]) == list(printed("search", "moss", "-k", "1")[0])
    kept = facts(printed("similar", "2203.02155", "--year", "..2020"))
    assert kept
    assert all(paper["published"] < "2021" for paper in kept)


def test_similar_to_an_unknown_paper_fails() -> None:
    assert run("similar", "no-such-paper").exit_code == 1
