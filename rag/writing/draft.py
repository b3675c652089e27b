"""The chat model's turn: what it writes as it comes, and what is left of it when it fails.

A chat model that times out, breaks off, loops, writes nothing or no sentences costs the reader its
words, never the evidence: whole sentences that cite something are kept, and where there are none
the quotes stand for themselves, with a note that says why. What is wrong with a setting (a key
that is not accepted, a model that is not there) is an error and raised.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from rag.errors import ChatAuthError, ChatError, ChatNotFound
from rag.evidence.hostile import addresses_reader
from rag.models.chat import ChatModel
from rag.types import Delta, Prompt, Support, Usage
from rag.writing.cite import CitationParser, Draft, DraftSentence
from rag.writing.rejoin import rejoined
from rag.writing.undress import undressed, undressed_so_far

LONGEST_S = 120.0
"""Seconds a chat model may write at one answer, however steadily it does."""
MOST_CHARS = 4000
"""Characters of a draft; three sentences have about 500, reasoning not counted."""
MOST_REASONING = 40_000
"""Characters of a draft with its reasoning."""
ONLY_QUOTES = "the answer is made of the quotes themselves"
"""How a note says that the chat model has no part in the answer."""

_LOOP = re.compile(r"(.{1,80}?)\1{7,}\Z", re.DOTALL)
_LOOPS = "the chat model repeated itself without end"
_LOOP_WITHIN = 700  # characters at the end in which a loop is looked for
_LOOPED = 60  # characters that a loop has at least: a row of dots is none
_ENDED = re.compile(r"[.!?…\])\"”’。！？]\s*\Z")
_SAME_SENTENCES = 3  # so often the same, and nothing new is to come
_WORDS = re.compile(r"[^\W\d_]{2,}(?![\w-]*\d)")  # a word that is no part of a code
_NUMERIC = re.compile(r"[\W\d]*[A-Za-z]{0,2}\W*")  # 56%, 1.3B, 12 k
_ADDRESS = re.compile(r"\b\w{2,10}://|\bwww\.\w|!\[|\]\(|<\w+[^<>]*>")
# A declining in the chat model's own words instead of the agreed one.
_DECLINES = re.compile(
    r"\b(?:quotes?|papers?|passages?|abstracts?|evidence|excerpts?|texts?|context)\b[^.]{0,40}"
    r"\b(?:do(?:es)?|did|is|are) ?(?:not|n[o'’]t)\b"
    r"|\b(?:no|none of the) (?:quote|paper|passage|information|evidence|answer)s?\b"
    r"|\bnot (?:stated|mentioned|specified|provided|given|reported|answered)\b"
    r"|\b(?:cannot|can't|can’t|unable to) (?:be )?(?:answer|determine|find|tell)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the chat model's turn; `notes` say what went wrong, in words for the reader."""

    draft: Draft
    usage: Usage | None = None
    notes: tuple[str, ...] = ()


def write(
    chat: ChatModel,
    prompt: Prompt,
    numbers: Mapping[str, int] | None = None,
    clock: Callable[[], float] = time.monotonic,
    *,
    stand_in: bool = True,
) -> Generator[Delta, None, Written]:
    """Have `chat` answer `prompt`: pieces of text to be shown, at last what is left of it all.

    `numbers` are printed numbers that papers have already. The text of the returned draft replaces
    what was shown. Raises ChatAuthError, ChatNotFound, ConfigError and WeightsError; unless the
    quotes may `stand_in` for a chat model that fails, every ChatError.
    """
    quotes = [item.quote.text for item in prompt.evidence]
    preview = CitationParser(prompt.evidence, numbers)
    pieces = listen(chat, prompt, quotes, clock, stand_in=stand_in)
    with closing(pieces):
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                heard: Heard = end.value
                break
            if shown := preview.feed(piece):
                yield Delta(shown)
    if shown := preview.feed(heard.rest) + preview.close():
        yield Delta(shown)
    parser = CitationParser(prompt.evidence, numbers)
    parser.feed(heard.text)
    return _left(chat.name, parser.result(), quotes, heard.usage, heard.trouble)


@dataclass(frozen=True, slots=True)
class Heard:
    """All that a chat model wrote, up to its last whole sentence, and the `rest` of it that was
    not told yet; `trouble` says why it was not listened to any longer, empty if it ended itself.
    """

    text: str
    rest: str
    usage: Usage | None
    trouble: str


def listen(
    chat: ChatModel,
    prompt: Prompt,
    quotes: Sequence[str],
    clock: Callable[[], float] = time.monotonic,
    *,
    stand_in: bool = True,
) -> Generator[str, None, Heard]:
    """What `chat` writes, without its dress, piece by piece, as long as it does not go round in
    circles, on and on, or for longer than LONGEST_S; `quotes` are what it may say of others.

    Raises as `write` does.
    """
    wrote, told, usage, trouble = "", "", None, ""
    deadline = clock() + LONGEST_S
    pieces = chat.stream(prompt)
    try:
        for piece in pieces:
            if isinstance(piece, Usage):
                usage = piece
                continue
            wrote += piece
            so_far = undressed_so_far(wrote, quotes)
            if so_far.startswith(told):
                if so_far != told:
                    yield so_far[len(told) :]
                told = so_far
            if trouble := _endless(wrote, told) or (
                f"{chat.name} wrote for more than {LONGEST_S:g} s" if clock() > deadline else ""
            ):
                break
    except ChatError as error:
        if not stand_in or isinstance(error, ChatAuthError | ChatNotFound):
            raise
        trouble = str(error)
    finally:
        if stop := getattr(pieces, "close", None):
            stop()
    final = undressed(wrote[: _last_whole(wrote)], quotes)
    return Heard(final, final[len(told) :] if final.startswith(told) else "", usage, trouble)


