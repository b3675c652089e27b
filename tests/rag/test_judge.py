"""Judges: how first tokens become the odds of a reply, and each implementation."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Config
from rag.errors import ChatAuthError, ChatError, ChatProtocolError, ConfigError, WeightsError
from rag.models.chat_local import Chunk, LocalChat
from rag.models.chat_openai import OpenAIChat
from rag.models.judge import Judge, judge_model, weighed
from rag.types import Message
from tests import openai_stand_in as behaves
from tests.conftest import outer_config
from tests.openai_stand_in import Reply, openai_stand_in

ASKED = (Message("system", "Reply Yes or No."), Message("user", "Is moss green?"))
YES_NO = ("Yes", "No")
LIKELY = (("Yes", math.log(0.6)), (" yes", math.log(0.2)), ("No", math.log(0.1)), ("The", -9.0))


def shares(logs: tuple[float, ...]) -> list[float]:
    return [round(math.exp(log), 4) for log in logs]


# --- from first tokens to options -------------------------------------------------------------


def test_an_option_has_all_tokens_that_begin_it_and_the_options_sum_to_one() -> None:
    assert shares(weighed("j", dict(LIKELY), YES_NO)) == [0.8889, 0.1111]


def test_a_token_that_begins_two_options_or_goes_on_after_one_counts_for_neither() -> None:
    likely = {"m": math.log(0.5), "maybe": math.log(0.2), "must": math.log(0.1), "Not": -0.1}
    assert shares(weighed("j", likely, ("maybe", "must"))) == [0.6667, 0.3333]
    with pytest.raises(ChatProtocolError):
        weighed("j", {"Not": -0.1}, YES_NO)


def test_an_option_that_is_not_told_is_no_likelier_than_the_last_that_is() -> None:
    assert weighed("j", {"Yes": 0.0, "The": -8.0}, YES_NO)[1] == pytest.approx(-8.0, abs=1e-3)


def test_log_probabilities_too_small_for_floats_stay_comparable() -> None:
    assert weighed("j", {"Yes": -9000.0, "No": -9001.0}, YES_NO)[0] == pytest.approx(
        -0.3133, abs=1e-3
    )


@pytest.mark.parametrize("likely", [{}, {"The": -0.1, " ": -2.0}])
def test_a_judge_that_would_say_something_else_is_an_error(likely: dict[str, float]) -> None:
    with pytest.raises(ChatProtocolError, match=r"judge 'j'.*none of Yes, No.*another model"):
        weighed("j", likely, YES_NO)


@given(st.dictionaries(st.text(max_size=4), st.floats(-50, 0)))
def test_options_always_sum_to_one(likely: dict[str, float]) -> None:
    logs = weighed("j", likely | {"Yes": -1.0}, YES_NO)
    assert sum(map(math.exp, logs)) == pytest.approx(1)


# --- the choice among judges ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "extractive", "auto", "local:", "openai:", "words"])
def test_an_unknown_judge_is_refused_with_the_names_there_are(name: str, config: Config) -> None:
    with pytest.raises(ConfigError, match=r"unknown judge.*local, local:PATH, openai:MODEL"):
        judge_model(name, config)


def test_a_judge_is_made_by_its_name(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF...")
    api = replace(config, openai_base_url="http://127.0.0.1:9/v1")
    assert judge_model(f"local:{path}", config).name == "local:model.gguf"
    assert judge_model("openai:small", api).name == "openai:small"


def test_a_judge_whose_file_is_not_there_is_an_error(config: Config, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="GGUF"):
        judge_model(f"local:{tmp_path / 'none.gguf'}", config)


# --- behind an API ----------------------------------------------------------------------------


def judge_at(base_url: str) -> OpenAIChat:
    return OpenAIChat("test-model", base_url=base_url, key="sk-test-77", timeout_s=60.0)


def test_an_api_judge_asks_for_one_token_and_its_alternatives() -> None:
    with openai_stand_in(Reply(("Yes",), first_tokens=LIKELY)) as server:
        judge: Judge = judge_at(server.base_url)
        assert shares(judge.weigh(ASKED, YES_NO)) == [0.8889, 0.1111]
    (request,) = server.requests
    assert [m["content"] for m in request["messages"]] == [m.content for m in ASKED]
    assert (request["max_tokens"], request["temperature"], request["seed"]) == (1, 0.0, 0)
    assert (request["logprobs"], request["top_logprobs"]) == (True, 20)


@pytest.mark.parametrize(
    "reply",
    [Reply(("Yes",)), Reply(status=400, message="logprobs is not supported by this model")],
    ids=["tells none", "refuses"],
)
def test_an_endpoint_without_log_probabilities_is_a_clear_error_and_asked_once(
    reply: Reply,
) -> None:
    with openai_stand_in(reply) as server:
        judge = judge_at(server.base_url)
        for _ in range(2):
            with pytest.raises(ChatProtocolError, match=r"no log-probabilities.*--judge local"):
                judge.weigh(ASKED, YES_NO)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [(behaves.WRONG_KEY, ChatAuthError), (behaves.TOO_LONG, ChatError)],
)
def test_an_api_judge_fails_as_its_chat_model_does(reply: Reply, error: type[ChatError]) -> None:
    with openai_stand_in(reply) as server, pytest.raises(error) as caught:
        judge_at(server.base_url).weigh(ASKED, YES_NO)
    assert type(caught.value) is error
    assert "sk-test-77" not in str(caught.value)


# --- in this process --------------------------------------------------------------------------


class OneReply:
    """A server that hands out one reply, as xllamacpp's does when nothing is streamed."""

    def __init__(self, reply: Chunk, error: Exception | None = None) -> None:
        self.reply = reply
        self.error = error
        self.requests: list[Chunk] = []

    def handle_chat_completions(self, request: Chunk, take: Callable[[Chunk], bool], /) -> object:
        self.requests.append(request)
        if self.error:
            raise self.error
        take(self.reply)
        return None


