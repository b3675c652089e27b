"""The API chat model against an endpoint that behaves and one that does not."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import (
    ChatAuthError,
    ChatError,
    ChatNotFound,
    ChatProtocolError,
    ChatRateLimited,
    ChatRefused,
    ChatTimeout,
    ConfigError,
)
from rag.models.chat import SAMPLED_AT, chat_model
from rag.models.chat_openai import OpenAIChat
from rag.types import Evidence, Paper, Quote, Usage
from rag.writing.prompts import answer_prompt
from tests import openai_stand_in as behaves
from tests.openai_stand_in import Reply, openai_stand_in, says

KEY = "sk-test-5b1f0c9d2e"
PROMPT = answer_prompt(
    "How often does it win?",
    [Evidence("S1", Quote("p", "abstract", 0, 10, "It wins."), Paper("p", "A Paper"))],
)


def chat_at(base_url: str, *, key: str = KEY, timeout_s: float = 60.0) -> OpenAIChat:
    return OpenAIChat("test-model", base_url=base_url, key=key, timeout_s=timeout_s)


def test_the_pieces_of_a_draft_arrive_as_they_are_sent() -> None:
    with openai_stand_in(says("It wins ", "56% [", "S1].")) as server:
        pieces = list(chat_at(server.base_url).stream(PROMPT))
    assert pieces[:-1] == ["It wins ", "56% [", "S1]."]


def test_the_tokens_come_last() -> None:
    with openai_stand_in(replace(says("It wins."), usage=(700, 12, 640))) as server:
        assert list(chat_at(server.base_url).stream(PROMPT))[-1] == Usage(700, 12, cached=640)
    assert server.requests[0]["stream_options"] == {"include_usage": True}


def test_an_endpoint_that_counts_no_tokens_answers_without() -> None:
    with openai_stand_in(replace(says("It wins."), usage=None)) as server:
        assert list(chat_at(server.base_url).stream(PROMPT)) == ["It wins."]


@pytest.mark.parametrize("status", [400, 422])
def test_an_endpoint_that_refuses_to_be_asked_for_tokens_is_asked_without_ever_after(
    status: int,
) -> None:
    def respond(request: dict[str, object]) -> Reply:
        if "stream_options" in request:
            return Reply(status=status, message="Unrecognized request argument: stream_options")
        return replace(says("It wins."), usage=None)

    with openai_stand_in() as server:
        server.respond = respond
        chat = chat_at(server.base_url)
        assert [list(chat.stream(PROMPT)) for _ in range(2)] == [["It wins."]] * 2
    assert len(server.requests) == 3


def test_another_refusal_is_not_asked_again() -> None:
    with openai_stand_in(behaves.TOO_LONG) as server, pytest.raises(ChatError):
        list(chat_at(server.base_url).stream(PROMPT))
    assert len(server.requests) == 1


def test_the_request_holds_the_prompt_and_asks_for_no_randomness() -> None:
    with openai_stand_in(says("x")) as server:
        list(chat_at(server.base_url).stream(PROMPT))
    (request,) = server.requests
    sent = [(message["role"], message["content"]) for message in request["messages"]]
    assert sent == [(message.role, message.content) for message in PROMPT.messages]
    assert (request["model"], request["temperature"], request["seed"]) == ("test-model", 0.0, 0)
    assert request["stream"] is True
    assert server.keys == [KEY]


def test_an_endpoint_that_needs_no_key_gets_none_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)  # the config, not the environment, decides
    with openai_stand_in(says("x")) as server:
        config = Config(home=tmp_path, cache=tmp_path, openai_base_url=server.base_url)
        assert "x" in list(chat_model("openai:test-model", config).stream(PROMPT))
    assert KEY not in server.keys


def test_without_key_and_endpoint_both_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"OPENAI_API_KEY.*OPENAI_BASE_URL"):
        chat_model("openai:test-model", Config(home=tmp_path, cache=tmp_path))


@pytest.mark.parametrize(
    "address",
    ["localhost:8000", "ftp://host/v1", "http://", "http://[v1", "http://localhost:80000/v1"],
)
def test_an_endpoint_that_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    config = Config(home=tmp_path, cache=tmp_path, openai_base_url=address)
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        chat_model("openai:test-model", config)


MISBEHAVIOURS = {
    "wrong key": (behaves.WRONG_KEY, ChatAuthError, "OPENAI_API_KEY"),
    "rate limit": (behaves.RATE_LIMITED, ChatRateLimited, "quota"),
    "rate limit of ten minutes": (behaves.RATE_LIMITED_LONG, ChatRateLimited, "quota"),
    "server error": (behaves.SERVER_ERROR, ChatError, "500"),
    "missing model": (behaves.NO_SUCH_MODEL, ChatNotFound, "model's name"),
    "too long": (behaves.TOO_LONG, ChatError, "maximum context length"),
    "cut stream": (behaves.CUT_STREAM, ChatProtocolError, "cut off"),
    "broken connection": (behaves.BROKEN_CONNECTION, ChatProtocolError, "broke in mid-reply"),
    "malformed": (behaves.MALFORMED, ChatProtocolError, "malformed"),
    "another shape": (behaves.NOT_A_CHUNK, ChatProtocolError, "malformed"),
    "error in stream": (behaves.ERROR_IN_STREAM, ChatProtocolError, "overloaded"),
    "empty": (behaves.EMPTY, ChatProtocolError, "empty"),
    "only thoughts": (behaves.ALL_THOUGHT, ChatProtocolError, "tokens"),
    "content filter": (behaves.FILTERED, ChatRefused, "filter"),
    "refusal": (behaves.REFUSED, ChatRefused, "refused"),
}


@pytest.mark.parametrize(
    ("reply", "error", "says_what"), MISBEHAVIOURS.values(), ids=MISBEHAVIOURS.keys()
)
def test_each_misbehaviour_is_its_own_clear_error(
    reply: Reply, error: type[ChatError], says_what: str
) -> None:
    with openai_stand_in(reply) as server, pytest.raises(error) as caught:
        list(chat_at(server.base_url).stream(PROMPT))
    text = str(caught.value)
    assert type(caught.value) is error
    assert says_what in text
    assert "test-model at 127.0.0.1:" in text
    assert "--backend extractive" in text


@pytest.mark.parametrize("reply", [behaves.SLOW, behaves.STALLS], ids=["slow", "stalls"])
def test_an_endpoint_that_keeps_silent_times_out(reply: Reply) -> None:
    with openai_stand_in(reply) as server, pytest.raises(ChatTimeout, match="ASKPAPERS_TIMEOUT"):
        list(chat_at(server.base_url, timeout_s=0.1).stream(PROMPT))


def test_nobody_listening_is_a_clear_error() -> None:
    with openai_stand_in(says("x")) as server:
        closed = server.base_url
    with pytest.raises(ChatError, match=r"no connection.*OPENAI_BASE_URL"):
        list(chat_at(closed).stream(PROMPT))


@pytest.mark.parametrize("reply", [behaves.RATE_LIMITED, behaves.SERVER_ERROR])
def test_passing_trouble_is_tried_again(reply: Reply) -> None:
    with openai_stand_in(reply, reply, says("It wins.")) as server:
        assert next(chat_at(server.base_url).stream(PROMPT)) == "It wins."
    assert len(server.requests) == 3


def test_a_stream_that_is_closed_early_ends_quietly() -> None:
    with openai_stand_in(Reply(("one ", "two ", "three"), pause_s=0.05)) as server:
        pieces = chat_at(server.base_url).stream(PROMPT)
        assert next(pieces) == "one "
        pieces.close()  # type: ignore[attr-defined]  # the Protocol's iterator is a generator here
        assert list(pieces) == []


@pytest.mark.parametrize(
    "reply",
    [
        behaves.WRONG_KEY,
        replace(behaves.TOO_LONG, message=f"bad key {KEY}"),
        replace(behaves.ERROR_IN_STREAM, raw=(f'data: {{"error": {{"message": "{KEY}"}}}}',)),
        behaves.MALFORMED,
        behaves.BROKEN_CONNECTION,
    ],
)
def test_the_key_is_in_no_error_and_no_log(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with openai_stand_in(reply) as server:
        chat = chat_at(server.base_url)
        with pytest.raises(ChatError) as caught:
            list(chat.stream(PROMPT))
    assert server.keys[0] == KEY  # it was sent, so it could have leaked
    shown = "".join(traceback.format_exception(caught.value))
    for text in (str(caught.value), repr(caught.value), shown, caplog.text, repr(chat), chat.name):
        assert KEY not in text


def test_user_and_password_of_an_address_are_in_no_error() -> None:
    with openai_stand_in(behaves.EMPTY) as server:
        address = server.base_url.replace("//", "//anna:secret@")
        with pytest.raises(ChatError) as caught:
            list(chat_at(address).stream(PROMPT))
    assert "secret" not in str(caught.value)


def test_llamaindex_settings_stay_untouched() -> None:
    from llama_index.core import Settings

    with openai_stand_in(says("x")) as server:
        list(chat_at(server.base_url).stream(PROMPT))
    assert Settings._llm is None
    assert Settings._callback_manager is None


def test_a_drawn_reply_has_its_number_as_the_seed() -> None:
    with openai_stand_in(says("x")) as server:
        list(chat_at(server.base_url).stream(replace(PROMPT, draw=3)))
    (request,) = server.requests
    assert (request["temperature"], request["seed"]) == (SAMPLED_AT, 3)
