"""Holds each sentence of a summary to what it was written from: kept, repaired or dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.finding.terms import content_stems
from rag.summary.material import Material
from rag.summary.types import AnyPart, Summary, SummaryNode, SummarySentence
from rag.summary.writers import Drafted
from rag.support.layers import Checker, Verdict
from rag.types import Citation, Paper, Support

_FAILED: tuple[Support, ...] = ("unsupported", "contradicted")
_RESTS_ON_UNCHECKED = "it rests on a sentence that is not checked"
_OWN_WORDS = "what was written failed its check; this is the sentence it rests on"
_LEAST_SHARED = 0.5  # of a sentence's stems, for material it does not cite to be what it rests on


def held_to(
    drafted: Sequence[Drafted], material: Sequence[Material], part: AnyPart, checker: Checker
) -> tuple[tuple[SummarySentence, ...], int]:
    """The sentences that stand, and how many were dropped.

    A sentence that fails against what it cites may rest on other material; else the sentence it
    was written from takes its place, unless that is said already.
    """
    kept: list[SummarySentence] = []
    said: set[str] = set()
    dropped = 0
    for sentence in drafted:
        made = _held(sentence, material, part, checker)
        if made is None or made.text in said:
            dropped += 1
            continue
        said.add(made.text)
        kept.append(made)
    return tuple(kept), dropped


def _held(
    drafted: Drafted, material: Sequence[Material], part: AnyPart, checker: Checker
) -> SummarySentence | None:
    uses = drafted.uses or _nearest(drafted.text, material)
    if not uses:
        return None
    verdict = _verdict(drafted.text, uses, material, checker)
    if verdict.support in _FAILED and drafted.uses:
        other = _nearest(drafted.text, material)
        if other and other != uses:
            again = _verdict(drafted.text, other, material, checker)
            if again.support == "supported":
                return _sentence(drafted.text, other, again, material, part)
    if verdict.support not in _FAILED:
        return _sentence(drafted.text, uses, verdict, material, part)
    closest = max(uses, key=lambda i: _shared(drafted.text, material[i].text))
    own = material[closest]
    stands = Verdict(own.support, f"{_OWN_WORDS} ({verdict.reason})", verdict.layer)
    return _sentence(own.text, (closest,), stands, material, part, repaired=True)


def _verdict(
    text: str, uses: Sequence[int], material: Sequence[Material], checker: Checker
) -> Verdict:
    """Of the sentence against its material; no better than the verdicts on that."""
    verdict = checker.check(
        text, [material[i].text for i in uses], [material[i].paper for i in uses]
    )
    if verdict.support == "supported" and any(material[i].support != "supported" for i in uses):
        return Verdict("unchecked", _RESTS_ON_UNCHECKED, verdict.layer)
    return verdict


def _nearest(text: str, material: Sequence[Material]) -> tuple[int, ...]:
    """The material that holds most of the sentence's words, if it holds half of them."""
    shares = [_shared(text, item.text) for item in material]
    best = max(shares, default=0.0)
    return (shares.index(best),) if best >= _LEAST_SHARED else ()


def _shared(text: str, other: str) -> float:
    stems = set(content_stems(text))
    return len(stems & set(content_stems(other))) / len(stems) if stems else 0.0


def _sentence(
    text: str,
    uses: Sequence[int],
    verdict: Verdict,
    material: Sequence[Material],
    part: AnyPart,
    *,
    repaired: bool = False,
) -> SummarySentence:
    items = [material[i] for i in uses]
    leaf = all(item.child < 0 for item in items)
    return SummarySentence(
        text=text,
        citations=tuple(dict.fromkeys(c for item in items for c in item.citations)),
        support=verdict.support,
        reason=verdict.reason,
        part=part or items[0].part,
        rests_on=() if leaf else tuple((item.child, item.place) for item in items),
        repaired=repaired,
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a sentence of a finished summary, at a node's title."""

    title: str
    sentence: str
    what: str


def audit(summary: Summary, checker: Checker) -> Iterator[Finding]:
    """All that does not hold in a finished summary, tested anew from its tree alone.

    A citation must be verbatim, a sentence must cite something, what stands above papers must
    rest on sentences of its children and cite what these cite, and no check may fail.
    """
    papers = {paper.paper_id: paper for paper in summary.papers}
    for node in summary.root.walk() if summary.root else ():
        for sentence in node.sentences:
            for what in _wrong(node, sentence, papers, checker):
                yield Finding(node.title, sentence.text, what)


def _wrong(
    node: SummaryNode, sentence: SummarySentence, papers: dict[str, Paper], checker: Checker
) -> Iterator[str]:
    if not sentence.citations:
        yield "cites nothing"
    for citation in sentence.citations:
        if not _verbatim(citation, papers.get(citation.paper_id)):
            yield f"its quote does not stand in [{citation.marker}]: {citation.quote}"
    if node.children:
        below = [node.children[child].sentences[place] for child, place in sentence.rests_on]
        if not below:
            yield "rests on no sentence below it"
        if {c for one in below for c in one.citations} != set(sentence.citations):
            yield "cites other quotes than the sentences it rests on"
        texts = [one.text for one in below]
    else:
        texts = [citation.quote for citation in sentence.citations]
    names = dict.fromkeys(citation.paper_id for citation in sentence.citations)
    cited = [papers[name] for name in names if name in papers]
    verdict = checker.check(sentence.text, texts, cited)
    if verdict.support in _FAILED:
        yield f"{verdict.support}: {verdict.reason}"


def _verbatim(citation: Citation, paper: Paper | None) -> bool:
    if paper is None or citation.field not in ("abstract", "summary"):
        return False
    text = paper.abstract if citation.field == "abstract" else paper.summary
    return text[citation.start : citation.end] == citation.quote