def heard(
    chat: ChatModel,
    prompt: Prompt,
    quotes: Sequence[str],
    clock: Callable[[], float] = time.monotonic,
) -> Heard:
    """All that `listen` hears at once. Raises every ChatError."""
    pieces = listen(chat, prompt, quotes, clock, stand_in=False)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            said: Heard = end.value
            return said


def _endless(wrote: str, told: str) -> str:
    """Why a draft need not be read any further; empty if it may go on."""
    if len(told) > MOST_CHARS or len(wrote) > MOST_REASONING:
        return "the chat model wrote on and on"
    lines = [line.strip() for line in re.split(r"(?<=[.!?])\s+|\n", told) if line.strip()]
    same = len(lines) > _SAME_SENTENCES and lines[:-1].count(lines[-2]) >= _SAME_SENTENCES
    return _LOOPS if same or _loop_at(wrote) < len(wrote) else ""


def _loop_at(wrote: str) -> int:
    """Where a draft begins to go round in circles; its end if it does not."""
    begin = max(0, len(wrote) - _LOOP_WITHIN)
    loop = _LOOP.search(wrote, begin)
    return loop.start() if loop and len(loop.group()) >= _LOOPED else len(wrote)


def _last_whole(wrote: str) -> int:
    """The end of the draft, or of the last whole sentence before it goes round in circles."""
    end = _loop_at(wrote)
    return end if end == len(wrote) else max(wrote.rfind(mark, 0, end) + 1 for mark in ".!?]\n")


def _left(
    name: str, draft: Draft, quotes: Sequence[str], usage: Usage | None, trouble: str
) -> Written:
    """What of a draft can go to the check, and what the reader is to know."""
    sentences = [one for one in _once(draft.sentences) if harmless(one.claim, quotes)]
    says_so = not any(s.evidence for s in sentences) and _DECLINES.search(draft.text)
    if draft.declined or (says_so and not trouble):
        return Written(replace(draft, declined=True), usage)
    if sentences and not sentences[-1].evidence and not _ENDED.search(sentences[-1].text):
        sentences = sentences[:-1]
        trouble = trouble or f"{name} stopped in the middle of a sentence"
    if _no_prose(draft.text):
        sentences, trouble = [], trouble or f"{name} wrote no sentences"
    cites = any(sentence.evidence for sentence in sentences)
    if trouble and cites:
        note = f"{trouble}; what it had not finished is left out"
    elif trouble or not cites:
        sentences = []
        note = f"{trouble or f'what {name} wrote cites no quote'}; {ONLY_QUOTES}"
    else:
        note = ""
    if len(sentences) < len(draft.sentences):
        texts = [sentence.text for sentence in sentences]
        text = rejoined(draft.text, texts, texts)
        draft = replace(draft, text=text, sentences=tuple(sentences))
    return Written(draft, usage, (note,) if note else ())


def _once(sentences: tuple[DraftSentence, ...]) -> list[DraftSentence]:
    """The sentences without those that say and cite again what one before did."""
    seen: dict[tuple[str, tuple[int, ...]], DraftSentence] = {}
    for sentence in sentences:
        seen.setdefault((" ".join(sentence.claim.split()), sentence.evidence), sentence)
    return list(seen.values())


def harmless(claim: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence may stand if its quotes bear it out.

    One that gives orders, holds an address or is a mere code was put into the chat model's mouth;
    what a quote says word for word is the paper's.
    """
    if any(claim.rstrip(".") == quote.rstrip(".") for quote in quotes):
        return True
    plain = _WORDS.search(claim) or _NUMERIC.fullmatch(claim)
    return bool(plain) and not _ADDRESS.search(claim) and not addresses_reader(claim)


def _no_prose(text: str) -> bool:
    """Whether a draft is data or markup (JSON, HTML) instead of sentences."""
    plain = text.strip()
    if re.match(r"<(?:!doctype|html|\?xml|body|div|table)\b", plain, re.IGNORECASE):
        return True
    if plain[:1] not in ("{", "["):
        return False
    try:
        json.loads(plain)
    except ValueError:
        return plain[0] == "{" and '":' in plain
    return True


def none_stands(name: str, written: Draft, supports: Iterable[Support]) -> tuple[str, ...]:
    """The note for a draft of which the check, with `supports`, left no sentence standing."""
    if not written.sentences or any(s in ("supported", "unchecked") for s in supports):
        return ()
    return (f"what {name} wrote is not borne out by its quotes; {ONLY_QUOTES}",)
