"""Ways of answering held against each other: paired by case, with what they cost."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from evals.cases import load_cases
from evals.runs.run import Plan
from evals.scorers.entail import entailer_named
from evals.writing.improve import (
    PLAIN,
    WAYS,
    asked_cases,
    duel,
    improve_json,
    improve_tables,
    improvement,
    read_ways,
    run_improve,
)
from rag.config import Config
from rag.errors import ConfigError
from rag.library import Library
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.settings import Settings
from rag.types import Usage
from tests.evals.runs import cases, scored
from tests.fakes import ScriptedChat


def test_a_way_is_settings_beside_the_plain_ones() -> None:
    ways = read_ways(["critique=1,drafts=3", "quotes=8"])
    assert list(ways) == [PLAIN, "critique=1,drafts=3", "quotes=8"]
    assert ways[PLAIN] == Settings()
    assert ways["critique=1,drafts=3"] == Settings(critique=1, drafts=3)


@pytest.mark.parametrize("ways", [["critique=9"], ["braver=1"], ["quotes=8", "quotes=8"]])
def test_a_way_that_cannot_be_is_refused(ways: list[str]) -> None:
    with pytest.raises(ConfigError):
        read_ways(ways)


def test_wins_ties_and_losses_are_counted_case_by_case() -> None:
    asked = cases(4)
    a = scored(asked, {"fact": [0.0, 1.0, 1.0, None]})
    b = scored(asked, {"fact": [1.0, 1.0, 0.0, 1.0]})
    found = duel(a, b, "a", "b", "fact")
    assert (found.wins, found.ties, found.losses) == (1, 1, 1)
    assert (found.won.value, found.won.n) == (0.5, 3)
    assert found.won.low < 0.5 < found.won.high
    assert found.p == 1.0


def test_a_way_that_wins_everywhere_is_told_from_chance() -> None:
    asked = cases(20)
    found = duel(
        scored(asked, {"fact": [0.0] * 20}), scored(asked, {"fact": [1.0] * 20}), "a", "b", "fact"
    )
    assert (found.wins, found.won.value) == (20, 1.0)
    assert found.won.low > 0.8
    assert found.p < 0.001


def test_improving_ways_stand_against_plain_and_against_what_else_tokens_buy() -> None:
    ways = read_ways(WAYS)
    asked = cases(3)
    runs = {name: scored(asked, {"fact": [1.0, 0.0, 1.0]}) for name in ways}
    spent = Usage(700, 20, cached=600)
    replies = tuple(replace(one, usage=spent) for one in runs["drafts=3"].replies[:2])
    runs["drafts=3"] = replace(runs["drafts=3"], replies=(*replies, runs["drafts=3"].replies[2]))
    found = improvement(runs, ways)
    pairs = {(one.a, one.b) for one in found.duels}
    assert pairs == {
        (PLAIN, "critique=1"),
        (PLAIN, "drafts=3"),
        (PLAIN, WAYS[2]),
        (WAYS[2], "critique=1"),
        (WAYS[2], "drafts=3"),
        ("drafts=3", "critique=1"),
    }
    cost = found.costs["drafts=3"]
    assert cost.seconds == pytest.approx(0.1)
    assert (cost.read, cost.anew, cost.written) == pytest.approx((1400 / 3, 200 / 3, 40 / 3))
    untold = next(one for one in found.duels if one.metric == "grounded")
    assert math.isnan(untold.won.value)  # no run has scores of it
    assert [table.row_count for table in improve_tables(found)] == [4] + [3] * 6


def test_each_pair_is_headed_by_what_either_side_spends() -> None:
    ways = read_ways(["critique=1", "drafts=3"])
    runs = {name: scored(cases(2), {"fact": [1.0, 0.0]}) for name in ways}
    for name, spent in (("critique=1", Usage(1300, 40)), ("drafts=3", Usage(1200, 34, cached=600))):
        replies = tuple(replace(one, usage=spent) for one in runs[name].replies)
        runs[name] = replace(runs[name], replies=replies)
    _, *pairs = improve_tables(improvement(runs, ways))
    assert [pair.title for pair in pairs] == [
        "critique=1 against plain: 1,340 and 0 tokens",
        "drafts=3 against plain: 1,234 and 0 tokens",
        "critique=1 against drafts=3: 1,340 and 1,234 tokens",
    ]


def test_a_pair_shows_the_share_won_with_its_interval_and_p_in_80_columns() -> None:
    ways = read_ways(["critique=1"])
    plain, better = (scored(cases(20), {"fact": [won] * 20}) for won in (0.0, 1.0))
    tables = improve_tables(improvement({PLAIN: plain, "critique=1": better}, ways))
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(tables[1])
    row = next(line for line in console.export_text().splitlines() if "right fact" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["right fact", "20", "0", "0", "1.000", "[0.839, 1.000]", "0.000"]


def test_looking_again_improves_an_answer_for_more_tokens() -> None:
    ways = read_ways(["critique=1", "look_again=2", "quotes=8"])
    runs = {name: scored(cases(2), {"fact": [1.0, 0.0]}) for name in ways}
    pairs = {(one.a, one.b) for one in improvement(runs, ways).duels}
    assert {("quotes=8", "look_again=2"), ("look_again=2", "critique=1")} <= pairs
    assert ("look_again=2", "quotes=8") not in pairs


def test_cases_are_spread_evenly_and_the_catalogue_is_not_among_them(tmp_path: Path) -> None:
    plan = asked_cases(Plan(split="dev"), 7, tmp_path / "cases.jsonl")
    taken = load_cases(plan.cases)
    assert len(taken) == 7
    assert {case.split for case in taken} == {"dev"}
    every = load_cases(asked_cases(Plan(split="dev"), None, tmp_path / "all.jsonl").cases)
    assert "catalogue" not in {case.kind for case in every}
    places = [every.index(case) for case in taken]
    assert max(b - a for a, b in pairwise(places)) <= len(every) // 7 + 1


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def test_every_way_is_a_run_that_goes_on_where_it_was(
    library: Library, reranker: Reranker, sample_config: Config, tmp_path: Path
) -> None:
    def work(chat: ScriptedChat) -> dict[str, object]:
        plan = asked_cases(Plan(split="dev"), 2, tmp_path / "cases.jsonl")
        entailer = entailer_named("words", sample_config, lambda *_: None)
        parts = (library, chat, reranker, entailer, sample_config, lambda *_: None)
        return improve_json(run_improve(plan, read_ways(["drafts=2"]), tmp_path, *parts))

    asked = ScriptedChat(["It is so [S1]."], usage=Usage(10, 2))
    found = work(asked)
    again = ScriptedChat(["Otherwise [S1]."])
    assert work(again) == found
    assert again.prompts == []
    draws = [prompt.draw for prompt in asked.prompts]
    assert draws.count(0) == 2 * draws.count(1)
    assert (tmp_path / "plain" / "answers.jsonl").is_file()


def test_a_way_may_look_again(
    library: Library, reranker: Reranker, sample_config: Config, tmp_path: Path
) -> None:
    plan = asked_cases(Plan(split="dev"), 2, tmp_path / "cases.jsonl")
    entailer = entailer_named("words", sample_config, lambda *_: None)
    chat = ScriptedChat(["SEARCH: preferred answers"])
    ways = read_ways(["look_again=2,least_confidence=1"])
    parts = (library, chat, reranker, entailer, sample_config, lambda *_: None)
    found = run_improve(plan, ways, tmp_path, *parts)
    plain, again = ([r.answer for r in run.replies if r.answer] for run in found.runs.values())
    assert not any(answer.trail for answer in plain)
    assert any(answer.trail for answer in again)
