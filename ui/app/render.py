"""Turns of a conversation as HTML: questions, answers with their markers, abstentions, errors.

Questions, paper texts and what chat models write are untrusted. Every piece of them passes
through `html.escape` here, and the page shows nothing that was not made here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from rag.spans import answer_spans
from rag.types import Answer, Sentence, Support
from ui.app.evidence import quote_key
from ui.app.turns import Turn
from ui.console import span
from ui.filling import Filling
from ui.understood import understood_in_words

MARKER = re.compile(r"\[([0-9]{1,4})\]")

SUPPORT_NOTES: dict[Support, tuple[str, str]] = {
    "unchecked": ("unchecked", "Not yet checked against the sentences it cites: read them."),
    "unsupported": ("not supported", "The sentences it cites do not bear this out."),
    "contradicted": ("contradicted", "The sentences it cites say otherwise."),
}

WELCOME = (
    '<div class="welcome"><h2>What do the papers say?</h2>'
    "<p>Ask in your own words. Every sentence of an answer points at a sentence of a paper, and "
    "where the papers do not answer, you are told so.</p></div>"
)
HINT = (
    '<div class="hint"><h3>Evidence</h3><p>The papers an answer cites are shown here. Click a '
    "marker such as <b>[1]</b> to see the sentence it stands for in its place.</p></div>"
)


def conversation(turns: Sequence[Turn]) -> str:
    """The turns, oldest first."""
    return "".join(map(turn_html, turns))


def turn_html(turn: Turn) -> str:
    """A question and its answer as far as it is there."""
    return (
        f'<article class="turn" data-turn="{turn.number}">'
        f'<h2 class="question">{escape(turn.question)}</h2>'
        f'<div class="reply" aria-live="polite" aria-busy="{str(turn.running).lower()}">'
        f"{_reply(turn)}</div></article>"
    )


def _reply(turn: Turn) -> str:
    text = f'<div class="text streaming">{escape(turn.text)}</div>' if turn.text else ""
    if turn.answer is not None:
        return _abstention(turn.answer) if turn.answer.abstained else _answer(turn, turn.answer)
    if turn.error:
        return (
            f'{text}<div class="notice error" role="alert"><h3>That did not work</h3>'
            f"<p>{escape(turn.error)}</p></div>"
        )
    if turn.stopped:
        note = " What is above was not checked." if turn.text else ""
        return f'{text}<p class="status">Stopped.{note}</p>'
    unchecked = " (unchecked until it is done)" if turn.text else ""
    return f'{text}<p class="status working">{escape(turn.status)}…{unchecked}</p>'


def _answer(turn: Turn, answer: Answer) -> str:
    text = f'<div class="text">{answer_text(answer, turn.number)}</div>'
    return f"{_understood(answer)}{text}{_notes(answer)}{_account(answer)}"


def _understood(answer: Answer) -> str:
    """How the question was taken: what it leans on, and the papers it was kept to."""
    told = [f"Kept to {values}" for values in dict.fromkeys(understood_in_words(answer).values())]
    if answer.asked not in ("", answer.question):
        told.insert(0, f"Asked: {answer.asked}")
    return "".join(f'<p class="understood">{escape(text)}</p>' for text in told)


def _notes(answer: Answer) -> str:
    return "".join(f'<p class="note">{escape(note)}</p>' for note in answer.notes)


def answer_text(answer: Answer, turn: int) -> str:
    """The answer with each sentence in its own span and each marker a button to its quotes.

    Text between sentences stays as it is. Text that belongs to no sentence is shown without
    buttons.
    """
    starts = [start for start, _ in answer_spans(answer)]
    if not starts:
        return escape(answer.answer)
    pieces = [escape(answer.answer[: starts[0]])]
    for sentence, (start, end) in zip(
        answer.sentences, pairwise([*starts, len(answer.answer)]), strict=True
    ):
        pieces.append(_sentence(answer, turn, sentence, answer.answer[start:end]))
    return "".join(pieces)


def _sentence(answer: Answer, turn: int, sentence: Sentence, printed: str) -> str:
    body = printed.rstrip()
    pieces: list[str] = []
    cursor = 0
    for match in MARKER.finditer(body):
        cited = [i for i in sentence.citations if answer.citations[i].marker == int(match[1])]
        pieces.append(escape(body[cursor : match.start()]))
        pieces.append(_marker(answer, turn, cited) if cited else escape(match[0]))
        cursor = match.end()
    pieces.append(escape(body[cursor:]))
    note = ""
    if sentence.support in SUPPORT_NOTES:
        word, meaning = SUPPORT_NOTES[sentence.support]
        note = f' <small class="support" title="{escape(meaning)}">{escape(word)}</small>'
    return (
        f'<span class="sentence {sentence.support}">{"".join(pieces)}{note}</span>'
        f"{escape(printed[len(body) :])}"
    )


def _marker(answer: Answer, turn: int, cited: Sequence[int]) -> str:
    first = answer.citations[cited[0]]
    keys = " ".join(quote_key(turn, i) for i in cited)
    return (
        f'<button type="button" class="marker" data-turn="{turn}" data-quotes="{keys}"'
        f' data-paper="{first.marker}" title="{escape(first.title)}"'
        f' aria-label="Show what {first.marker} says: {escape(first.title)}">'
        f"[{first.marker}]</button>"
    )


def _account(answer: Answer) -> str:
    """The line under an answer: how its sentences stand, who wrote it, how long it took."""
    counts = dict.fromkeys(("supported", *SUPPORT_NOTES), 0)
    for sentence in answer.sentences:
        counts[sentence.support] += 1
    words = {"supported": "supported"} | {kind: note[0] for kind, note in SUPPORT_NOTES.items()}
    parts = [f"{count} {words[kind]}" for kind, count in counts.items() if count]
    if len(parts) == 1 and counts["supported"]:
        parts = ["every sentence supported"]
    if answer.removed_markers:
        parts.append(f"{_count(answer.removed_markers, 'invented citation')} removed")
    parts.append(answer.backend)
    parts.append(_duration(answer.timings_ms))
    return f'<p class="account">{" · ".join(escape(part) for part in parts if part)}</p>'


def _duration(timings_ms: dict[str, float]) -> str:
    total = timings_ms.get("total", sum(timings_ms.values()))
    return "" if not total else f"{total:.0f} ms" if total < 1000 else f"{total / 1000:.1f} s"


def _nearest(answer: Answer) -> str:
    """The quotes that come near a question that is not answered."""
    near = "".join(
        f"<blockquote>{escape(one.quote)} <cite>{escape(one.title)}</cite></blockquote>"
        for one in answer.nearest
    )
    return f"<p>What comes near:</p>{near}" if near else ""


def _abstention(answer: Answer) -> str:
    reason = answer.reason[:1].upper() + answer.reason[1:]
    return (
        f"{_understood(answer)}"
        f'<div class="notice abstained"><h3>{escape(answer.answer)}</h3><p>{escape(reason)}</p>'
        f"{_nearest(answer)}"
        '<p class="next">Ask about something they report, put it in their words, or add papers '
        "that cover it with <code>askpapers ingest</code>.</p></div>"
        f"{_account(answer)}"
    )


def header(filling: Filling | None, problem: str = "") -> str:
    """The head of the page: the name and what there is to ask about, or what is wrong."""
    state = problem if filling is None else _state(filling)
    wrong = filling is None or filling.problem
    return (
        f'<div class="brand"><h1>askpapers</h1><p class="{"problem" if wrong else ""}">'
        f"{escape(state)}</p></div>"
    )


def _state(filling: Filling) -> str:
    """How many papers there are, and which of them questions may miss yet."""
    state, waiting = _count(filling.standing.papers, "paper"), filling.standing.waiting
    if not waiting:
        return state
    state += f" · {waiting:,} found by words only so far"
    if filling.problem:
        return f"{state}: {filling.problem}"
    if filling.seconds_left:
        state += f", {span(filling.seconds_left)} left at {filling.rate:.0f} a second"
    return state


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
