"""Cited summaries: papers, then groups of them, then the whole, every sentence held to those below.

A tree as in recursive summarisation (Wu and others, 2021), but each level is written from its
children's sentences alone, under keys, so that every sentence knows what it rests on, down to the
quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.clock import StageClock
from rag.errors import ChatAuthError, ChatError, QuestionError
from rag.evidence.quotes import SentenceVectors
from rag.finding.retrieve import search_papers
from rag.finding.scope import Scope
from rag.library import Library
from rag.models.chat import ChatModel, ExtractiveChat
from rag.models.judge import Judge
from rag.models.rerank import Reranker
from rag.summary.audit import held_to
from rag.summary.material import Material, of_part, quotable
from rag.summary.paper_tree import Branch, paper_tree, papers_of, size
from rag.summary.types import (
    AnyPart,
    Level,
    Part,
    Summarised,
    Summary,
    SummaryEvent,
    SummaryNode,
    SummarySentence,
    Written,
)
from rag.summary.writers import ChatWriter, ExtractiveWriter, Task, Writer
from rag.support.layers import LayeredChecker
from rag.types import Paper, Status, Usage

MOST_PAPERS = 60
# A paper whose best passage scores this far below the best paper's is about something else, and
# where the best one scores below the other, all are: logits of the reranker, chosen by reading
# what eight topics find in the sample library.
_LOGITS_BELOW_BEST = 8.0
_LEAST_LOGIT = -6.0

JUDGE_MS = 20_000
"""Milliseconds that a judge may take for one node: nobody waits for a summary's first words."""

NOTHING_WRITTEN = "nothing that the papers say could be summarised"


@dataclass(frozen=True, slots=True)
class _Maker:
    """What one summary is made with: a writer, the one that steps in where it fails, and a new
    checker for each node: the judge's time is for one.
    """

    writer: Writer
    fallback: Writer
    checker: Callable[[], LayeredChecker]
    parts: tuple[Part, ...]
    topic: str


@dataclass(slots=True)
class _Made:
    """What adds up while a summary is made."""

    notes: dict[str, None]
    usage: Usage | None = None


class Summariser:
    """Summarises papers of one library with one chat model; safe to share by threads."""

    def __init__(
        self,
        library: Library,
        chat: ChatModel,
        reranker: Reranker,
        judge: Judge | None = None,
        judge_ms: int = JUDGE_MS,
    ) -> None:
        """`judge` weighs what text and agreement leave open, for so many milliseconds a node."""
        self._library = library
        self._chat = chat
        self._reranker = reranker
        self._vectors = SentenceVectors(library.embedder)
        self._judge_ms = judge_ms
        self._judge = judge

    @property
    def reranker(self) -> Reranker:
        """What reads a question and a sentence together."""
        return self._reranker

    @property
    def vectors(self) -> SentenceVectors:
        """The vectors of the sentences it read."""
        return self._vectors

    def checker(self) -> LayeredChecker:
        """What the sentences of one node are held to."""
        return LayeredChecker(self._vectors.of, self._judge, self._judge_ms)

    def about(self, topic: str, k: int, scope: Scope | None = None) -> list[Paper]:
        """The at most `k` papers about a topic, best first; none where none comes near.

        Raises QuestionError for an empty topic, LibraryError, WeightsError.
        """
        if not topic.strip():
            raise QuestionError("the topic is empty: say what the papers are to be about")
        found = search_papers(self._library, topic, k, scope)
        if not found:
            return []
        logits = self._reranker.score(topic, [hit.chunk.passage for _, hit in found])
        least = max(max(logits) - _LOGITS_BELOW_BEST, _LEAST_LOGIT)
        return [paper for (paper, _), logit in zip(found, logits, strict=True) if logit >= least]

    def left_by(self, scope: Scope) -> list[Paper]:
        """The papers that a filter leaves, newest first."""
        chunks = self._library.chunks(scope.chunk_ids())
        papers = self._library.papers({chunk.paper_id for chunk in chunks.values()})
        return sorted(papers, key=lambda paper: (paper.published, paper.paper_id), reverse=True)

    def summarise(
        self, papers: Sequence[Paper], parts: Sequence[Part] = (), topic: str = ""
    ) -> Summary:
        """The finished summary; see `stream`."""
        summary: Summary | None = None
        for event in self.stream(papers, parts, topic):
            if isinstance(event, Summarised):
                summary = event.summary
        assert summary is not None  # stream always ends with Summarised
        return summary

    def stream(
        self, papers: Sequence[Paper], parts: Sequence[Part] = (), topic: str = ""
    ) -> Iterator[SummaryEvent]:
        """Events while a summary of the papers is made: each node as it is there, at last all.

        By `parts`, or short without any. A paper without prose is left out and named in the notes.
        Where the chat model fails at a node its children's own sentences stand in, and the notes
        say so. Raises QuestionError for more than MOST_PAPERS, ChatAuthError, LibraryError,
        WeightsError.
        """
        if len(papers) > MOST_PAPERS:
            raise QuestionError(
                f"{len(papers)} papers are to be summarised, {MOST_PAPERS} are the most: "
                "take fewer with -k, or filter them"
            )
        clock, made = StageClock(), _Made({})
        with_prose = [paper for paper in dict.fromkeys(papers) if paper.abstract or paper.summary]
        for paper in papers:
            if paper not in with_prose:
                made.notes[f"“{paper.title}” is left out: the library holds no abstract of it"] = (
                    None
                )
        blank = Summary(topic, None, tuple(with_prose), self._chat.name, tuple(parts))
        if not with_prose:
            yield Summarised(
                replace(blank, reason="no paper to summarise", notes=tuple(made.notes))
            )
            return
        yield Status("Sorting the papers")
        tree = paper_tree(self._library, with_prose)
        ordered = tuple(papers_of(tree))
        clock.mark("group")
        extractive = ExtractiveWriter(self._vectors)
        own = (
            extractive
            if isinstance(self._chat, ExtractiveChat)
            else ChatWriter(self._chat, extractive)
        )
        maker = _Maker(own, extractive, self.checker, tuple(parts), topic)
        total, root = size(tree), None
        numbers = {paper.paper_id: number for number, paper in enumerate(ordered, start=1)}
        nodes = _written(tree, maker, made, numbers, whole=True)
        for done, root in enumerate(nodes, start=1):
            clock.mark(root.level)
            yield Written(root, done, total)
        said = root is not None and any(node.sentences for node in root.walk())
        yield Summarised(
            replace(
                blank,
                root=root if said else None,
                papers=ordered,
                reason="" if said else NOTHING_WRITTEN,
                notes=tuple(made.notes),
                timings_ms=clock.total(),
                usage=made.usage,
            )
        )


