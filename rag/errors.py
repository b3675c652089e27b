"""Every error a user can meet, as one tree.

RagError
├── ConfigError            a setting that cannot be used
├── SourceError            a source that cannot be read: file, page or feed
├── LibraryError           the data folder cannot serve
│   ├── PaperNotFound      no paper has that id
│   ├── LibraryBusy        another process is writing
│   └── EmbedderMismatch   vectors were made by another embedding model
├── QuestionError          a question that cannot be asked: empty or far too long
├── WeightsError           a model file is missing, wrong or cannot be fetched
├── EmbedderError          the embedding endpoint did not serve
└── ChatError              the chat model did not answer
    ├── ChatAuthError      the endpoint does not accept the key
    ├── ChatNotFound       the endpoint has no such model or address
    ├── ChatRateLimited    too many requests, or quota used up
    ├── ChatTimeout        no reply within the time limit
    ├── ChatRefused        the model declined to answer
    └── ChatProtocolError  the reply is not what the protocol says

Foreign exceptions are translated once, at the border where they arise. Each message names
the thing, the value and the remedy; no message ever holds a secret.
"""

from __future__ import annotations


class RagError(Exception):
    """Base of every error that askpapers raises on purpose; its text is meant for the user."""


class ConfigError(RagError):
    """A setting (environment variable, flag, backend name) that cannot be used."""


class SourceError(RagError):
    """A source that cannot be read; names the source and the reason."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class LibraryError(RagError):
    """The data folder cannot serve this request."""


class IndexReplaced(LibraryError):
    """The index was made anew by another thread or process: this one serves no more."""

    def __init__(self) -> None:
        super().__init__("the index was made anew in this moment; try again")


class PaperNotFound(LibraryError):
    """No paper in the library has the id that was asked for."""


class LibraryBusy(LibraryError):
    """Another process holds the library's write lock."""


class EmbedderMismatch(LibraryError):
    """The stored vectors come from another embedding model or schema."""


class QuestionError(RagError):
    """A question that cannot be asked: empty, or far too long."""


class WeightsError(RagError):
    """A model file is missing, has the wrong hash, or cannot be fetched."""


class EmbedderError(RagError):
    """The embedding endpoint did not give vectors; names it, the reason and the remedy."""


class ChatError(RagError):
    """The chat model did not answer."""


class ChatAuthError(ChatError):
    """The endpoint did not accept the key."""


class ChatNotFound(ChatError):
    """The endpoint has no model of that name, or there is no endpoint at that address."""


class ChatRateLimited(ChatError):
    """The endpoint answered that there were too many requests, or the quota is used up."""


class ChatTimeout(ChatError):
    """The endpoint did not reply within the time limit."""


class ChatRefused(ChatError):
    """The chat model declined to answer."""


class ChatProtocolError(ChatError):
    """The endpoint's reply is not what the protocol says: malformed, cut off, or empty."""
