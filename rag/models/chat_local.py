"""The local chat model: a GGUF file run in this process by llama.cpp, through xllamacpp."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from rag.config import Config
from rag.errors import ChatError, ChatProtocolError, RagError, WeightsError
from rag.models import weights
from rag.models.chat import SAMPLED_AT
from rag.models.judge import weighed
from rag.types import Message, Prompt, Usage

SLOTS = 4
"""Fixed parts of prompts that stay read: answering, judging support, and two more that come up."""
CONTEXT_TOKENS = 3072  # of each; a prompt is about 700. All of it costs memory at once: 28 KB each
MOST_TOKENS = 256  # three sentences are about 100
FIRST_TOKENS = 100  # the likeliest ones a judge looks for its options in
_MAGIC = b"GGUF"

Chunk = dict[str, Any]
"""A piece of a reply, in the form of OpenAI's streamed chat completions."""


class Server(Protocol):
    """The part of xllamacpp's server that is used here."""

    def handle_chat_completions(self, request: Chunk, take: Callable[[Chunk], bool], /) -> object:
        """Run `request`, handing each chunk to `take` until that returns True.

        Raises RuntimeError for whatever goes wrong inside.
        """
        ...


def local_chat(path: str, config: Config) -> LocalChat:
    """The model of the GGUF file at `path`, or the pulled one if `path` is empty.

    Raises WeightsError, naming the remedy, if the file is not there or is no GGUF file.
    """
    if path:
        file = Path(path).expanduser()
        _check(file)
        return LocalChat(file, f"local:{file.name}")
    if weights.find("local", config) is None:
        raise WeightsError(
            "backend 'local': its model file is not on this machine: "
            "run `askpapers models pull local` (1.1 GB), or name a GGUF file with local:PATH"
        )
    folder = weights.ensure("local", config)  # all is here: this hashes what ASKPAPERS_MODELS gives
    return LocalChat(folder / weights.MANIFEST["local"].files[0].name, "local")


class LocalChat:
    """Runs one GGUF chat model, loaded at the first question.

    Questions from several threads wait for each other. The server keeps the tokens of the last
    prompt of each of SLOTS kinds: it puts a prompt where one that began like it was, else where
    the longest unused one was. So the fixed part that all prompts of a kind begin with is read
    only once. `load` makes a server of a file, and raises RuntimeError if it cannot.
    """

    def __init__(self, path: Path, name: str, load: Callable[[Path], Server] | None = None) -> None:
        self.name = name
        self._path = path
        self._load = load or _load
        self._server: Server | None = None
        self._lock = threading.Lock()

    def stream(self, prompt: Prompt) -> Iterator[str | Usage]:
        """Pieces of the draft, always the same for the same prompt, and the tokens at last.

        Raises WeightsError if the file cannot be loaded, ChatError if the prompt does not fit,
        ChatProtocolError if nothing was written. Closed early, the model stops at its next
        token, or once it has read the prompt.
        """
        chunks: SimpleQueue[Chunk | RagError | None] = SimpleQueue()
        stop = threading.Event()
        # llama.cpp calls back from inside its loop; a thread turns that into an iterator. It is
        # no daemon: a thread killed inside native code can take the process down at exit.
        threading.Thread(
            target=self._write,
            args=(_writing(prompt), chunks.put, stop),
            name="askpapers-local",
        ).start()
        wrote = finished = False
        try:
            while (chunk := chunks.get()) is not None:
                if isinstance(chunk, RagError):
                    raise chunk
                if usage := self._checked(chunk).get("usage"):
                    yield _tokens(usage)
                if not chunk.get("choices"):
                    continue
                choice = chunk["choices"][0]
                finished = choice["finish_reason"] is not None
                if piece := choice["delta"].get("content"):
                    wrote = True
                    yield piece
        finally:
            stop.set()
        if not (wrote and finished):
            raise ChatProtocolError(
                f"chat model {self.name!r} broke off without an answer: ask again, or use "
                "--backend extractive"
            )

    def warm(self, prompts: Sequence[Sequence[Message]]) -> None:
        """Load the model and read the fixed part of each of `prompts`, all messages but the last:
        what a first question would wait for. Raises as `weigh` does.
        """
        replies: list[Chunk] = []

        def take(reply: Chunk) -> bool:
            replies.append(reply)
            return False

        for messages in prompts:  # one by one: a question need not wait for all of them
            self._run((_fixed_part(messages),), take)
        for reply in replies:
            self._checked(reply)

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """As `Judge.weigh`, from the log-probabilities of the reply's first token.

        What is kept of the last prompt decides in which portions the next one is read, and that
        changes the last digits: up to 0.1 between Yes and No. So the fixed part, all messages but
        the last, is read first, and only that is kept; then the same messages weigh the same.
        Raises WeightsError if the file cannot be loaded, ChatError if the messages do not fit,
        ChatProtocolError if the reply would begin with none of the options.
        """
        replies: list[Chunk] = []

        def take(reply: Chunk) -> bool:
            replies.append(reply)
            return False

        self._run((_fixed_part(messages), _weighing(messages)), take)
        try:
            _, reply = map(self._checked, replies)
            (first,) = reply["choices"][0]["logprobs"]["content"]
            found = {one["token"]: float(one["logprob"]) for one in first["top_logprobs"]}
        except (ValueError, LookupError, TypeError) as error:
            raise ChatProtocolError(
                f"judge {self.name!r} gave no log-probabilities ({type(error).__name__}): "
                "install the xllamacpp of constraints.txt"
            ) from None
        return weighed(self.name, found, options)

    def _write(
        self,
        request: Chunk,
        put: Callable[[Chunk | RagError | None], None],
        stop: threading.Event,
    ) -> None:
        def take(chunk: Chunk) -> bool:
            put(chunk)
            return stop.is_set()

        try:
            self._run((request,), take, stop)
        except RagError as error:
            put(error)
        finally:
            put(None)

    def _run(
        self,
        requests: Sequence[Chunk],
        take: Callable[[Chunk], bool],
        stop: threading.Event | None = None,
    ) -> None:
        """Have the server do `requests` in one go, in their turn, unless to `stop` by then."""
        with self._lock:
            if stop and stop.is_set():
                return
            try:
                server = self._loaded()
                for request in requests:
                    server.handle_chat_completions(request, take)
            except RuntimeError as error:  # what xllamacpp raises for all that goes wrong inside
                raise ChatError(
                    f"chat model {self.name!r} failed: {error}; try --backend extractive"
                ) from None

    def _loaded(self) -> Server:
        if self._server is None:
            _check(self._path)
            try:
                self._server = self._load(self._path)
            except RuntimeError:
                raise WeightsError(
                    f"{self._path} cannot be loaded as a chat model: run `askpapers models "
                    "verify`, or name another GGUF file with local:PATH"
                ) from None  # its text only points at "input params"
        return self._server

    def _checked(self, chunk: Chunk) -> Chunk:
        """What the server handed out, unless that is an error."""
        if error := chunk.get("error"):
            raise ChatError(
                f"chat model {self.name!r}: {error.get('message', error)}; "
                "ask a shorter question, or use --backend extractive"
            )
        return chunk


