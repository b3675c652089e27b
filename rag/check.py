"""Holds each sentence of a draft to its quotes: a verdict, or the quote itself in its place.

A small chat model often hands the question back as a statement ("GPT-2 was rolled out in
stages [1]"), and with it whatever the question took for granted. Such an echo says nothing that
its quotes say; the quotes then speak for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cite import Draft, DraftSentence, number_of
from rag.support import check_sentence
from rag.terms import content_stems
from rag.types import Evidence, Quote, Support

QUOTES_FOR_ECHO = 2


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence as it will be shown, with its verdict."""

    sentence: DraftSentence
    support: Support


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """What will be shown: the text, its sentences, and the printed number of each paper cited."""

    text: str
    sentences: tuple[CheckedSentence, ...]
    numbers: Mapping[str, int]


def check_draft(
    question: str,
    written: Draft,
    evidence: Sequence[Evidence],
    numbers: Mapping[str, int] | None = None,
) -> CheckedDraft:
    """The draft's sentences in order, each with its verdict.

    `numbers` are the printed numbers that papers had before the draft. If all that is not plainly
    unsupported echoes the question, the quotes it cites, at most QUOTES_FOR_ECHO, take its place.
    """
    texts = [[evidence[i].quote.text for i in s.evidence] for s in written.sentences]
    checked = tuple(
        CheckedSentence(sentence, check_sentence(sentence.claim, quotes))
        for sentence, quotes in zip(written.sentences, texts, strict=True)
    )
    echoes = [
        item.sentence
        for item, quotes in zip(checked, texts, strict=True)
        if item.support == "unchecked" and is_echo(item.sentence.claim, question, quotes)
    ]
    said = [item for item in checked if item.support != "unsupported"]
    if not echoes or len(echoes) < len(said):
        return CheckedDraft(written.text, checked, written.numbers)
    cited = dict.fromkeys(i for sentence in echoes for i in sentence.evidence)
    best = sorted(cited, key=lambda i: -evidence[i].quote.score)[:QUOTES_FOR_ECHO]
    printed = dict(numbers or {})
    quoted = tuple(_quoted(index, evidence[index].quote, printed) for index in best)
    return CheckedDraft("\n".join(item.sentence.text for item in quoted), quoted, printed)


def is_echo(claim: str, question: str, quotes: Sequence[str]) -> bool:
    """Whether `claim` holds no content word of its quotes that the question does not hold too."""
    said = set(content_stems(claim)) - set(content_stems(question))
    return not said & {stem for quote in quotes for stem in content_stems(quote)}


def _quoted(index: int, quote: Quote, printed: dict[str, int]) -> CheckedSentence:
    shown = f"{quote.text} [{number_of(quote.paper_id, printed)}]"
    return CheckedSentence(DraftSentence(shown, quote.text, (index,)), "supported")
