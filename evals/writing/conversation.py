"""A conversation of ten turns with the sample library, written down: what people ask in a row.

Follow-ups, filters, a comparison, a summary and two questions that no paper answers. It is no
measurement: it is there to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.machine import machine
from rag.types import Answer, Citation, Exchange

if TYPE_CHECKING:
    from rag.answer import Answerer
    from rag.config import Config
    from rag.models.weights import Progress
    from rag.summary.summarize import Summariser
    from rag.summary.types import Summary
    from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said to the library; `summarise` names papers (arXiv ids) to be summarised."""

    said: str
    shows: str
    summarise: tuple[str, ...] = ()


SCRIPT = (
    Turn(
        "How often are WebGPT's answers preferred over the human demonstrators' answers?",
        "a question",
    ),
    Turn("And over the highest-voted answer from Reddit?", "a follow-up"),
    Turn("Who wrote it?", "a follow-up, to the catalogue"),
    Turn("How many people did the comparing?", "nothing in the abstract"),
    Turn("What was learned about human preferences before 2020?", "a filter of years"),
    Turn("What does Kaplan say about how loss scales?", "a filter of authors"),
    Turn("Compare WebGPT and InstructGPT.", "a comparison"),
    Turn(
        "askpapers summarize 2112.09332 --by problem,method,findings",
        "a summary",
        ("2112.09332",),
    ),
    Turn("What share of the HumanEval problems does Codex solve? And GPT-J?", "two questions"),
    Turn("What is the boiling point of mercury?", "nothing in the library"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A turn and what came of it; a summary is told as an answer too, in the same numbers."""

    turn: Turn
    answer: Answer


def run_conversation(
    config: Config, backend: str, progress: Progress | None = None
) -> tuple[Told, ...]:
    """Every turn of SCRIPT, each after those before it. Raises RagError."""
    from evals.sample_library import sample_library
    from rag.answer import Answerer
    from rag.models.chat import chat_model, resolve_backend
    from rag.models.judge import Judge
    from rag.models.rerank import CrossEncoder
    from rag.summary.summarize import Summariser

    chat = chat_model(resolve_backend(backend, config), config)
    reranker = CrossEncoder.load(config, progress)
    with sample_library(config, progress) as library:
        answerer = Answerer(library, chat, reranker)
        judge = chat if isinstance(chat, Judge) else None
        summariser = Summariser(library, chat, reranker, judge=judge)
        told: list[Told] = []
        for turn in SCRIPT:
            history = [one.answer.exchange for one in told]
            papers = [library.paper(name) for name in turn.summarise]
            if papers:
                answer = _summary(summariser, turn, papers, history)
            else:
                answer = _asked(answerer, turn, history)
            told.append(Told(turn, answer))
            if progress:
                progress("turns", len(told), len(SCRIPT))
    return tuple(told)


def _asked(answerer: Answerer, turn: Turn, history: Sequence[Exchange]) -> Answer:
    return answerer.ask(turn.said, history=history)


def _summary(
    summariser: Summariser, turn: Turn, papers: Sequence[Paper], history: Sequence[Exchange]
) -> Answer:
    """The summary by its parts, as an answer."""
    summary = summariser.summarise(papers, ("problem", "method", "findings"))
    return summary_answer(turn.said, summary, history)


def summary_answer(said: str, summary: Summary, history: Sequence[Exchange]) -> Answer:
    """`summary` told as an answer to `said`: papers keep the numbers that `history` gave them."""
    from dataclasses import replace

    from rag.clock import StageClock
    from rag.types import Sentence
    from rag.writing.assemble import abstained, blank
    from rag.writing.cite import number_of, numbers_so_far

    draft = replace(blank(said, "", summary.backend), papers=summary.papers, notes=summary.notes)
    if summary.root is None:
        return abstained(draft, summary.reason, StageClock())
    numbers = numbers_so_far(history)
    citations: dict[Citation, int] = {}
    sentences: list[Sentence] = []
    lines: list[str] = []
    for one in summary.root.sentences:
        renumbered = [
            replace(cited, marker=number_of(cited.paper_id, numbers)) for cited in one.citations
        ]
        positions = tuple(citations.setdefault(cited, len(citations)) for cited in renumbered)
        marks = "".join(dict.fromkeys(f"[{cited.marker}]" for cited in renumbered))
        text = f"{one.text} {marks}".strip()
        sentences.append(Sentence(text, positions, one.support, one.reason))
        lines.append(f"{one.part.capitalize()}: {text}" if one.part else text)
    return replace(
        draft,
        answer="\n".join(lines),
        confidence=1.0,
        sentences=tuple(sentences),
        citations=tuple(citations),
        timings_ms=summary.timings_ms,
    )


def transcript(told: Sequence[Told], command: str) -> str:
    """The conversation as Markdown, with the `command` that made it."""
    return "\n".join(_document(told, command)).strip() + "\n"


def _document(told: Sequence[Told], command: str) -> Iterator[str]:
    backend = told[0].answer.backend if told else ""
    yield "# A conversation\n"
    yield (
        f"Made by `{command}` with the chat model `{backend}` ({machine()}), as it came. A paper"
        " keeps its number throughout; under each answer stand the quotes that it rests on, and"
        " what the check says of any sentence that they do not bear out.\n"
    )
    for number, one in enumerate(told, start=1):
        yield from _turn(number, one)


def _turn(number: int, one: Told) -> Iterator[str]:
    from rag.summary.markdown import escaped

    answer = one.answer
    yield f"## {number}. {escaped(one.turn.said)}\n"
    understood = [f"kept to {u.kind} {u.value}, from “{u.wording}”" for u in answer.understood]
    if answer.asked not in ("", answer.question):
        understood.insert(0, f"understood as: {answer.asked}")
    yield f"*{escaped('; '.join([one.turn.shows, *understood]))}*\n"
    for line in answer.answer.split("\n"):
        yield f"{escaped(line)}\n"
    if answer.abstained:
        yield f"{escaped(answer.reason[:1].upper() + answer.reason[1:])}.\n"
    for sentence in answer.sentences:
        if sentence.support != "supported":
            why = f": {sentence.reason}" if sentence.reason else ""
            yield f"- *{sentence.support}*{escaped(why)} — {escaped(sentence.text)}\n"
    for cited in sorted({*answer.citations, *answer.nearest}, key=_place):
        near = "near it: " if cited in answer.nearest else ""
        yield f"> {near}**[{cited.marker}]** {escaped(cited.title)}: {escaped(_quoted(cited))}\n"
    for note in answer.notes:
        yield f"*Note: {escaped(note)}*\n"
    seconds = answer.timings_ms.get("total", 0.0) / 1000
    yield f"<sub>confidence {answer.confidence:.2f}, {seconds:.1f} s</sub>\n"


def _place(cited: Citation) -> tuple[int, str, int]:
    return cited.marker, cited.field, cited.start or 0


def _quoted(cited: Citation) -> str:
    quote = " ".join(cited.quote.split())
    shown = f"… {quote} …" if cited.shortened else quote
    where = "" if cited.field == "abstract" else f" ({cited.field})"
    return f"“{shown}”{where}"
