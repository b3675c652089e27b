"""What is read beside a question: a sentence, its title, and which words stand around it.

Of the words that the question has in common with the abstract, those that the sentence lacks.
A sentence taken out of its abstract has lost what was said before it: "Using this method we solve
70.2% of our problems" does not say that this is Codex. To a reader of the sentence alone, who is
asked about Codex, it answers something else. Read in full, eight abstracts would cost a second; the
words of the question that are said elsewhere in the same text, in brackets, cost a few tokens. The
layers were tuned to read them so (see `rag.models.tuned`).
"""

from __future__ import annotations

import re
from collections import Counter
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
    """The words of `question`, in its order and spelling, that stand in the text of `chunk` and
    neither in the title nor in `quote`, in whatever inflection; "GPT-2" is one word. _MOST at most.
    """
    around, title, said = (_Said(text) for text in (chunk.text, chunk.title, quote.text))
    words = {
        word.lower(): word
        for word in _WORD.findall(question)
        if around.has(word) and not title.has(word) and not said.has(word)
    }
    return list(words.values())[:_MOST]


class _Said:
    """A text, asked which words it has."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._stems = f" {' '.join(content_stems(text))} "

    def has(self, word: str) -> bool:
        """Whether `word` stands in it: GPT-3 and GPT-J as they are, not in GPT-3.5; any other by
        its stems, one after the other.
        """
        stems, parts = content_stems(word), re.findall(r"\w+", word)
        if len(parts) > 1 and (len(stems) < len(parts) or any(map(str.isdigit, word))):
            whole = r"[\W_]?".join(map(re.escape, parts))
            found = re.search(rf"(?<!\w){whole}(?!\w|[.,]\d)", self._text, re.IGNORECASE)
            return bool(found)
        return bool(stems) and f" {' '.join(stems)} " in self._stems


def as_spelt(question: str, texts: Iterable[str]) -> str:
    """`question` with names that end in a number as most of `texts` spell them: "gpt4" as "GPT-4",
    unless one of them writes it so.
    """
    if not _NUMBERED.search(question):
        return question
    written: dict[str, Counter[str]] = {}
    for text in texts:
        for wording, name in {match[0]: match for match in _NUMBERED.finditer(text)}.items():
            written.setdefault(_squeezed(name), Counter())[wording] += 1

    def spelt(name: re.Match[str]) -> str:
        found = written.get(_squeezed(name), Counter[str]())
        if name[0] in found or not found or is_asking(name["stem"].lower()):
            return name[0]
        return min(found, key=lambda wording: (-found[wording], wording))

    return _NUMBERED.sub(spelt, question)


def _squeezed(name: re.Match[str]) -> str:
    return f"{name['stem']}{name['number']}".lower()
