"""A judge whose weighings are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from evals.judging.judge_cache import CachedJudge, judge_stamp, kept_judge
from rag.config import Config
from rag.errors import ChatError, ConfigError, SourceError
from rag.models.manifest import MANIFEST
from rag.types import Message

ASKED = (Message("user", "Does moss grow?"),)
OTHER = (Message("user", "Do ferns grow?"),)


@dataclass(slots=True)
class CountingJudge:
    """A Judge that always leans to the first option and counts how often it was asked."""

    name: str = "counting"
    fails: bool = False
    asked: list[str] = field(default_factory=list)

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        if self.fails:
            raise ChatError("the judge is away")
        self.asked.append(messages[-1].content)
        return (-0.1, *[-2.4] * (len(options) - 1))


def test_the_same_messages_are_weighed_once(tmp_path: Path) -> None:
    real = CountingJudge()
    judge = CachedJudge(real, tmp_path / "kept")
    assert judge.weigh(ASKED, ("Yes", "No")) == judge.weigh(ASKED, ("Yes", "No")) == (-0.1, -2.4)
    assert judge.name == "counting"
    assert len(real.asked) == 1


def test_another_run_recalls_what_the_first_heard(tmp_path: Path) -> None:
    first = CachedJudge(CountingJudge(), tmp_path / "kept")
    first.weigh(ASKED, ("Yes", "No"))
    again = CountingJudge()
    judge = CachedJudge(again, tmp_path / "kept")
    judge.weigh(ASKED, ("Yes", "No"))
    judge.weigh(OTHER, ("Yes", "No"))
    assert again.asked == ["Do ferns grow?"]
    assert judge.ms > first.ms > 0


@pytest.mark.parametrize(
    ("messages", "options", "name", "stamp"),
    [
        (OTHER, ("Yes", "No"), "counting", ""),
        (ASKED, ("No", "Yes"), "counting", ""),
        (ASKED, ("Yes", "No"), "another", ""),
        (ASKED, ("Yes", "No"), "counting", "http://elsewhere"),
    ],
)
def test_whatever_differs_is_weighed_anew(
    tmp_path: Path, messages: Sequence[Message], options: Sequence[str], name: str, stamp: str
) -> None:
    CachedJudge(CountingJudge(), tmp_path / "kept").weigh(ASKED, ("Yes", "No"))
    other = CountingJudge(name)
    CachedJudge(other, tmp_path / "kept", stamp).weigh(messages, options)
    assert len(other.asked) == 1


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    real = CountingJudge(fails=True)
    judge = CachedJudge(real, tmp_path / "kept")
    with pytest.raises(ChatError, match="away"):
        judge.weigh(ASKED, ("Yes", "No"))
    real.fails = False
    assert judge.weigh(ASKED, ("Yes", "No")) == (-0.1, -2.4)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("moss " * 1000)
    with pytest.raises(SourceError, match="kept: cannot keep what judges say"):
        CachedJudge(CountingJudge(), tmp_path / "kept")


def test_an_unknown_judge_is_refused_before_a_file_is_made(config: Config, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown judge 'moss'"):
        kept_judge("moss", config, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_model_file_is_told_by_what_it_holds(config: Config, tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    one = judge_stamp(f"local:{model}", config)
    model.write_bytes(b"two")
    assert judge_stamp(f"local:{model}", config) != one


def test_the_pulled_model_is_told_by_the_hash_that_pins_it(config: Config) -> None:
    assert MANIFEST["local"].files[0].sha256.startswith(judge_stamp("local", config))
    assert judge_stamp("local", config)


def test_an_endpoint_is_told_by_its_whole_address(config: Config) -> None:
    one, other = (
        judge_stamp("openai:m", replace(config, openai_base_url=f"https://host.example/{path}/v1"))
        for path in ("one", "other")
    )
    assert one != other
