"""Holds each sentence of a draft to its quotes, and says what becomes of one that fails.

A sentence that its quotes do not bear out gets one that does, if there is one among the evidence
(the chat model meant it and cited another); else it is dropped. Or it is kept, visibly marked:
`Settings.failing` says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.finding.terms import content_stems
from rag.settings import Failing
from rag.support.layers import Checker, Verdict
from rag.types import Evidence, Paper, Support
from rag.writing.cite import Draft, DraftSentence, number_of
from rag.writing.markers import unmarked
from rag.writing.rejoin import rejoined

FAILED: tuple[Support, ...] = ("unsupported", "contradicted")

REPAIRS = 2  # other quotes tried, the likest ones: each may cost a judge's time


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence as it will be shown, with its verdict and the reason for it."""

    sentence: DraftSentence
    support: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """What will be shown: the text, its sentences, and the printed number of each paper cited.

    `dropped` are the sentences that failed and are not shown.
    """

    text: str
    sentences: tuple[CheckedSentence, ...]
    numbers: Mapping[str, int]
    dropped: tuple[CheckedSentence, ...] = ()


def check_draft(
    written: Draft,
    evidence: Sequence[Evidence],
    checker: Checker,
    failing: Failing = "repair",
    numbers: Mapping[str, int] | None = None,
) -> CheckedDraft:
    """The draft's sentences in order, each with its verdict, and those that failed dealt with.

    `numbers` are the printed numbers that papers had before the draft: sentences that are cited
    anew keep them, and those that the draft printed. Raises WeightsError.
    """
    checked = [_checked(sentence, evidence, checker) for sentence in written.sentences]
    if failing == "mark" or not any(item.support in FAILED for item in checked):
        return CheckedDraft(written.text, tuple(checked), written.numbers)
    printed = dict(numbers or {}) | dict(written.numbers)
    if failing == "repair":
        checked = [
            _repaired(item, evidence, checker, printed) if item.support in FAILED else item
            for item in checked
        ]
    kept = tuple(item for item in checked if item.support not in FAILED)
    dropped = tuple(item for item in checked if item.support in FAILED)
    cited = {evidence[i].quote.paper_id for item in kept for i in item.sentence.evidence}
    shown = {paper: number for paper, number in printed.items() if paper in cited}
    originals = [s.text for s, item in zip(written.sentences, checked, strict=True) if item in kept]
    text = rejoined(written.text, originals, [item.sentence.text for item in kept])
    return CheckedDraft(text, kept, shown, dropped)


def is_echo(claim: str, question: str, quotes: Sequence[str]) -> bool:
    """Whether `claim` holds no content word of its quotes that the question does not hold too.

    A small chat model often hands the question back as a statement ("GPT-2 was rolled out in
    stages"), and with it whatever the question took for granted.
    """
    said = set(content_stems(claim)) - set(content_stems(question))
    return not said & {stem for quote in quotes for stem in content_stems(quote)}


def _checked(
    sentence: DraftSentence, evidence: Sequence[Evidence], checker: Checker
) -> CheckedSentence:
    verdict = _verdict(sentence.claim, [evidence[i] for i in sentence.evidence], checker)
    return CheckedSentence(sentence, verdict.support, verdict.reason)


def _verdict(claim: str, cited: Sequence[Evidence], checker: Checker) -> Verdict:
    papers: tuple[Paper, ...] = tuple({item.paper.paper_id: item.paper for item in cited}.values())
    return checker.check(claim, [item.quote.text for item in cited], papers)


def _repaired(
    item: CheckedSentence,
    evidence: Sequence[Evidence],
    checker: Checker,
    printed: dict[str, int],
) -> CheckedSentence:
    """The sentence under another quote that bears it out, alone or beside those it cites; itself
    if there is none.
    """
    cited, wanted = item.sentence.evidence, set(content_stems(item.sentence.claim))

    def shared(place: int) -> int:
        return len(wanted.intersection(content_stems(evidence[place].quote.text)))

    others = sorted(set(range(len(evidence))) - set(cited), key=lambda place: -shared(place))
    tried: list[tuple[int, ...]] = [(place,) for place in others[:REPAIRS]]
    tried += [(*cited, place) for place in others[:1] if cited]
    for places in tried:
        verdict = _verdict(item.sentence.claim, [evidence[i] for i in places], checker)
        if verdict.support == "supported":
            papers = dict.fromkeys(evidence[i].quote.paper_id for i in places)
            markers = "".join(f"[{number_of(paper, printed)}]" for paper in papers)
            sentence = replace(
                item.sentence, text=f"{unmarked(item.sentence.claim)} {markers}", evidence=places
            )
            return CheckedSentence(sentence, "supported", f"{verdict.reason}; cited anew")
    return item
