"""A number that was printed near an abstention is no other paper's, however it is told again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.settings import Configuration
from rag.stored.conversations import Conversations, KeptTurn
from rag.stored.database import Database
from rag.types import Answer, Exchange
from rag.wire import answer_json
from tests.ui.desks import endpoints_client
from tests.ui.scripted import ScriptedAnswerer
from ui.app.talk import reopened
from ui.commands.conversation_file import add_answer, read_conversation

Told = Callable[[Answer, Path, Config], tuple[Exchange, ...]]


@pytest.fixture
def answerer(sample_config: Config, embedder: Embedder, reranker: Reranker) -> Iterator[Answerer]:
    with Library.open(sample_config, embedder) as library:
        yield Answerer(library, ExtractiveChat(), reranker)


def at_once(answer: Answer, home: Path, config: Config) -> tuple[Exchange, ...]:
    return (answer.exchange,)


def from_a_file(answer: Answer, home: Path, config: Config) -> tuple[Exchange, ...]:
    add_answer(home / "talk.jsonl", answer)
    return read_conversation(home / "talk.jsonl")


def reloaded(answer: Answer, home: Path, config: Config) -> tuple[Exchange, ...]:
    with closing(Database(home / "catalogue.sqlite3")) as database:
        kept = Conversations(database)
        kept.keep("c", KeptTurn(1, answer, Configuration.of("extractive")))
        return reopened("c", kept.turns("c")).exchanges()


def over_http(answer: Answer, home: Path, config: Config) -> tuple[Exchange, ...]:
    heard = ScriptedAnswerer()
    body = {"question": "And since 2022?", "history": [answer_json(answer)]}
    assert endpoints_client(config, heard).post("/api/ask", json=body).status_code == 200
    return heard.histories[-1]


@pytest.mark.parametrize("told", [at_once, from_a_file, reloaded, over_http])
def test_a_number_printed_near_an_abstention_is_given_to_no_other_paper(
    answerer: Answerer, tmp_path: Path, sample_config: Config, told: Told
) -> None:
    abstained = answerer.ask("How many people did the comparing?")
    assert (abstained.abstained, bool(abstained.nearest)) == (True, True)
    history = told(abstained, tmp_path, sample_config)
    answer = answerer.ask("What was learned about human preferences before 2020?", history=history)
    shown = {(one.marker, one.paper_id) for one in (*abstained.nearest, *answer.citations)}
    assert not answer.abstained
    assert len({marker for marker, _ in shown}) == len({paper for _, paper in shown}) == len(shown)
