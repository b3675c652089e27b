"""What stands in an answer: the chat model's short sentences that hold, then the quotes themselves.

A small chat model answers well in few words and badly in many: it thins out what it copies (and
with it the condition, the comparison, the number), hands the question back as a statement, or
stops after the first of two things asked. So what it wrote and its quotes bear out comes first,
as far as it says more than the question and is not just a quote with words missing; the quotes
follow, verbatim, the best and those it cited before the others, until the answer is as long as it
may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.finding.terms import content_stems
from rag.models.chat import most_words
from rag.support.check import FAILED, CheckedDraft, CheckedSentence, is_echo
from rag.support.layers import WORD_FOR_WORD
from rag.types import Evidence
from rag.writing.cite import Draft, DraftSentence, number_of
from rag.writing.markers import unmarked
from rag.writing.rejoin import rejoined

# Shares of content words. A sentence of which THINNED are its quote's, and which are at least
# SHORT of what the quote says, is the quote with words missing.
THINNED, SHORT = 0.8, 0.5
SAID = 0.75  # of what a quote adds to the question: then it need not be quoted too


def worth_checking(question: str, written: Draft, evidence: Sequence[Evidence]) -> Draft:
    """The draft without the sentences that its quotes would say better: those that say nothing
    beyond the question, and quotes with words missing.
    """
    kept = tuple(s for s in written.sentences if _adds(s, question, evidence))
    if len(kept) == len(written.sentences):
        return written
    papers = {evidence[i].quote.paper_id for sentence in kept for i in sentence.evidence}
    numbers = {paper: n for paper, n in written.numbers.items() if paper in papers}
    texts = [sentence.text for sentence in kept]
    text = rejoined(written.text, texts, texts)
    return replace(written, text=text, sentences=kept, numbers=numbers)


def compose(
    question: str,
    checked: CheckedDraft,
    evidence: Sequence[Evidence],
    quotes: Sequence[int],
    numbers: Mapping[str, int] | None = None,
) -> CheckedDraft:
    """The checked sentences, and behind them quotes that say more, as many as have room.

    `quotes` are the positions of those to be had, the first ones first. Papers keep the numbers
    of `numbers` and of the draft; a new one gets the next.
    """
    asked = frozenset(content_stems(question))
    printed = dict(numbers or {}) | dict(checked.numbers)
    held = [item.sentence.claim for item in checked.sentences if item.support not in FAILED]
    said = frozenset(stem for claim in held for stem in content_stems(claim))
    words, most = len(checked.text.split()), most_words(evidence)
    sides = {evidence[i].side for item in checked.sentences for i in item.sentence.evidence}
    quoted: list[CheckedSentence] = []
    for position in dict.fromkeys(quotes):
        quote = evidence[position].quote
        every = frozenset(content_stems(quote.text))
        new, length = every - asked, len(quote.text.split()) + 1
        told = len(new & said) >= SAID * len(new) if new else bool(said)
        more = evidence[position].side in sides or evidence[position].beside
        if told or (more and words and words + length > most):
            continue
        sides.add(evidence[position].side)
        number = number_of(quote.paper_id, printed)
        sentence = DraftSentence(f"{unmarked(quote.text)} [{number}]", quote.text, (position,))
        quoted.append(CheckedSentence(sentence, "supported", WORD_FOR_WORD))
        words, said = words + length, said | every
    if not quoted:
        return checked
    text = "\n".join(filter(None, (checked.text, *(item.sentence.text for item in quoted))))
    cited = {evidence[i].quote.paper_id for item in quoted for i in item.sentence.evidence}
    shown = {p: n for p, n in printed.items() if p in cited or p in checked.numbers}
    return replace(checked, text=text, sentences=(*checked.sentences, *quoted), numbers=shown)


def cited_first(written: Draft, others: Sequence[int], evidence: Sequence[Evidence]) -> list[int]:
    """Positions of quotes: those of `others`, which answer by themselves, that a draft cites, in
    its order; the best other of each side of the question; what else it cites; and the second best
    of each side, the third, and so on. What a small chat model cites is often not the best.
    """
    cited = [i for sentence in written.sentences for i in sentence.evidence]
    best = sorted(others, key=lambda i: (evidence[i].beside, -evidence[i].quote.score))
    sides = [evidence[i].side for i in best]
    turns = [sides[:place].count(side) for place, side in enumerate(sides)]
    first = [i for i, turn in zip(best, turns, strict=True) if not (turn or evidence[i].beside)]
    in_turn = sorted(best, key=lambda i: (evidence[i].beside, turns[best.index(i)]))
    near = [i for i in cited if i in others]
    return list(dict.fromkeys((*near, *first, *cited, *in_turn)))


def _adds(sentence: DraftSentence, question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a sentence is a quote, cites none, or says more than the question and is no quote
    with words missing.
    """
    claim, quotes = sentence.claim, [evidence[i].quote.text for i in sentence.evidence]
    if not quotes or any(_plain(claim) == _plain(quote) for quote in quotes):
        return True
    return not is_echo(claim, question, quotes) and not any(_thinned(claim, q) for q in quotes)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _thinned(claim: str, quote: str) -> bool:
    said, there = set(content_stems(claim)), set(content_stems(quote))
    shared = len(said & there)
    return shared >= THINNED * len(said) and shared >= SHORT * len(there)
