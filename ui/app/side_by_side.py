"""Two drafts of an answer side by side, in an order of chance, and which of them is better.

Answers are untrusted: every piece of them passes through `html.escape` here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Protocol, get_args, runtime_checkable

from rag.errors import RagError
from rag.models.weights import find
from rag.settings import Configuration
from rag.stored.chosen import Chosen, notes_chosen
from rag.stored.votes import MOST_REASON, Winner
from rag.types import Answer, Done, Event
from ui.app.answer_page import answer_text
from ui.app.desk import QUIET, Desk, Wiring
from ui.app.offers import choices
from ui.app.turns import Asks
from ui.quoted import quoted

_CHOICES: dict[Winner, str] = {
    "first": "First is better",
    "second": "Second is better",
    "tie": "As good as each other",
    "both_bad": "Both are bad",
}
_NOT_THE_SAME = (
    '<p role="status">This was asked of papers that you chose, with an older askpapers that did not'
    " keep which they were: a second draft would answer another question. Ask it again, of the"
    " same papers.</p>"
)
_OPENED = """watch('value', () => {
  const dialog = element.querySelector('dialog');
  if (!dialog || dialog.open) return;
  const closed = new CustomEvent('go:compare-close', { detail: '' });
  dialog.addEventListener('close', () => document.dispatchEvent(closed));
  dialog.showModal();
});"""
"""Opens a dialog that has come; to close it tells the server, which takes it away."""


@runtime_checkable
class Draws(Protocol):
    """Answerers that can have a chat model draw another draft."""

    def drawn(self, backend: str, seed: int) -> Asks:
        """What answers with the draft of this seed."""
        ...


@dataclass(frozen=True, slots=True)
class Rival:
    """What may write the other draft; `drawn` says that it is drawn at random."""

    label: str
    backend: str
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two drafts as they are shown, and what made each."""

    first: Answer
    second: Answer
    configurations: tuple[Configuration, Configuration]


class SideBySide:
    """The dialog in which a second draft is made, shown beside the first, and judged."""

    verbs = ("compare", "prefer", "compare-close")

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk

    def lay_out(self) -> None:
        """The dialog's place; it is empty until it is wished for."""
        gr = self._gr
        self._pair = gr.State()
        self._dialog = gr.HTML(elem_id="side-by-side", apply_default_css=False, js_on_load=_OPENED)

    def connect(self, app: Wiring) -> None:
        """Making a second draft, judging the two, closing."""
        compare, prefer, close = (app.carriers[verb] for verb in self.verbs)
        shown = [self._dialog, self._pair]
        making = compare.submit(self.compare, compare, shown, **QUIET)
        at_once: dict[str, Any] = {**QUIET, "queue": False}
        prefer.submit(self.prefer, [prefer, self._pair], shown, **at_once)
        close.submit(lambda: ("", None), None, shown, cancels=[making], **at_once)

    def compare(self, asked: str) -> Iterator[tuple[str, Pair | None]]:
        """Have a second draft made of the answer that `asked` names (JSON: its id as `answer`, and
        which of the `rivals` is to write); the dialog as it comes along.
        """
        try:
            row = json.loads(asked)
            answer_id, place = str(row["answer"]), row.get("rival")
        except (ValueError, TypeError, KeyError, AttributeError):
            yield "", None  # no page of ours sends that
            return
        try:
            conversations = self._desk.library.conversations
            answer, made = conversations.answer(answer_id), conversations.made(answer_id)
            chosen = conversations.chosen(answer_id)
            if notes_chosen(answer) and not chosen:
                yield dialog(_NOT_THE_SAME), None
                return
            rivals = self.rivals(made)
            if len(rivals) == 1:
                place = 0
            if not isinstance(place, int) or not 0 <= place < len(rivals):
                yield dialog(_choose(answer_id, rivals)), None
                return
            rival = rivals[place]
            yield dialog(_writing(rival)), None
            pair = shuffled((answer, made), self._draft(answer, rival, chosen))
            yield dialog(_two(pair)), pair
        except RagError as error:
            yield dialog(f'<p class="problem" role="alert">{escape(str(error))}</p>'), None

    def rivals(self, made: Configuration) -> list[Rival]:
        """What else can write a draft: the same chat model again, or another that is there."""
        config = self._desk.knobs.config
        found = [
            Rival(backend, backend)
            for _, backend in choices(config)
            if backend != made.backend and (backend != "local" or find("local", config))
        ]
        if made.backend != "extractive" and isinstance(self._desk.answerers, Draws):
            found.insert(0, Rival(f"{made.backend}, drawn anew", made.backend, drawn=True))
        return found

    def _draft(self, answer: Answer, rival: Rival, chosen: Chosen) -> tuple[Answer, Configuration]:
        """The other draft and what made it. Raises as answerers do."""
        made = Configuration.of(rival.backend, self._desk.knobs.settings)
        asks = self._desk.answerers(rival.backend) if not rival.drawn else None
        if asks is None:
            assert isinstance(self._desk.answerers, Draws)  # or nothing drawn was offered
            made = replace(made, seed=1 + secrets.randbelow(2**31 - 1))
            asks = self._desk.answerers.drawn(rival.backend, made.seed)
        for event in self._stream(asks, answer, chosen):
            if isinstance(event, Done):
                return chosen.noted(event.answer), made
        raise AssertionError("the events ended without Done")

    def _stream(self, asks: Asks, answer: Answer, chosen: Chosen) -> Iterator[Event]:
        """Ask what was asked for `answer`: the same question of the same papers after the same
        conversation.
        """
        turns = self._desk.library.conversations.upto(answer.id)
        if not turns:  # another has its place in the conversation: what it leaned on is not known
            return asks.stream(answer.asked or answer.question, within=chosen.within)
        history = [one.answer.exchange for one in turns[:-1]]
        literally = turns[-1].literally
        return asks.stream(
            answer.question, within=chosen.within, history=history, literally=literally
        )

    def prefer(self, asked: str, pair: Pair | None) -> tuple[str, Pair | None]:
        """Keep which draft is better (`asked` is JSON with the `winner` and a `reason`), and tell
        which was whose.
        """
        try:
            row = json.loads(asked)
            winner, reason = row["winner"], str(row.get("reason") or "")
        except (ValueError, TypeError, KeyError, AttributeError):
            return "", None
        if pair is None or winner not in get_args(Winner):
            return "", None
        try:
            kept = self._desk.library.votes.compare(
                pair.first, pair.second, winner, pair.configurations, reason
            )
        except RagError as error:
            return dialog(f'<p class="problem" role="alert">{escape(str(error))}</p>'), pair
        first, second = map(_named, (kept.first_configuration, kept.second_configuration))
        told = f"The first was written by {first}, the second by {second}."
        return dialog(f'<p role="status">Kept. {escape(told)}</p>'), None