def _written(
    tree: Branch | Paper,
    maker: _Maker,
    made: _Made,
    numbers: dict[str, int],
    *,
    whole: bool = False,
) -> Iterator[SummaryNode]:
    """Every node, each after those below it; the last one is the tree's own."""
    if isinstance(tree, Paper):
        material = quotable(tree, numbers[tree.paper_id])
        yield _node("paper", tree.title, material, maker, made, paper=tree)
        return
    children: list[SummaryNode] = []
    for below in tree.below:
        for node in _written(below, maker, made, numbers):
            yield node
        children.append(node)
    papers = {paper.paper_id: paper for paper in papers_of(tree)}
    material = [
        Material(
            s.text, papers[s.citations[0].paper_id], s.citations, s.part, child, place, s.support
        )
        for child, node in enumerate(children)
        for place, s in enumerate(node.sentences)
    ]
    level: Level = "whole" if whole else "group"
    title = tree.title or maker.topic
    yield _node(level, title, material, maker, made, children=tuple(children))


def _node(
    level: Level,
    title: str,
    material: Sequence[Material],
    maker: _Maker,
    made: _Made,
    children: tuple[SummaryNode, ...] = (),
    paper: Paper | None = None,
) -> SummaryNode:
    sentences: list[SummarySentence] = []
    dropped = 0
    parts: tuple[AnyPart, ...] = maker.parts or ("",)
    for part in parts:
        said = {sentence.text for sentence in sentences}
        own = tuple(item for item in of_part(material, part) if item.text not in said)
        if not own:
            continue
        task = Task(level, title, maker.topic, part, own)
        kept, lost = _attempt(maker.writer, task, maker, made)
        if lost and not kept:  # nothing that was written stands: the sentences themselves do
            kept, _ = _attempt(maker.fallback, task, maker, made)
            made.notes[
                f"“{title or 'the whole'}” is told in quotes: nothing that was written held"
            ] = None
        sentences += [sentence for sentence in kept if sentence.text not in said]
        dropped += lost
    return SummaryNode(
        level, title, tuple(sentences), children, paper.paper_id if paper else "", dropped
    )


def _attempt(
    writer: Writer, task: Task, maker: _Maker, made: _Made
) -> tuple[tuple[SummarySentence, ...], int]:
    """What stands of what the writer wrote; the fallback's where the chat model failed."""
    try:
        draft = writer.write(task)
    except ChatAuthError:
        raise  # the key is as wrong for every other node
    except ChatError as error:
        made.notes[f"“{task.title or 'the whole'}” is told in quotes: {error}"] = None
        draft = maker.fallback.write(task)
    made.usage = _added(made.usage, draft.usage)
    return held_to(draft.sentences, task.material, task.part, maker.checker())


def _added(one: Usage | None, other: Usage | None) -> Usage | None:
    if one is None or other is None:
        return one or other
    return Usage(
        one.prompt + other.prompt, one.completion + other.completion, one.cached + other.cached
    )
