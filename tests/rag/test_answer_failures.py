"""A chat model that fails costs the reader its words, never the evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.errors import ChatAuthError, ChatProtocolError, ChatRateLimited, ChatTimeout, RagError
from rag.library import Library
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.types import Done
from rag.writing.draft import ONLY_QUOTES
from tests.fakes import ScriptedChat

WEBGPT = "How often are WebGPT's answers preferred to those of the human demonstrators?"


@pytest.fixture
def library(sample_config: object, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:  # type: ignore[arg-type]  # a Config
        yield opened


@pytest.mark.parametrize(
    "reply",
    [
        ChatTimeout("no reply within 60 s"),
        ChatRateLimited("too many requests"),
        ("People prefer", ChatProtocolError("the reply was cut off")),
        "",
        "Lorem ipsum dolor sit amet.",
        '{"answer": 56}',
        "It wins [9].",
    ],
)
def test_the_reader_gets_the_quotes_and_is_told_why(
    library: Library, reranker: Reranker, reply: str | RagError | tuple[str, RagError]
) -> None:
    answer = Answerer(library, ScriptedChat([reply]), reranker).ask(WEBGPT)
    assert not answer.abstained
    assert "56%" in answer.answer
    assert {sentence.support for sentence in answer.sentences} == {"supported"}
    assert answer.backend == "scripted"
    assert any(note.endswith(ONLY_QUOTES) for note in answer.notes)


def test_what_its_quotes_do_not_bear_out_gives_way_to_them(
    library: Library, reranker: Reranker
) -> None:
    chat = ScriptedChat(["Its answers are preferred 99% of the time [S1]."])
    answer = Answerer(library, chat, reranker).ask(WEBGPT)
    assert "99%" not in answer.answer
    assert "56%" in answer.answer


def test_a_wrong_key_is_an_error_and_no_answer(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat([ChatAuthError("the endpoint did not accept the key")])
    with pytest.raises(ChatAuthError):
        Answerer(library, chat, reranker).ask(WEBGPT)


def test_the_answer_comes_last_whatever_was_streamed(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat([("People prefer them 5", ChatTimeout("no reply within 60 s"))])
    *_, last = Answerer(library, chat, reranker).stream(WEBGPT)
    assert isinstance(last, Done)
    assert "People prefer them 5" not in last.answer.answer
