"""What writes a node of a summary: the sentences themselves, or a chat model."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.errors import ChatProtocolError
from rag.evidence.hostile import title_as_data
from rag.evidence.quotes import SentenceVectors
from rag.models.chat import ChatModel
from rag.summary.material import Material
from rag.summary.prompts import summary_messages
from rag.summary.salience import Budget, pick, salience
from rag.summary.types import AnyPart, Level
from rag.types import Evidence, Prompt, Quote, TextField, Usage
from rag.writing.cite import CitationParser
from rag.writing.draft import harmless, heard
from rag.writing.markers import evidence_keys

# A paper said in short, one part of it, and what stands above papers.
_BUDGETS: dict[tuple[bool, bool], Budget] = {
    (True, False): Budget(3, 80),
    (True, True): Budget(2, 60),
    (False, False): Budget(6, 200),
    (False, True): Budget(4, 130),
}
# In short, what was done and found goes before the problem, which the title often names.
_SHORT_WORTH: dict[AnyPart, float] = {"": 0.0, "problem": 0.0, "method": 0.4, "findings": 0.4}
# What a chat model reads above papers; of a paper what would be shown without it. A small one
# retells all that it is given, and what came last was then lost.
_READ = Budget(8, 300)
_MOST_CITED = 4  # of one sentence; one that cites more cites whatever it saw
_EMPTIED = re.compile(r"\s*[\[(][\s,;&-]*[\])]")  # brackets whose keys were taken out


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be written: a node's sentences about one `part` of it, or all if empty.

    `title` is the paper's or group's; `topic` what all of it is about, or empty. `sentences` are
    the most, where they are to be fewer than is usual.
    """

    level: Level
    title: str
    topic: str
    part: AnyPart
    material: tuple[Material, ...]
    sentences: int = 0


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence without markers, and the positions of the material it says it rests on."""

    text: str
    uses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer wrote for one task."""

    sentences: tuple[Drafted, ...]
    usage: Usage | None = None


class Writer(Protocol):
    """Writes the sentences of a node from its material."""

    def write(self, task: Task) -> Draft:
        """The draft; empty where the material says nothing of the part. Raises ChatError."""
        ...


class ExtractiveWriter:
    """Takes the material's own sentences: the most central, from every child, no two alike."""

    def __init__(self, vectors: SentenceVectors) -> None:
        self._vectors = vectors

    def write(self, task: Task) -> Draft:
        """As `Writer.write`; the same for the same task."""
        chosen = self.choose(task, _budget(task))
        return Draft(tuple(Drafted(task.material[i].text, (i,)) for i in chosen))

    def choose(self, task: Task, budget: Budget) -> list[int]:
        """Positions of the material to take, in its order."""
        import numpy as np

        if not task.material:
            return []
        texts = [item.text for item in task.material]
        vectors = self._vectors.of(texts)
        about = [text for text in (task.title, task.topic) if text]
        focus = self._vectors.of(about) if about else np.zeros((0, vectors.shape[1]), np.float32)
        scores = salience(texts, vectors, focus)
        if not task.part:
            scores += np.array([_SHORT_WORTH[item.part] for item in task.material])
        # Of one paper something of each part, of several something of each paper, and each group.
        kinds: list[tuple[object, ...]] = [
            (item.part,) if task.level == "paper" else (item.paper.paper_id, item.child)
            for item in task.material
        ]
        return pick(texts, vectors, scores, budget, kinds)


def _budget(task: Task) -> Budget:
    usual = _BUDGETS[task.level == "paper", bool(task.part)]
    return replace(usual, sentences=task.sentences) if task.sentences else usual


class ChatWriter:
    """Has a chat model write from the sentences that say most, cited by keys."""

    def __init__(
        self,
        chat: ChatModel,
        chooser: ExtractiveWriter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chat = chat
        self._clock = clock
        self._chooser = chooser

    def write(self, task: Task) -> Draft:
        """As `Writer.write`. A sentence that cites nothing comes with no uses."""
        told = self._chooser.choose(task, _budget(task) if task.level == "paper" else _READ)
        if not told:
            return Draft(())
        texts = [task.material[i].text for i in told]
        keys = evidence_keys(len(told), texts)
        evidence = tuple(
            Evidence(key, _quote(task.material[i]), task.material[i].paper)
            for key, i in zip(keys, told, strict=True)
        )
        messages = summary_messages(
            task.level, task.part, task.topic, tuple(zip(evidence, texts, strict=True))
        )
        said = heard(self._chat, Prompt(task.title, evidence, messages), texts, self._clock)
        parser = CitationParser(evidence)
        parser.feed(said.text)
        written = parser.result()
        sentences = () if written.declined else written.sentences
        if said.trouble:  # what was cut off cites nothing yet
            sentences = tuple(sentence for sentence in sentences if sentence.evidence)
            if not sentences:
                raise ChatProtocolError(said.trouble)
        drafted = [
            Drafted(_said(sentence.claim, evidence), tuple(told[i] for i in sentence.evidence))
            for sentence in sentences
            if harmless(sentence.claim, texts)
        ]
        return Draft(self._within(_budget(task), [_narrowed(one) for one in drafted]), said.usage)

    @staticmethod
    def _within(budget: Budget, drafted: Sequence[Drafted]) -> tuple[Drafted, ...]:
        """The sentences that fit the budget, those first that rest on what no other rests on."""
        kept: list[Drafted] = []
        for fresh in (True, False):
            for one in drafted:
                used = {i for other in kept for i in other.uses}
                words = sum(len(other.text.split()) for other in (*kept, one))
                fits = len(kept) < budget.sentences and (not kept or words <= budget.words)
                if one not in kept and fits and (not fresh or not set(one.uses) <= used):
                    kept.append(one)
        return tuple(one for one in drafted if one in kept)


def _said(claim: str, evidence: Sequence[Evidence]) -> str:
    """A claim without emptied brackets, and without the title that stood before its sentence."""
    text = _EMPTIED.sub("", claim)
    for title in {item.paper.title for item in evidence}:
        text = text.removeprefix(f"{title_as_data(title)}:")
    return text.strip()


def _narrowed(drafted: Drafted) -> Drafted:
    """One that cites whatever it saw cites nothing: what it rests on is found by its words."""
    return drafted if len(drafted.uses) <= _MOST_CITED else replace(drafted, uses=())


def _quote(item: Material) -> Quote:
    """The first quote that the material rests on at last."""
    first = item.citations[0]
    field: TextField = "summary" if first.field == "summary" else "abstract"
    return Quote(
        first.paper_id, field, first.start or 0, first.end or 0, first.quote, 0.0, first.shortened
    )