def shuffled(one: tuple[Answer, Configuration], other: tuple[Answer, Configuration]) -> Pair:
    """The two in an order of chance, so that neither place is either's."""
    first, second = (one, other) if secrets.randbelow(2) else (other, one)
    return Pair(first[0], second[0], (first[1], second[1]))


def dialog(body: str) -> str:
    """The dialog with `body`, which is HTML."""
    return (
        '<dialog class="side-by-side" aria-labelledby="side-by-side-title">'
        '<form method="dialog"><h2 id="side-by-side-title">Two drafts side by side</h2>'
        f'<button class="quiet">Close</button></form>{body}</dialog>'
    )


def _choose(answer_id: str, rivals: list[Rival]) -> str:
    if not rivals:
        return (
            "<p>There is no second chat model here. Pull the local one or name an endpoint, both in"
            " Settings.</p>"
        )
    buttons = "".join(
        '<button type="button" class="quiet" data-go="compare" data-value="'
        f'{escape(json.dumps({"answer": answer_id, "rival": place}))}">{escape(one.label)}</button>'
        for place, one in enumerate(rivals)
    )
    return f'<p>Who is to write the other draft?</p><div class="buttons">{buttons}</div>'


def _writing(rival: Rival) -> str:
    return f'<p class="working" role="status">{escape(rival.label)} is writing a draft…</p>'


def _two(pair: Pair) -> str:
    buttons = "".join(
        f'<button type="button" class="quiet" data-prefer="{winner}">{told}</button>'
        for winner, told in _CHOICES.items()
    )
    return (
        f"<p>{escape(pair.first.question)}</p>"
        f'<div class="two">{_draft("First", pair.first)}{_draft("Second", pair.second)}</div>'
        f'<label>Why? <input name="reason" maxlength="{MOST_REASON}" autocomplete="off"></label>'
        f'<div class="buttons">{buttons}</div>'
    )


def _draft(place: str, answer: Answer) -> str:
    """A draft with its quotes, and nothing that tells who wrote it."""
    quotes = "".join(
        f"<li>[{one.marker}] <cite>{escape(one.title)}</cite>: <q>{escape(quoted(one))}</q></li>"
        for one in answer.citations
    )
    listed = f"<details><summary>Quotes</summary><ul>{quotes}</ul></details>" if quotes else ""
    said = escape(answer.answer) if answer.abstained else answer_text(answer, linked=False)
    why = f"<p>{escape(answer.reason)}</p>" if answer.abstained else ""
    return f"<section><h3>{place}</h3><p>{said}</p>{why}{listed}</section>"


def _named(made: Configuration) -> str:
    return f"{made.backend}, drawn anew" if made.seed else made.backend
