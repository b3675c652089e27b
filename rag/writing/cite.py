"""From a draft's markers to printed numbers: what is shown, what is claimed, what is cited.

A draft cites evidence by opaque keys (see `rag.writing.markers`), and says `[NONE]` where the
evidence does not answer. The keys are opaque so that they are not mistaken for numbers of the
text; they become printed numbers, one per paper, only here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.evidence.sentences import sentence_spans
from rag.types import Evidence, Exchange
from rag.writing.markers import DECLINED, evidence_keys, finished, markers, settled, unmarked

__all__ = [
    "DECLINED",
    "CitationParser",
    "Draft",
    "DraftSentence",
    "evidence_keys",
    "number_of",
    "numbers_so_far",
]


def number_of(paper_id: str, numbers: dict[str, int]) -> int:
    """The printed number of a paper; one that has none yet gets the next, and `numbers` knows it.

    Above the highest, not in a gap: what a number stood for once, it never stands for again.
    """
    return numbers.setdefault(paper_id, max(numbers.values(), default=0) + 1)


def numbers_so_far(history: Sequence[Exchange]) -> dict[str, int]:
    """The printed numbers that a conversation has given to papers, cited or only near.

    Near ones were not always counted: in a conversation kept from before, a number may have been
    printed for two papers. It is then the cited one's.
    """
    numbers = {paper: number for one in history for paper, number in one.cited}
    taken = set(numbers.values())
    for paper, number in (shown for one in history for shown in one.near):
        if paper not in numbers and number not in taken:
            numbers[paper] = number
            taken.add(number)
    return numbers


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft.

    `text` is a span of `Draft.text`, markers included; `claim` is the same without them;
    `evidence` holds the positions of the evidence it cites, each once, in order of citing.
    """

    text: str
    claim: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A chat model's whole reply, its keys turned into numbers.

    `numbers` maps paper ids to printed numbers: those known before, then those that appeared.
    `removed_markers` counts markers that pointed at nothing. `declined` means that the chat
    model found no answer in the evidence: it said so and cited nothing.
    """

    text: str
    sentences: tuple[DraftSentence, ...]
    numbers: Mapping[str, int]
    removed_markers: int
    declined: bool


class CitationParser:
    """Turns a draft that arrives in pieces into text that can be shown.

    However a draft is cut into pieces, the text and the result are the same. What could still
    become a marker is held back, so that no key reaches a screen.
    """

    def __init__(
        self, evidence: Sequence[Evidence], numbers: Mapping[str, int] | None = None
    ) -> None:
        """`numbers` are the printed numbers that papers have already; others get the next ones."""
        self._evidence = tuple(evidence)
        self._numbers = dict(numbers or {})
        self._draft = ""
        self._shown = 0

    def feed(self, piece: str) -> str:
        """Take the next piece of the draft; returns the text that can be shown now."""
        self._draft += piece
        return self._rest(settled(self._draft, self._evidence))

    def close(self) -> str:
        """The draft is complete: returns the rest of its text."""
        return self._rest(finished(self._draft, self._evidence))

    def result(self) -> Draft:
        """The whole draft; its text is all that `feed` and `close` returned."""
        reading = _read(finished(self._draft, self._evidence), self._evidence, self._numbers)
        sentences = tuple(_sentences(reading))
        cites = any(sentence.evidence for sentence in sentences)
        return Draft(
            text=reading.shown,
            sentences=sentences,
            numbers=reading.numbers,
            removed_markers=reading.removed,
            declined=reading.said_none and not cites,
        )

    def _rest(self, draft: str) -> str:
        # Reading it all anew costs less than a millisecond and leaves no state to go wrong.
        shown = _read(draft, self._evidence, self._numbers).shown
        rest, self._shown = shown[self._shown :], len(shown)
        return rest


@dataclass(frozen=True, slots=True)
class _Mark:
    """Printed markers: offset into the claims, end offset into the shown text, evidence."""

    claim_at: int
    shown_start: int
    shown_end: int
    evidence: tuple[int, ...]


@dataclass(slots=True)
class _Reading:
    """A draft split into what is shown and what is claimed (the same without markers).

    `pieces` are the offsets, into both, at which a stretch of text begins.
    """

    shown: str = ""
    claims: str = ""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    marks: list[_Mark] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    removed: int = 0
    said_none: bool = False

    def add_text(self, text: str) -> None:
        """Print text that is no marker; two words never grow together over a removed one."""
        if not self.shown:
            text = text.lstrip()
        if text:
            linked = bool(self.marks) and self.marks[-1].shown_end == len(self.shown)
            # "[1](x)" would be a link where a screen reads Markdown.
            self.shown += " " if linked and text[0] == "(" else _gap(self.shown, text)
            self.claims += _gap(self.claims, text)
            self.pieces.append((len(self.claims), len(self.shown)))
            self.shown += unmarked(self.shown + text, len(self.shown))
            self.claims += text

    def add_marks(self, blanks: str, cited: list[int], evidence: Sequence[Evidence]) -> None:
        """Print one number per paper; a run of markers prints none twice and has no blanks."""
        start, earlier = len(self.shown), list[int]()
        if self.marks and self.marks[-1].shown_end == start:
            run = self.marks.pop()
            start, earlier = run.shown_start, list(run.evidence)
        elif self.shown:
            self.shown += blanks
        for position in cited:
            paper_id = evidence[position].quote.paper_id
            number = f"[{number_of(paper_id, self.numbers)}]"
            if number not in self.shown[start:]:
                self.shown += number
        self.marks.append(_Mark(len(self.claims), start, len(self.shown), tuple(earlier + cited)))


def _gap(before: str, text: str) -> str:
    # Where a marker stood between two words without blanks, they must not become one.
    return " " if before[-1:].isalnum() and text[:1].isalnum() else ""


def _read(draft: str, evidence: Sequence[Evidence], numbers: Mapping[str, int]) -> _Reading:
    reading = _Reading(numbers=dict(numbers))
    position = 0
    for marker in markers(draft, evidence):
        reading.add_text(draft[position : marker.start])
        position = marker.end
        if marker.none:
            reading.said_none = True
            if not reading.shown:
                return reading
        reading.removed += marker.unknown
        if marker.cited:
            reading.add_marks(marker.blanks, list(marker.cited), evidence)
    reading.add_text(draft[position:])
    return reading


def _sentences(reading: _Reading) -> list[DraftSentence]:
    spans = sentence_spans(reading.claims)
    marks: list[list[_Mark]] = [[] for _ in spans]
    for mark in reading.marks if spans else ():
        marks[_owner(mark.claim_at, reading.claims, spans)].append(mark)
    sentences = []
    for (start, end), own in zip(spans, marks, strict=True):
        shown_start = min([_shown_at(start, reading), *(mark.shown_start for mark in own)])
        shown_end = max([_shown_at(end - 1, reading) + 1, *(mark.shown_end for mark in own)])
        cited = dict.fromkeys(position for mark in own for position in mark.evidence)
        text = reading.shown[shown_start:shown_end].strip()
        sentences.append(DraftSentence(text, reading.claims[start:end], tuple(cited)))
    return sentences


def _owner(claim_at: int, claims: str, spans: Sequence[tuple[int, int]]) -> int:
    """Which sentence a marker belongs to: the one it stands in or behind.

    Only where it begins a line that goes on, or the whole draft, it belongs to what follows.
    """
    before = bisect_right(spans, claim_at - 1, key=lambda span: span[0]) - 1
    begins_line = claims[:claim_at].endswith("\n") and claims[claim_at : claim_at + 1].strip("\n")
    if before < 0 or (begins_line and before + 1 < len(spans)):
        return before + 1
    return before


def _shown_at(claim_at: int, reading: _Reading) -> int:
    """Offset into the shown text of the character at `claim_at` of the claims."""
    piece = bisect_right(reading.pieces, claim_at, key=lambda starts: starts[0]) - 1
    claim_start, shown_start = reading.pieces[piece]
    return shown_start + claim_at - claim_start
