"""The local chat model: its thread, its errors, and, where the file is here, its answers."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ChatError, ChatProtocolError, WeightsError
from rag.models import weights
from rag.models.chat import SAMPLED_AT, ChatModel, chat_model
from rag.models.chat_local import Chunk, LocalChat, local_chat
from rag.support.check import check_draft
from rag.support.judge_prompts import NO, YES, support_messages
from rag.support.layers import TextChecker
from rag.types import Evidence, Paper, Quote, Usage
from rag.writing.cite import CitationParser, Draft, evidence_keys
from rag.writing.doubt import made_up
from rag.writing.prompts import answer_prompt
from tests.conftest import outer_config

PROMPT = answer_prompt("Does it win?", ())


def chunk(content: str | None, finish: str | None = None) -> Chunk:
    return {"choices": [{"delta": {"content": content}, "finish_reason": finish}]}


@dataclass(slots=True)
class FakeServer:
    """Hands out the chunks it was given, as xllamacpp's server does."""

    chunks: list[Chunk]
    error: Exception | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    requests: list[Chunk] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def handle_chat_completions(self, request: Chunk, take: Callable[[Chunk], bool], /) -> object:
        self.requests.append(request)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        for number, one in enumerate(self.chunks):
            if number == 2:
                assert self.go_on.wait(60)
            if take(one):
                self.stopped.set()
                break
        self.running -= 1
        if self.error:
            raise self.error
        return None


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF...")
    return path


def chat_with(server: FakeServer, path: Path) -> LocalChat:
    server.go_on.set()
    return LocalChat(path, "local", load=lambda _: server)


def test_the_pieces_arrive_in_order_without_the_empty_ones(gguf: Path) -> None:
    server = FakeServer([chunk(None), chunk("It "), chunk("wins."), chunk(None, "stop")])
    assert list(chat_with(server, gguf).stream(PROMPT)) == ["It ", "wins."]
    (request,) = server.requests
    assert (request["temperature"], request["cache_prompt"]) == (0.0, True)


def test_the_tokens_come_last(gguf: Path) -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 640}}
    counted = {"usage": {"prompt_tokens": 700, "completion_tokens": 12, **details}, "choices": []}
    server = FakeServer([chunk("It wins."), chunk(None, "stop"), counted])
    pieces = list(chat_with(server, gguf).stream(PROMPT))
    assert pieces == ["It wins.", Usage(700, 12, cached=640)]
    assert server.requests[0]["stream_options"] == {"include_usage": True}


def test_pieces_arrive_while_the_model_still_writes(gguf: Path) -> None:
    server = FakeServer([chunk(None), chunk("It "), chunk("wins."), chunk(None, "stop")])
    pieces = LocalChat(gguf, "local", load=lambda _: server).stream(PROMPT)
    assert next(pieces) == "It "
    assert server.running == 1
    server.go_on.set()
    assert list(pieces) == ["wins."]


def test_closing_the_stream_stops_the_model(gguf: Path) -> None:
    server = FakeServer([chunk(None), chunk("It "), *[chunk("and ")] * 5, chunk(None, "stop")])
    pieces = LocalChat(gguf, "local", load=lambda _: server).stream(PROMPT)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # the Protocol's iterator is a generator here
    server.go_on.set()
    assert server.stopped.wait(60)


def test_the_model_is_loaded_at_the_first_question_and_once(gguf: Path) -> None:
    server = FakeServer([chunk("It wins."), chunk(None, "stop")])
    loads: list[Path] = []

    def load(path: Path) -> FakeServer:
        loads.append(path)
        return server

    chat = LocalChat(gguf, "local", load=load)
    assert loads == []
    for _ in range(2):
        list(chat.stream(PROMPT))
    assert loads == [gguf]