def _check(path: Path) -> None:
    """Raise WeightsError unless `path` is a file that begins like a GGUF."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise WeightsError(
            f"local:{path}: cannot be read ({error.strerror}): give the path of a GGUF file"
        ) from None
    if magic != _MAGIC:
        raise WeightsError(f"local:{path}: is no GGUF file: give the path of a GGUF chat model")


def _writing(prompt: Prompt) -> Chunk:
    drawn = {"temperature": SAMPLED_AT, "seed": prompt.draw} if prompt.draw else {}
    return _request(prompt.messages) | {
        **drawn,
        "max_tokens": MOST_TOKENS,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def _weighing(messages: Sequence[Message]) -> Chunk:
    return _request(messages) | {"max_tokens": 1, "logprobs": True, "top_logprobs": FIRST_TOKENS}


def _fixed_part(messages: Sequence[Message]) -> Chunk:
    return _request([*messages[:-1], Message(messages[-1].role, "")]) | {"max_tokens": 1}


def _request(messages: Sequence[Message]) -> Chunk:
    return {
        "messages": [{"role": m.role, "content": m.content} for m in messages],
        "temperature": 0.0,
        "seed": 0,
        "cache_prompt": True,
    }


def _tokens(usage: Mapping[str, Any]) -> Usage:
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return Usage(usage["prompt_tokens"], usage["completion_tokens"], cached)


def _load(path: Path) -> Server:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = SLOTS * CONTEXT_TOKENS
    params.n_parallel = SLOTS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _physical_cores()
    params.verbosity = -1  # silent: standard output belongs to --json
    params.warmup = False  # it would cost the first question a second
    params.cache_ram_mib = 0  # the slots keep the prefixes; copies of them would take gigabytes
    # The server also listens on a port of the loopback; a key that nobody knows keeps it shut.
    params.api_keys = [secrets.token_hex(32)]
    params.ui = False
    params.endpoint_slots = False
    server: Server = xllamacpp.Server(params)
    return server


def _physical_cores() -> int:
    """Cores this process may use, hyper-threads counted once: more threads make it slower."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    cores = set()
    for cpu in os.sched_getaffinity(0):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        cores.add(siblings.read_text() if siblings.is_file() else str(cpu))
    return len(cores)
