"""What a summary is: a tree of cited sentences, papers below groups below the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from rag.types import Citation, Paper, Status, Support, Usage

Part = Literal["problem", "method", "findings"]
"""What a sentence of an abstract is for."""

AnyPart = Part | Literal[""]
"""A part, or all of it."""

Level = Literal["paper", "group", "whole"]


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A sentence of a summary, without markers, and all it rests on.

    `citations` are the quotes of papers it rests on at last, whatever its level. `rests_on` names
    the children's sentences it was written from, as (child, sentence) positions; empty in a
    paper's own summary, which is written from its quotes. `support` is the verdict against these
    children, or quotes, and never better than theirs; `reason` says why. `part` is what a paper's
    sentence is for. `repaired` says that what was written failed, and a child's own sentence took
    its place.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support
    reason: str = ""
    part: AnyPart = ""
    rests_on: tuple[tuple[int, int], ...] = ()
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class SummaryNode:
    """The summary of one paper, of a group, or of the whole; `title` names what it is about.

    `dropped` counts sentences that were written, failed their check and could not be repaired.
    """

    level: Level
    title: str
    sentences: tuple[SummarySentence, ...]
    children: tuple[SummaryNode, ...] = ()
    paper_id: str = ""
    dropped: int = 0

    def walk(self) -> Iterator[SummaryNode]:
        """This node and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished summary: its tree, the papers in the order of their printed numbers, from 1.

    `root` is None where there was nothing to summarise; `reason` then says why. `topic` is what
    the library was searched for, empty for named papers. `parts` are those it is told by, empty
    for a short one. `notes` tell what the reader should know of how it was made.
    """

    topic: str
    root: SummaryNode | None
    papers: tuple[Paper, ...]
    backend: str
    parts: tuple[Part, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Event while a summary is made: one more node is there, `done` of `total`."""

    node: SummaryNode
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Summarised:
    """Last event: the finished summary."""

    summary: Summary


SummaryEvent = Status | Written | Summarised