def test_questions_of_several_threads_wait_for_each_other(gguf: Path) -> None:
    server = FakeServer([chunk("It "), chunk("wins."), chunk(None, "stop")])
    chat = chat_with(server, gguf)
    drafts: list[str] = []
    threads = [
        threading.Thread(target=lambda: drafts.append("".join(map(str, chat.stream(PROMPT)))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert drafts == ["It wins."] * 4
    assert server.most_running == 1


def test_a_file_that_cannot_be_loaded_is_a_clear_error(gguf: Path) -> None:
    def load(path: Path) -> FakeServer:
        raise RuntimeError("Failed to init server, please check the input params.")

    with pytest.raises(WeightsError, match=r"model\.gguf.*askpapers models verify"):
        list(LocalChat(gguf, "local", load=load).stream(PROMPT))


def test_what_the_runtime_reports_is_a_clear_error(gguf: Path) -> None:
    error = {"error": {"message": "request exceeds the available context size"}}
    with pytest.raises(ChatError, match=r"context size.*shorter question"):
        list(chat_with(FakeServer([error]), gguf).stream(PROMPT))


def test_a_runtime_that_fails_is_a_clear_error(gguf: Path) -> None:
    server = FakeServer([chunk("It ")], error=RuntimeError("out of memory"))
    with pytest.raises(ChatError, match=r"out of memory.*extractive"):
        list(chat_with(server, gguf).stream(PROMPT))


@pytest.mark.parametrize("chunks", [[], [chunk("It wi")], [chunk(None), chunk(None, "stop")]])
def test_a_draft_without_an_end_or_a_word_is_an_error(gguf: Path, chunks: list[Chunk]) -> None:
    with pytest.raises(ChatProtocolError, match="broke off"):
        list(chat_with(FakeServer(chunks), gguf).stream(PROMPT))


def test_a_cut_gguf_file_is_refused_by_the_real_runtime(gguf: Path) -> None:
    with pytest.raises(WeightsError, match=r"model\.gguf cannot be loaded"):
        list(LocalChat(gguf, "local").stream(PROMPT))


def test_warming_reads_the_fixed_part_of_each_prompt_and_writes_next_to_nothing(
    gguf: Path,
) -> None:
    server = FakeServer([{"choices": []}])
    judged = support_messages(("It won.",), "It wins.")
    chat_with(server, gguf).warm((PROMPT.messages, judged))
    told = [[message["content"] for message in one["messages"]] for one in server.requests]
    assert told == [
        [*(message.content for message in messages[:-1]), ""]
        for messages in (PROMPT.messages, judged)
    ]
    assert {one["max_tokens"] for one in server.requests} == {1}


def test_warming_with_a_prompt_that_does_not_fit_is_an_error(gguf: Path) -> None:
    server = FakeServer([{"error": {"message": "exceeds the available context size"}}])
    with pytest.raises(ChatError, match="context size"):
        chat_with(server, gguf).warm((PROMPT.messages,))


# --- the real model ---------------------------------------------------------------------------

WEBGPT = Paper(
    "arxiv:2112.09332", "WebGPT: Browser-assisted question-answering with human feedback"
)
INSTRUCT = Paper(
    "arxiv:2203.02155", "Training language models to follow instructions with human feedback"
)


@pytest.fixture(scope="module")
def model_config() -> Config:
    config = outer_config()
    if weights.find("local", config) is None:
        pytest.skip("the local chat model is not here: askpapers models pull local (1.1 GB)")
    return config


@pytest.fixture(scope="module")
def local(model_config: Config) -> ChatModel:
    return chat_model("local", model_config)


def evidence_of(*quotes: tuple[Paper, str]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(key, Quote(paper.paper_id, "abstract", 0, len(text), text), paper)
        for key, (paper, text) in zip(evidence_keys(len(quotes)), quotes, strict=True)
    )


WEBGPT_QUOTES = evidence_of(
    (
        WEBGPT,
        "This model's answers are preferred by humans 56% of the time to those of our human "
        "demonstrators, and 69% of the time to the highest-voted answer from Reddit.",
    ),
    (
        WEBGPT,
        "We train and evaluate our models on ELI5, a dataset of questions asked by Reddit users.",
    ),
)
INSTRUCT_QUOTES = evidence_of(
    (
        INSTRUCT,
        "Starting with a set of labeler-written prompts and prompts submitted through the OpenAI "
        "API, we collect a dataset of labeler demonstrations of the desired model behavior, which "
        "we use to fine-tune GPT-3 using supervised learning.",
    ),
    (INSTRUCT, "We call the resulting models InstructGPT."),
)


def drafted(chat: ChatModel, question: str, evidence: tuple[Evidence, ...]) -> Draft:
    parser = CitationParser(evidence)
    for piece in chat.stream(answer_prompt(question, evidence)):
        if isinstance(piece, str):
            parser.feed(piece)
    parser.close()
    return parser.result()


@pytest.mark.local_model
def test_the_real_model_answers_with_the_figure_and_its_citation(local: ChatModel) -> None:
    question = "How often are WebGPT's answers preferred over the human demonstrators' answers?"
    draft = drafted(local, question, WEBGPT_QUOTES)
    assert "56%" in draft.text
    assert draft.sentences[0].evidence == (0,)
    assert draft.text.rstrip(".").endswith("[1]")


@pytest.mark.local_model
def test_what_the_quotes_do_not_say_the_real_model_declines_or_is_seen_to_make_up(
    local: ChatModel,
) -> None:
    question = "What learning rate was used to train InstructGPT?"
    draft = drafted(local, question, INSTRUCT_QUOTES)
    checked = check_draft(draft, INSTRUCT_QUOTES, TextChecker())
    assert draft.declined or made_up(question, draft, checked, INSTRUCT_QUOTES)


@pytest.mark.local_model
def test_the_real_model_counts_its_tokens_and_keeps_the_fixed_part_of_the_prompt(
    local: ChatModel,
) -> None:
    questions = ("Which dataset was WebGPT trained on?", "Whose answers do humans prefer?")
    for question in questions:
        *pieces, usage = local.stream(answer_prompt(question, WEBGPT_QUOTES))
    assert isinstance(usage, Usage)
    assert usage.cached > usage.prompt / 2
    assert 0 < usage.completion <= len("".join(map(str, pieces)))


@pytest.mark.local_model
def test_judging_does_not_make_the_real_model_forget_how_answers_begin(
    model_config: Config,
) -> None:
    local = local_chat("", model_config)
    prompt = answer_prompt("Which dataset was WebGPT trained on?", WEBGPT_QUOTES)
    judged = support_messages(("It was trained on ELI5.",), "It was trained on Reddit.")
    local.warm((prompt.messages, judged))
    local.weigh(judged, (YES, NO))
    *_, usage = local.stream(prompt)
    assert isinstance(usage, Usage)
    assert usage.cached > usage.prompt / 2


@pytest.mark.local_model
def test_the_real_model_answers_the_same_twice(local: ChatModel) -> None:
    question = "Which dataset of questions was WebGPT trained on?"
    first, second = (drafted(local, question, WEBGPT_QUOTES) for _ in range(2))
    assert "ELI5" in first.text
    assert first == second


@pytest.mark.local_model
def test_a_question_too_long_for_the_real_model_is_a_clear_error(local: ChatModel) -> None:
    with pytest.raises(ChatError, match="context size"):
        list(local.stream(answer_prompt("Why so? " * 4000, WEBGPT_QUOTES)))


@pytest.mark.local_model
def test_the_real_model_writes_nothing_but_its_answer(model_config: Config) -> None:
    """Standard output and error of a process that loads, answers, is stopped early, and ends."""
    script = (
        "import os, sys; from rag.models.chat import chat_model; from rag.config import Config;"
        "from rag.writing.prompts import answer_prompt;"
        "chat = chat_model('local', Config.from_env(os.environ));"
        "pieces = chat.stream(answer_prompt('Say nothing.', ())); next(pieces); pieces.close()"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_a_drawn_reply_has_its_number_as_the_seed(gguf: Path) -> None:
    server = FakeServer([chunk("It wins."), chunk(None, "stop")])
    chat = chat_with(server, gguf)
    for draw in (0, 3):
        list(chat.stream(replace(PROMPT, draw=draw)))
    likeliest, drawn = server.requests
    assert (likeliest["temperature"], likeliest["seed"]) == (0.0, 0)
    assert (drawn["temperature"], drawn["seed"]) == (SAMPLED_AT, 3)
