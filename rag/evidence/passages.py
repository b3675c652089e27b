"""What the reranker reads beside a question: a sentence with its title, and, of the words that the
question has in common with its abstract, those that stand around it.

A sentence taken out of its abstract has lost what was said before it: "Using this method we solve
70.2% of our problems" does not say that this is Codex. To a reader of the sentence alone, who is
asked about Codex, it answers something else. Read in full, eight abstracts would cost a second; the
words of the question that are said elsewhere in the same text, in brackets, cost a few tokens. The
layers were tuned to read them so (see `rag.models.tuned`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.finding.terms import content_stems, is_asking
from rag.types import Chunk, Quote

_MOST = 8  # words in brackets
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
# A name in which letters and a number meet: GPT-3.5, gpt4, Llama 2, ResNet-50.
_NUMBERED = re.compile(r"\b(?P<stem>[A-Za-z]{2,})[- ]?(?P<number>\d+(?:\.\d+)?)(?!\w|%)")


def passage_of(question: str, quote: Quote, chunk: Chunk) -> str:
    """What is read of `quote`, a sentence of `chunk`, beside `question`."""
    around = ", ".join(around_it(question, quote, chunk))
    return f"{chunk.title} ({around}). {quote.text}" if around else f"{chunk.title}. {quote.text}"


def around_it(question: str, quote: Quote, chunk: Chunk) -> list[str]:
    """The words of `question`, in its order and spelling, that stand in the text of `chunk` and not
    in the title or in `quote`, by their stems; of "GPT-2" both, and they are one word. _MOST at
    most.
    """
    said = {*content_stems(chunk.title), *content_stems(quote.text)}
    there = {*said, *content_stems(chunk.text)}
    words = {
        word.lower(): word
        for word in _WORD.findall(question)
        if (stems := set(content_stems(word))) and stems <= there and not stems <= said
    }
    return list(words.values())[:_MOST]


def as_spelt(question: str, texts: Iterable[str]) -> str:
    """`question` with names that end in a number as `texts` spell them: "gpt4" as "GPT-4", if that
    is how they write it.
    """
    if not _NUMBERED.search(question):
        return question
    written: dict[str, set[str]] = {}
    for text in texts:
        for name in _NUMBERED.finditer(text):
            written.setdefault(_squeezed(name), set()).add(name[0])

    def spelt(name: re.Match[str]) -> str:
        found = written.get(_squeezed(name), set())
        if name[0] in found or not found or is_asking(name["stem"].lower()):
            return name[0]
        return min(found)

    return _NUMBERED.sub(spelt, question)


def _squeezed(name: re.Match[str]) -> str:
    return f"{name['stem']}{name['number']}".lower()
