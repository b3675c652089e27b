"""The drawer of conversations: listed, searched, renamed, deleted with undo.

Titles are questions, and so untrusted: every piece of them passes through `html.escape` here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import LibraryError
from rag.stored.conversations import Conversation
from ui.app.desk import QUIET, Desk, Wiring

if TYPE_CHECKING:
    from gradio.components import Component
    from gradio.events import Dependency


class Open(Protocol):
    """A conversation that is open on a page; its id is empty before the first question."""

    @property
    def conversation_id(self) -> str:
        """Its id."""
        ...


Current = str | Open

PAGE = 50  # conversations shown at first, and more at each wish for more

TOGGLE = (
    '<button type="button" class="quiet" data-drawer="conversations" aria-expanded="false"'
    ' aria-controls="conversations">Conversations</button>'
)
_PENCIL = "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"
_BIN = "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10.5 10.5v5M13.5 10.5v5"


class Sidebar:
    """The components of the drawer; the chat lays it out and opens what is chosen in it.

    A click on a conversation asks for the verb `open-conversation` with its id.
    """

    verbs = (
        "rename-conversation",
        "delete-conversation",
        "restore-conversation",
        "more-conversations",
    )

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk

    def lay_out_toggle(self) -> None:
        """The button that opens the drawer, where the page is too narrow to show it always."""
        self._gr.HTML(
            TOGGLE, elem_id="conversations-toggle", apply_default_css=False, js_on_load=None
        )

    def lay_out(self) -> None:
        """What is in the drawer: within a column whose `elem_id` is `conversations`."""
        gr = self._gr
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        self._most = gr.State(PAGE)
        self._words = gr.Textbox(
            label="Search conversations",
            show_label=False,
            placeholder="Search conversations",
            max_lines=1,
            elem_id="conversations-search",
        )
        self._said = html(elem_id="conversations-said")
        self._list = html(elem_id="conversations-list")

    def connect(self, app: Wiring, current: Component, changes: Iterable[Dependency] = ()) -> None:
        """`current` is a `gr.State` of the conversation on the page, or of its id; `changes` are
        events after which it may be another one, or have a turn more.
        """
        quiet: dict[str, Any] = {**QUIET, "queue": False}
        given = [self._words, self._most, current]
        told = [self._list, self._said]
        app.blocks.load(self.show, given, self._list, **quiet)
        self._words.change(self.show, given, self._list, trigger_mode="always_last", **quiet)
        for change in changes:
            change.then(self.show, given, self._list, **quiet)
        carriers = app.carriers
        for verb, does in (
            ("rename-conversation", self.rename),
            ("delete-conversation", self.delete),
            ("restore-conversation", self.restore),
        ):
            carriers[verb].submit(does, [carriers[verb], *given], told, **quiet)
        more = carriers["more-conversations"]
        more.submit(lambda most: most + PAGE, self._most, self._most, **quiet).then(
            self.show, given, self._list, **quiet
        )

    def show(self, words: str, most: int, current: Current) -> str:
        """The list: what holds `words`, up to `most`."""
        try:
            found = self._desk.library.conversations.find(words, most + 1)
        except LibraryError as error:
            return f'<p class="problem" role="alert">{escape(str(error))}</p>'
        today = datetime.now().astimezone().date()
        here = current if isinstance(current, str) else current.conversation_id
        return listed(found[:most], here, today, words, more=len(found) > most)

    def rename(self, asked: str, words: str, most: int, current: Current) -> tuple[str, str]:
        """Give a conversation another title; `asked` is JSON with its `id` and `title`."""
        try:
            wanted = json.loads(asked)
            kept = self._desk.library.conversations.rename(str(wanted["id"]), str(wanted["title"]))
            told = f"It is called {_quoted(kept)} now."
        except (ValueError, TypeError, KeyError):  # no page of ours sends that
            told = ""
        except LibraryError as error:
            told = escape(str(error))
        return self.show(words, most, current), told

    def delete(
        self, conversation_id: str, words: str, most: int, current: Current
    ) -> tuple[str, str]:
        """Delete a conversation, and offer to undo it."""
        try:
            gone = self._desk.library.conversations.delete(conversation_id)
            told = (
                f'Deleted {_quoted(gone)}. <button type="button" class="link"'
                f' data-go="restore-conversation" data-value="{escape(gone.conversation_id)}">'
                "Undo</button>"
            )
        except LibraryError as error:
            told = escape(str(error))
        return self.show(words, most, current), told

    def restore(
        self, conversation_id: str, words: str, most: int, current: Current
    ) -> tuple[str, str]:
        """Undo a deletion."""
        try:
            back = self._desk.library.conversations.restore(conversation_id)
            told = f"{_quoted(back)} is back."
        except LibraryError as error:
            told = escape(str(error))
        return self.show(words, most, current), told


def listed(
    found: Sequence[Conversation],
    current: str,
    today: date,
    words: str = "",
    *,
    more: bool = False,
) -> str:
    """The conversations as HTML, newest first, by when they were last gone on with."""
    if not found:
        none = "No conversation holds these words." if words.strip() else "None kept yet."
        return f'<p class="empty">{none}</p>'
    groups = groupby(found, key=lambda one: _when(one.changed, today))
    titles = Counter(one.title for one in found)
    pieces = [
        f"<h2>{when}</h2><ul>{''.join(_entries(ones, current, titles))}</ul>"
        for when, ones in groups
    ]
    if more:
        pieces.append(
            '<button type="button" class="link" data-go="more-conversations">Show more</button>'
        )
    return "".join(pieces)


def _entries(
    found: Iterable[Conversation], current: str, titles: Mapping[str, int]
) -> Iterator[str]:
    """Each with when it was last gone on with: to see where `titles` are told apart by nothing
    else, and for who points at it.
    """
    for one in found:
        name, title = escape(one.conversation_id), escape(one.title)
        here = ' aria-current="true"' if one.conversation_id == current else ""
        turns = f"{one.turns} question{'' if one.turns == 1 else 's'}"
        local = one.changed.astimezone()
        twin = f'<time aria-hidden="true">{local:%d %b, %H:%M}</time>'
        yield (
            f'<li data-conversation="{name}"><button type="button" class="open"{here}'
            f' data-go="open-conversation" data-value="{name}"'
            f' title="{turns}, {local:%d %b %Y, %H:%M}">{title}</button>'
            f"{twin if titles[one.title] > 1 else ''}"
            f'<button type="button" class="act" data-rename="{name}" title="Rename"'
            f' aria-label="Rename “{title}”">{_icon(_PENCIL)}</button>'
            '<button type="button" class="act" data-go="delete-conversation" title="Delete"'
            f' data-value="{name}" aria-label="Delete “{title}”">{_icon(_BIN)}</button></li>'
        )


def _icon(path: str) -> str:
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'


def _quoted(one: Conversation) -> str:
    return f"“{escape(one.title)}”"


def _when(changed: datetime, today: date) -> str:
    """The heading that a conversation of that moment stands under."""
    day = changed.astimezone().date()
    days = (today - day).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return "Last 7 days" if days < 8 else f"{day:%B %Y}"
