"""Votes on the page: thumbs under an answer, with a reason, on its sentences, and as an eval case.

Answers are untrusted: every piece of them passes through `html.escape` here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryError
from rag.stored.votes import MOST_REASON, Verdict, Vote
from rag.types import Answer
from ui.app.desk import QUIET, Desk, Wiring
from ui.app.side_by_side import SideBySide

if TYPE_CHECKING:
    import gradio as gr

_UP = (
    "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.5 3.5L13 10h5.5c1.3 0 2 1 1.7 2.2"
    "l-1.6 6.3c-.3 1-1 1.5-2 1.5H7"
)
_WORDS: dict[Verdict, str] = {"up": "Good", "down": "Bad"}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as the page sends it; an empty verdict takes the vote back."""

    answer_id: str
    sentence: int | None
    verdict: Verdict | None
    reason: str

    @staticmethod
    def read(text: str) -> Ballot:
        """Raises ValueError for what no page of ours sends."""
        row = json.loads(text)
        if not isinstance(row, dict):
            raise ValueError("a vote is an object")
        sentence, verdict = row.get("sentence"), row.get("verdict") or None
        if sentence is not None and (isinstance(sentence, bool) or not isinstance(sentence, int)):
            raise ValueError("`sentence` is a number")
        if verdict not in (None, "up", "down"):
            raise ValueError("`verdict` is up or down")
        return Ballot(str(row["answer"]), sentence, verdict, str(row.get("reason") or ""))


class Voting:
    """Hears the votes of the page; nothing is drawn again, the page shows what was clicked."""

    verbs = ("vote", *SideBySide.verbs)

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk
        self._side_by_side = SideBySide(desk)

    def lay_out(self) -> None:
        """Where it is told what became of a vote, and where two drafts are shown."""
        html = partial(self._gr.HTML, apply_default_css=False, js_on_load=None)
        self._said: gr.HTML = html(elem_id="votes-said")
        self._side_by_side.lay_out()

    def connect(self, app: Wiring) -> None:
        """Keep what is voted."""
        heard = app.carriers["vote"]
        quiet: dict[str, Any] = {**QUIET, "queue": False}
        heard.submit(self.vote, heard, self._said, **quiet)
        self._side_by_side.connect(app)

    def vote(self, asked: str) -> str:
        """Keep a vote, or take it back; what is to be told."""
        try:
            ballot = Ballot.read(asked)
        except (ValueError, KeyError):
            return ""
        try:
            told = self._keep(ballot)
        except LibraryError as error:
            return f'<p class="problem" role="alert">{escape(str(error))}</p>'
        return f'<p role="status">{told}</p>'

    def _keep(self, ballot: Ballot) -> str:
        library = self._desk.library
        if ballot.verdict is None:
            for vote in library.votes.of(ballot.answer_id):
                if vote.sentence == ballot.sentence:
                    library.votes.take_back(vote.vote_id)
            return "Your vote is taken back."
        library.votes.cast(
            library.conversations.answer(ballot.answer_id),
            ballot.verdict,
            library.conversations.made(ballot.answer_id),
            sentence=ballot.sentence,
            reason=ballot.reason,
        )
        return "Your reason is kept." if ballot.reason else "Your vote is kept."


def ballot(answer: Answer, votes: Sequence[Vote] = ()) -> str:
    """The thumbs under an answer; its sentences, the reasons and the eval case are folded away."""
    given = {vote.sentence: vote for vote in votes}
    rows = "".join(
        f'<li><span class="said">{escape(sentence.text)}</span>'
        f"{_thumbs(given.get(place), place, f'sentence {place + 1}')}"
        f"{_reason(given.get(place), f'sentence {place + 1}')}</li>"
        for place, sentence in enumerate(answer.sentences)
    )
    sentences = f"<ol>{rows}</ol>" if rows else ""
    asked = json.dumps({"answer": answer.id})
    name = escape(answer.id)
    return (
        f'<div class="ballot" data-answer="{name}">{_thumbs(given.get(None), None, "answer")}'
        "<details><summary><span>Why?</span>"
        ' <span class="more">Vote on sentences, compare drafts, make an eval case</span></summary>'
        '<div class="why">'
        f"{_reason(given.get(None), 'the answer')}{sentences}"
        f'<button type="button" class="link" data-case="/answer/{name}/case">'
        "Make an eval case of these votes</button>"
        f' <button type="button" class="link" data-go="compare" data-value="{escape(asked)}">'
        "Compare with another draft</button>"
        '<p class="case-said" role="status"></p>'
        '<button type="button" class="link case-run" data-go="run-voted" data-tab="evals"'
        ' data-focus="#begin" hidden>Run them</button></div></details></div>'
    )


def _reason(vote: Vote | None, what: str) -> str:
    """Where a person says why; that of a sentence is shown once it was voted on."""
    kept = escape(vote.reason) if vote else ""
    return (
        f"<form data-reason><label>What makes {what} good or bad?"
        f' <input name="reason" maxlength="{MOST_REASON}" autocomplete="off" value="{kept}">'
        '</label><button type="submit" class="quiet">Keep</button></form>'
    )


def _thumbs(vote: Vote | None, sentence: int | None, what: str) -> str:
    place = "" if sentence is None else f' data-sentence="{sentence}"'
    return (
        f'<span class="thumbs" role="group" aria-label="Vote on the {what}"{place}>'
        + "".join(
            f'<button type="button" class="thumb {verdict}" data-vote="{verdict}"'
            f' aria-pressed="{str(vote is not None and vote.verdict == verdict).lower()}"'
            f' aria-label="{word} {what}" title="{word} {what}">'
            f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_UP}"/></svg></button>'
            for verdict, word in _WORDS.items()
        )
        + "</span>"
    )
