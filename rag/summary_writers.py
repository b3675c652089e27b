"""What writes a node of a summary: the sentences themselves, or a chat model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from rag.chat import ChatModel
from rag.cite import CitationParser
from rag.evidence import SentenceVectors
from rag.markers import evidence_keys
from rag.salience import Budget, pick, salience
from rag.summary_material import Material
from rag.summary_prompts import summary_messages
from rag.summary_types import AnyPart, Level
from rag.types import Evidence, Prompt, Quote, TextField, Usage

# A paper said in short, one part of it, and what stands above papers.
_BUDGETS: dict[tuple[bool, bool], Budget] = {
    (True, False): Budget(3, 80),
    (True, True): Budget(2, 60),
    (False, False): Budget(6, 200),
    (False, True): Budget(4, 130),
}
# In short, what was done and found goes before the problem, which the title often names.
_SHORT_WORTH: dict[AnyPart, float] = {"": 0.0, "problem": 0.0, "method": 0.4, "findings": 0.4}
_MOST_MATERIAL = 18  # sentences of one prompt: about 900 tokens


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
        import numpy as np

        if not task.material:
            return Draft(())
        texts = [item.text for item in task.material]
        vectors = self._vectors.of(texts)
        about = [text for text in (task.title, task.topic) if text]
        focus = self._vectors.of(about) if about else np.zeros((0, vectors.shape[1]), np.float32)
        scores = salience(texts, vectors, focus)
        if not task.part:
            scores += np.array([_SHORT_WORTH[item.part] for item in task.material])
        budget = _BUDGETS[task.level == "paper", bool(task.part)]
        if task.sentences:
            budget = replace(budget, sentences=task.sentences)
        # Of one paper something of each part, of several something of each paper, and each group.
        kinds: list[tuple[object, ...]] = [
            (item.part,) if task.level == "paper" else (item.paper.paper_id, item.child)
            for item in task.material
        ]
        chosen = pick(texts, vectors, scores, budget, kinds)
        return Draft(tuple(Drafted(texts[i], (i,)) for i in chosen))


class ChatWriter:
    """Has a chat model write from the material, cited by keys."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat

    def write(self, task: Task) -> Draft:
        """As `Writer.write`. A sentence that cites nothing comes with no uses."""
        # Of many children the first sentences of each: what stands first says most.
        order = sorted(range(len(task.material)), key=lambda i: task.material[i].place)
        told = sorted(order[:_MOST_MATERIAL])
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
        parser, usage = CitationParser(evidence), None
        for piece in self._chat.stream(Prompt(task.title, evidence, messages)):
            if isinstance(piece, Usage):
                usage = piece
            else:
                parser.feed(piece)
        parser.close()
        written = parser.result()
        sentences = tuple(
            Drafted(sentence.claim, tuple(told[i] for i in sentence.evidence))
            for sentence in (() if written.declined else written.sentences)
        )
        return Draft(sentences, usage)


def _quote(item: Material) -> Quote:
    """The first quote that the material rests on at last."""
    first = item.citations[0]
    field: TextField = "summary" if first.field == "summary" else "abstract"
    return Quote(
        first.paper_id, field, first.start or 0, first.end or 0, first.quote, 0.0, first.shortened
    )
