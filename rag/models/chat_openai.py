"""The API chat model: any OpenAI-compatible endpoint, through LlamaIndex's OpenAILike class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

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
from rag.models.chat import SAMPLED_AT
from rag.models.judge import weighed
from rag.types import Message, Prompt, Usage

DEFAULT_URL = "https://api.openai.com/v1"
CONTEXT_TOKENS = 16_384  # more than any prompt of ours; LlamaIndex only reports it
MOST_TOKENS = 1024  # three sentences are about 100; models that think first need the rest
FIRST_TOKENS = 20  # the likeliest ones a judge looks for its options in: the most that OpenAI tells
RETRIES = 2  # after a refused connection, a time-out, 429 or 5xx; waits as `Retry-After` asks
_NO_KEY = "no-key-set"  # many local servers want none, but the client insists on one
_EXTRACTIVE = "or use --backend extractive"


class OpenAIChat:
    """A chat model behind an OpenAI-compatible endpoint.

    `timeout_s` limits, in seconds, each wait for the endpoint: to connect, and for the next piece.
    """

    def __init__(self, model: str, *, base_url: str, key: str, timeout_s: float) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._url = base_url or DEFAULT_URL
        self._key = key
        self._timeout_s = timeout_s
        self._llms: dict[int, Any] = {}
        self._counts = True  # until the endpoint refuses to be asked for the tokens
        self._weighs = True  # until it turns out to tell no log-probabilities

    @classmethod
    def from_config(cls, model: str, config: Config) -> OpenAIChat:
        """The endpoint and key of `config`. Raises ConfigError if neither is set."""
        if not (config.openai_key or config.openai_base_url):
            raise ConfigError(
                f"backend 'openai:{model}': set OPENAI_API_KEY, or OPENAI_BASE_URL for a server "
                f"that needs no key, {_EXTRACTIVE}"
            )
        try:
            parts = urlsplit(config.openai_base_url or DEFAULT_URL)
            host = parts.hostname if parts.port != 0 else None  # reading a wrong port raises
        except ValueError:
            host = None
        if not host or not (config.openai_base_url or "http").startswith("http"):
            raise ConfigError(
                f"OPENAI_BASE_URL is {config.openai_base_url!r}: give an address such as "
                "http://localhost:8000/v1"
            )
        return cls(
            model,
            base_url=config.openai_base_url,
            key=config.openai_key,
            timeout_s=config.openai_timeout_s,
        )

    def warm(self, prompts: Sequence[Sequence[Message]]) -> None:  # noqa: ARG002  as `Warms` has it
        """Make the client, for which seconds of imports are needed once; nothing is sent.

        Raises ConfigError for a model known to have no chat completions.
        """
        self._client(MOST_TOKENS)

    def stream(self, prompt: Prompt) -> Iterator[str | Usage]:
        """Pieces of the draft, as deterministic as the endpoint allows, then the tokens it counted.

        An endpoint that will not be asked for its tokens is asked again without. Raises ChatError.
        """
        import openai

        drawn: dict[str, Any] = {"seed": prompt.draw}
        if prompt.draw:
            drawn["temperature"] = SAMPLED_AT
        with self._translating():
            while True:
                asked = {"stream_options": {"include_usage": True}} if self._counts else {}
                try:
                    replies = self._client(MOST_TOKENS).stream_chat(
                        _chat_messages(prompt.messages), **asked, **drawn
                    )
                    with closing(replies):
                        yield from self._pieces(replies)
                    return
                except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                    if not (asked and "stream_options" in f"{error.message} {error.body}"):
                        raise
                    self._counts = False

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        """As `Judge.weigh`, from the log-probabilities of the reply's first token.

        Raises ChatError; ChatProtocolError if the endpoint tells no log-probabilities (it is not
        asked a second time), or the reply would begin with none of the options.
        """
        import openai

        if not self._weighs:
            raise self._gives_up_weighing()
        with self._translating():
            try:
                reply = self._client(1).chat(
                    _chat_messages(messages), logprobs=True, top_logprobs=FIRST_TOKENS, seed=0
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if "logprobs" in f"{error.message} {error.body}":
                    raise self._gives_up_weighing() from None
                raise
            told = reply.raw.choices[0].logprobs
        if not (told and told.content and told.content[0].top_logprobs):
            raise self._gives_up_weighing()
        first = told.content[0].top_logprobs
        return weighed(self.name, {one.token: float(one.logprob) for one in first}, options)

    def _gives_up_weighing(self) -> ChatProtocolError:
        self._weighs = False
        return ChatProtocolError(
            self._text("the endpoint tells no log-probabilities, which a judge needs", "judge")
        )

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Turns whatever goes wrong inside into a ChatError.

        Nothing foreign stays chained: its request would carry the key.
        """
        import httpx
        import openai

        try:
            yield
        except openai.OpenAIError as error:
            raise self._translated(error) from None
        except httpx.TimeoutException:
            raise self._timed_out() from None
        except httpx.HTTPError as error:
            raise ChatProtocolError(
                self._text(f"the connection broke in mid-reply ({type(error).__name__})", "again")
            ) from None
        # What LlamaIndex and openai let through for a reply that is no JSON, or of another shape.
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise ChatProtocolError(
                self._text(f"the reply is malformed ({type(error).__name__})", "url")
            ) from None

    def _pieces(self, replies: Iterator[Any]) -> Iterator[str | Usage]:
        """Texts of the streamed replies, once it is clear that the stream ended as it should."""
        wrote, finish, usage = False, None, None
        for reply in replies:
            usage = reply.raw.usage or usage
            # The chunk that holds the usage has no choice.
            choice = reply.raw.choices[0] if reply.raw.choices else None
            if choice is not None and getattr(choice.delta, "refusal", None):
                raise ChatRefused(self._text("the model refused to answer", "rephrase"))
            if reply.delta:
                wrote = True
                yield reply.delta
            finish = (choice and choice.finish_reason) or finish
        if finish == "content_filter":
            raise ChatRefused(self._text("a content filter stopped the answer", "rephrase"))
        if finish is None:
            raise ChatProtocolError(self._text("the reply was cut off", "again"))
        if not wrote:
            why = f" within {MOST_TOKENS} tokens" if finish == "length" else ""
            raise ChatProtocolError(self._text(f"the reply is empty{why}", "model"))
        if usage is not None:
            cached = getattr(usage.prompt_tokens_details, "cached_tokens", None)
            yield Usage(usage.prompt_tokens, usage.completion_tokens, cached or 0)

    def _client(self, most_tokens: int) -> Any:
        """LlamaIndex's class for replies of so many tokens; it takes no other limit in a call."""
        if most_tokens not in self._llms:
            from llama_index.core.callbacks import CallbackManager
            from llama_index.llms.openai_like import (  # type: ignore[import-untyped]  # ships no types
                OpenAILike,
            )

            try:
                self._llms[most_tokens] = OpenAILike(
                    model=self._model,
                    api_base=self._url,
                    api_key=self._key or _NO_KEY,
                    api_version="",
                    is_chat_model=True,
                    is_function_calling_model=False,
                    context_window=CONTEXT_TOKENS,
                    temperature=0.0,
                    max_tokens=most_tokens,
                    timeout=self._timeout_s,
                    max_retries=RETRIES,
                    callback_manager=CallbackManager([]),
                )
            except ValueError:  # a model that LlamaIndex knows to have no chat completions
                raise ConfigError(
                    f"{self.name!r} cannot chat: set ASKPAPERS_OPENAI_MODEL to a chat model"
                ) from None
        return self._llms[most_tokens]

    def _translated(self, error: Exception) -> ChatError:
        import openai

        said = self._said(error)
        match error:
            case openai.APITimeoutError():
                return self._timed_out()
            case openai.APIConnectionError():
                return ChatError(self._text("no connection to the endpoint", "url"))
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                # What it said is left out: it may repeat part of the key.
                return ChatAuthError(self._text("the endpoint did not accept the key", "key"))
            case openai.RateLimitError():
                return ChatRateLimited(
                    self._text(f"too many requests, or quota used up{said}", "wait")
                )
            case openai.NotFoundError():
                return ChatNotFound(
                    self._text(f"no such model or address (404){said}", "model or url")
                )
            case openai.APIStatusError():
                return ChatError(
                    self._text(f"the endpoint answered {error.status_code}{said}", "again")
                )
        return ChatProtocolError(self._text(f"the endpoint broke off{said}", "again"))

    def _said(self, error: Exception) -> str:
        """The endpoint's own words, if any, short and without the key."""
        body = getattr(error, "body", None)
        words = body.get("message") if isinstance(body, dict) else None
        if not isinstance(words, str) or not words.strip():
            return ""
        words = " ".join(words.split())
        return f": {words.replace(self._key, '…') if self._key else words}"[:200]

    def _timed_out(self) -> ChatTimeout:
        return ChatTimeout(self._text(f"no reply within {self._timeout_s:g} s", "timeout"))

    def _text(self, problem: str, remedy: str) -> str:
        return f"{self._model} at {self._host()}: {problem}; {_REMEDIES[remedy]}, {_EXTRACTIVE}"

    def _host(self) -> str:
        parts = urlsplit(self._url)  # without user and password, which a URL can hold
        return f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"


def _chat_messages(messages: Sequence[Message]) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role=m.role, content=m.content) for m in messages]


_REMEDIES = {
    "again": "ask again",
    "judge": "use --judge local or another endpoint",
    "key": "check OPENAI_API_KEY",
    "model": "name another model with ASKPAPERS_OPENAI_MODEL or --backend openai:MODEL",
    "model or url": "check the model's name and OPENAI_BASE_URL",
    "rephrase": "ask in other words",
    "timeout": "raise ASKPAPERS_TIMEOUT (seconds)",
    "url": "check OPENAI_BASE_URL and that the server runs",
    "wait": "wait a little, check the account's quota",
}