def told(likely: tuple[tuple[str, float], ...]) -> Chunk:
    top = [{"token": token, "logprob": p} for token, p in likely]
    return {"choices": [{"logprobs": {"content": [{"top_logprobs": top}]}}]}


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF...")
    return path


def test_a_local_judge_asks_for_one_token_and_keeps_the_fixed_part(gguf: Path) -> None:
    server = OneReply(told(LIKELY))
    judge: Judge = LocalChat(gguf, "local", load=lambda _: server)
    assert shares(judge.weigh(ASKED, YES_NO)) == [0.8889, 0.1111]
    fixed, request = server.requests
    assert (request["max_tokens"], request["logprobs"], request["cache_prompt"]) == (1, True, True)
    assert "stream" not in request
    assert [m["content"] for m in fixed["messages"]] == ["Reply Yes or No.", ""]


def test_judgements_of_several_threads_are_all_made(gguf: Path) -> None:
    judge = LocalChat(gguf, "local", load=lambda _: OneReply(told(LIKELY)))
    found: list[tuple[float, ...]] = []
    threads = [
        threading.Thread(target=lambda: found.append(judge.weigh(ASKED, YES_NO))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [shares(one) for one in found] == [[0.8889, 0.1111]] * 4


@pytest.mark.parametrize(
    ("server", "error", "said"),
    [
        (OneReply({"error": {"message": "exceeds the context size"}}), ChatError, "context size"),
        (OneReply({}, RuntimeError("out of memory")), ChatError, "out of memory"),
        (OneReply({"choices": [{}]}), ChatProtocolError, "no log-probabilities"),
    ],
)
def test_a_local_judge_that_fails_says_why(
    gguf: Path, server: OneReply, error: type[ChatError], said: str
) -> None:
    with pytest.raises(error, match=said):
        LocalChat(gguf, "local", load=lambda _: server).weigh(ASKED, YES_NO)


SOURCE = "Moss grew twice as fast on shaded walls as on sunny ones."
RULES = "You check claims against a source. Reply with one word, Yes or No."


@pytest.fixture(scope="module")
def real() -> Judge:
    return judge_model("local", outer_config())


def supports(judge: Judge, claim: str) -> tuple[float, ...]:
    asked = f"Source: {SOURCE}\nClaim: {claim}\nDoes the source say what the claim says?"
    return judge.weigh((Message("system", RULES), Message("user", asked)), YES_NO)


@pytest.mark.local_model
def test_the_real_model_tells_a_supported_claim_from_a_contradicted_one(real: Judge) -> None:
    yes, no = supports(real, "On walls in the shade, moss grew faster.")
    assert yes > no
    yes, no = supports(real, "Moss grew more slowly on shaded walls than on sunny ones.")
    assert no > yes


@pytest.mark.local_model
def test_the_real_model_weighs_the_same_whatever_it_read_before(real: Judge) -> None:
    claims = ("Moss grew faster in the shade.", "Moss grew in 24 towns.", "Ferns like shade.")
    first = {claim: supports(real, claim) for claim in claims}
    assert {claim: supports(real, claim) for claim in reversed(claims)} == first


@pytest.mark.local_model
def test_what_is_too_long_for_the_real_judge_is_a_clear_error(real: Judge) -> None:
    with pytest.raises(ChatError, match="context size"):
        supports(real, "Moss grows. " * 4000)
