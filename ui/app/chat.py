"""The chat: conversations, and beside them the evidence. Its HTML is made in `ui.app.render`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from rag.answer import MAX_QUESTION_CHARS
from rag.errors import RagError
from rag.stored.chosen import ALL_PAPERS, Chosen
from rag.stored.conversations import new_id
from ui.app.actions import actions
from ui.app.asking import Asking, wordings
from ui.app.conversations import Sidebar
from ui.app.desk import QUIET, Desk, Wiring
from ui.app.evidence import evidence
from ui.app.offers import EXAMPLES, choices, greeting
from ui.app.pieces import Piece, pieces_carrier, place
from ui.app.render import (
    HINT,
    WELCOME,
    address,
    chips,
    conversation,
    notice,
    suggestions,
    turn_html,
)
from ui.app.talk import MORE, SHOWN, Page, Talk, reopened
from ui.app.turns import BROKEN, Taking, Turn
from ui.app.voting import Voting, ballot
from ui.app.yielding import ending

Screen = dict[Any, Any]
"""What changes on the page, by component."""


class Chat:
    """The components of the chat and what happens between them."""

    name = "Chat"
    verbs: tuple[str, ...] = (
        *("ask", "ask-only", "exclude", "open-conversation", "model-chosen"),  # for everyone
        *("again", "retry", "widen", "unfilter", "free", "earlier"),  # of its own answers
        "choose-again",
        *Sidebar.verbs,
        *Voting.verbs,
    )

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk
        self._asking = Asking(desk)
        self._sidebar = Sidebar(desk)
        self._voting = Voting(desk)

    def lay_out(self) -> None:
        """The conversations, the one that is open, the question box below it, the evidence."""
        gr = self._gr
        # no default styles, and no listener: scripts/ hear the clicks
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        self._talk = gr.State(Talk())
        self._page = gr.State(Page())
        with gr.Row(elem_id="body"):
            with gr.Column(elem_id="conversations"):
                self._sidebar.lay_out()
            with gr.Column(elem_id="chat"):
                with gr.Row(elem_id="over"):
                    self._sidebar.lay_out_toggle()
                    self._fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
                with gr.Column(elem_id="conversation"):
                    html(place(), elem_id="past")
                    with gr.Column(elem_id="latest"):
                        self._now = html(elem_id="now")
                        html(place(), elem_id="further")
                    with gr.Column(elem_id="welcome"):  # hidden by styles/ once something was asked
                        html(WELCOME)
                        self._examples = [
                            gr.Button(question, elem_classes="example") for question, _ in EXAMPLES
                        ]
                self._chips = html(elem_id="chips")
                self._box = gr.Textbox(
                    label="Question",
                    show_label=False,
                    placeholder="Ask about these papers",
                    max_lines=6,
                    max_length=MAX_QUESTION_CHARS,
                    submit_btn=True,
                    stop_btn=True,  # styles/ show the one that fits
                    autofocus=True,
                    elem_id="question",
                )
                with gr.Row(elem_id="under"):
                    self._model = gr.Dropdown(
                        self._choices(), label="Chat model", elem_id="model", filterable=False
                    )
                    html(place(), elem_id="address")
                self._voting.lay_out()
            html(place(("hint", HINT)), elem_id="evidence")
            self._pieces = pieces_carrier()

    def connect(self, app: Wiring) -> None:
        """Asking, stopping, choosing papers, going back to what was asked, beginning anew."""
        # Few of them: for each of the page's messages Gradio looks for each in the whole page.
        self._screen = [self._talk, self._pieces, self._now, self._chips, self._box]
        heard = app.carriers
        verbs: dict[str, Callable[..., Iterator[Screen]]] = {
            "ask": self.ask,
            "again": self.again,
            "retry": self.retry,
            "widen": self.widen,
            "unfilter": self.take_back,
            "exclude": self.exclude,
        }
        asks: list[tuple[Any, Any, Callable[..., Iterator[Screen]]]] = [
            (self._box.submit, self._box, self.ask),
            *((example.click, example, self.ask) for example in self._examples),
            *((heard[verb].submit, heard[verb], do) for verb, do in verbs.items()),
        ]
        many = QUIET | {"trigger_mode": "multiple"}
        at_once = QUIET | {"queue": False}
        shown = []  # after which there is an answer
        for begins, what, do in asks:
            given = [what, self._model, self._talk, self._page]
            asked = begins(ending(do, self._now), given, self._screen, **many)
            asked.failure(self.broken, [self._talk, self._page], self._screen, **QUIET)
            shown.append(asked)
        changes = {"ask-only": self.ask_only, "free": self.free, "choose-again": self.choose_again}
        for verb, change in changes.items():
            given = [heard[verb], self._talk, self._page]
            heard[verb].submit(change, given, self._screen, **at_once)
        for verb in ("ask", "ask-only", "open-conversation"):
            heard[verb].submit(self._show_tab, None, app.tabs, **at_once)
        heard["earlier"].submit(self.earlier, [self._talk, self._page], self._screen, **QUIET)
        self._box.stop(self.stop, [self._talk], None, **at_once)
        left = [self._fresh.click(self.begin_anew, [self._page], self._screen, **at_once)]
        opens = heard["open-conversation"]
        opened = [opens, self._model, self._page]
        shown.append(opens.submit(ending(self.open, self._now), opened, self._screen, **many))
        self._pieces.submit(self.whole, [self._talk, self._page], self._screen, **QUIET)
        for greets in (app.blocks.load, heard["model-chosen"].submit):
            greets(self.greet, None, [self._model, *self._examples], **at_once)
        named = "(_, ...all) => [new URLSearchParams(location.search).get('conversation'), ...all]"
        held = [self._box, self._model, self._page]
        again = ending(self.reopen, self._now)
        shown.append(app.blocks.load(again, held, self._screen, js=named, **QUIET))
        gone = heard["delete-conversation"]
        given = [gone, self._talk, self._page]
        left.append(gone.submit(self.deleted, given, self._screen, **at_once))
        self._sidebar.connect(app, self._talk, [*shown, *left])
        for one in shown:
            given = [self._talk, self._model, self._page]
            one.success(self.suggest, given, self._pieces, trigger_mode="multiple", **at_once)
        self._voting.connect(app)

    def _show_tab(self) -> Any:
        return self._gr.Tabs(selected=self.name.lower())

    def _choices(self) -> list[tuple[str, str]]:
        return choices(self._desk.knobs.config)

    def greet(self) -> list[Any]:
        """What a newly opened page offers: chat models, fitting examples."""
        knobs = self._desk.knobs
        return greeting(self._desk.library, knobs.config, knobs.backend)

    # -- asking

    def ask(self, question: str, backend: str, talk: Talk, page: Page) -> Iterator[Screen]:
        """Take one more turn, yielding what changes on the screen."""
        question = question.strip()
        if not question or talk.running:  # nothing asked, or one thing at a time
            yield {self._box: question}
            return
        talk = self._asking.as_kept(talk)
        begun = Turn(talk.next_number, question, chosen=page.chosen)
        yield from self._take(begun, backend, talk, page)

    def again(self, edited: str, backend: str, talk: Talk, page: Page) -> Iterator[Screen]:
        """Ask an edited question in the place of the old one; what came after it goes.

        It is asked of the papers that the old one was asked of, unless others were chosen since.
        """
        what = json.loads(edited)
        old, question = talk.turn(int(what["turn"])), str(what["question"]).strip()
        if old and talk.last and question[:MAX_QUESTION_CHARS]:
            chosen = old.chosen if page.chosen == talk.last.chosen else page.chosen
            asked = replace(old, question=question, chosen=chosen)
            yield from self._anew(asked, backend, talk, page)

    def retry(self, which: str, _backend: str, talk: Talk, page: Page) -> Iterator[Screen]:
        """Have another chat model answer the last question, as it was asked."""
        offered = [backend for _, backend in self._choices()]  # a page can name any file as model
        if (last := talk.last) and which in offered:
            yield from self._anew(last, which, talk, page, page.chosen)

    def widen(self, _: str, backend: str, talk: Talk, page: Page) -> Iterator[Screen]:
        """Answer the last question again from all papers: nothing in it is a filter."""
        if last := talk.last:
            literally = (*last.literally, *wordings(talk))
            free = replace(last, literally=literally, chosen=ALL_PAPERS)
            yield from self._anew(free, backend, talk, page)

    def take_back(self, wording: str, backend: str, talk: Talk, page: Page) -> Iterator[Screen]:
        """Answer the last question again without the filter whose chip was clicked."""
        if talk.last and wording in wordings(talk):  # else it was clicked twice
            literally = (*talk.last.literally, wording)
            asked = replace(talk.last, literally=literally, chosen=page.chosen)
            yield from self._anew(asked, backend, talk, page)

    def exclude(self, paper_id: str, backend: str, talk: Talk, page: Page) -> Iterator[Screen]:
        """Leave a paper out from now on, and answer the last question again without it."""
        page.chosen = page.chosen.leave_out(paper_id, self._asking.title(paper_id))
        if talk.last and not talk.running:
            yield from self._anew(replace(talk.last, chosen=page.chosen), backend, talk, page)
        else:
            yield {self._chips: chips(talk, page.chosen)}

    def _anew(
        self, asked: Turn, backend: str, talk: Talk, page: Page, chosen: Chosen | None = None
    ) -> Iterator[Screen]:
        """Ask what a turn asks in the place of the one of its number; those after it go.

        Questions to come are asked of the papers `chosen`, or of its own.
        """
        if not talk.running:
            page.chosen = asked.chosen if chosen is None else chosen
            yield from self._take(asked.again(), backend, talk, page, anew=True)

    def whole(self, talk: Talk, page: Page) -> Screen:
        """All of what is on the page, which has lost some of it."""
        page.pieces.forget()
        return self._shown(talk, page) if talk.last else self.begin_anew(page)

    def _take(
        self, begun: Turn, backend: str, talk: Talk, page: Page, *, anew: bool = False
    ) -> Iterator[Screen]:
        name = talk.conversation_id or new_id()
        talk = replace(talk, conversation_id=name)
        taking = self._asking.begin(begun, backend, talk)
        if taking is None:  # another page is asking: show it
            yield from self.open(name, backend, page, page.chosen)
            return
        now = talk.with_turn(begun)
        there = page.turned()
        yield self._shown(now, page) | ({} if anew else {self._box: ""})
        yield from self._follow(taking, now, backend, page, there)

    def _follow(
        self, taking: Taking, talk: Talk, backend: str, page: Page, there: Callable[[], bool]
    ) -> Iterator[Screen]:
        """What changes until the last turn of `talk` has ended, or is on the page no more."""
        begun = talk.turns[-1]
        for turn in taking.follow(there):
            if turn.number != begun.number:  # another page's turn came between: show both
                yield from self.open(talk.conversation_id, backend, page, page.chosen)
                return
            talk = talk.with_turn(turn)
            if turn.running:
                yield {self._talk: talk, self._now: turn_html(turn)}
            else:
                yield self._shown(talk, page)

    async def suggest(self, talk: Talk, backend: str, page: Page) -> Any:
        """Questions to go on with, if the answer is still on the page once they are found."""
        there = page.staying()
        found = await self._asking.suggested(talk, backend, there)
        if not found or not there():
            return self._gr.skip()
        return page.pieces.change(further=[suggestions(found)])

    def stop(self, talk: Talk) -> None:
        """Stop the running turn; whoever follows it shows it as stopped."""
        if taking := self._asking.running(talk.conversation_id):
            taking.stop()

    def broken(self, talk: Talk, page: Page) -> Screen:
        """End the running turn after an error that is a fault of askpapers."""
        if talk.last is None:
            return {self._now: notice("That did not work", BROKEN)}
        failed = replace(talk.last, error=talk.last.error or BROKEN)
        return self._shown(talk.with_turn(failed), page)

    def ask_only(self, paper_id: str, talk: Talk, page: Page) -> Screen:
        """Ask this paper alone from now on."""
        page.chosen = page.chosen.ask_only(paper_id, self._asking.title(paper_id))
        return {self._chips: chips(talk, page.chosen)}

    def free(self, paper_id: str, talk: Talk, page: Page) -> Screen:
        """Neither ask this paper alone nor leave it out any more."""
        page.chosen = page.chosen.freed(paper_id)
        return {self._chips: chips(talk, page.chosen)}

    def choose_again(self, chosen: str, talk: Talk, page: Page) -> Screen:
        """Choose what was chosen for a question that comes back into the box (JSON)."""
        page.chosen = self._asking.chosen_again(chosen)
        return {self._chips: chips(talk, page.chosen)}

    # -- conversations

    def reopen(self, name: str | None, backend: str, page: Page) -> Iterator[Screen]:
        """Open the conversation that the page's address names, unless someone was quicker."""
        if name and not page.shown:
            yield from self.open(name, backend, page)

    def open(
        self, name: str, backend: str, page: Page, chosen: Chosen | None = None
    ) -> Iterator[Screen]:
        """Open a conversation as it was kept, and go on with what is being answered in it.

        Questions to come are asked of the papers `chosen`, or of those of its last question.
        """
        if not name:
            yield self.begin_anew(page)
            return
        there = page.turned()
        page.pieces.forget()  # some may be out of date: votes were given in another tab, say
        taking = self._asking.running(name)
        try:
            kept = self._desk.library.conversations.turns(name)
        except RagError as error:
            if taking is None:
                told = notice("This conversation cannot be opened", str(error))
                yield self.begin_anew(page) | {self._now: told}
                return
            kept = ()
        talk = reopened(name, kept)
        if taking is not None:
            talk = talk.with_turn(taking.turn)
        page.chosen = talk.turns[-1].chosen if chosen is None else chosen
        yield self._shown(talk, page)
        if taking is not None:
            yield from self._follow(taking, talk, backend, page, there)

    def earlier(self, talk: Talk, page: Page) -> Screen:
        """Bring back turns that have left the page."""
        try:
            kept = self._desk.library.conversations.turns(talk.conversation_id)
        except RagError as error:  # deleted in another tab, it may be
            told = notice("What came before cannot be shown", str(error))
            past = conversation(talk.turns[:-1], len(talk.before), self._below)
            return {self._pieces: page.pieces.change(past=[Piece("problem", lambda: told), *past])}
        there = max(SHOWN, len(talk.turns)) + MORE
        return self._shown(reopened(talk.conversation_id, kept, there), page)

    def begin_anew(self, page: Page) -> Screen:
        """Leave the conversation: the next question begins another."""
        page.turned()
        page.chosen = ALL_PAPERS
        hint = Piece("hint", lambda: HINT)
        return {
            self._talk: Talk(),
            self._pieces: page.pieces.change(
                past=[], evidence=[hint], further=[], address=[address(Talk())]
            ),
            self._now: "",
            self._chips: "",
            self._box: "",
        }

    def deleted(self, name: str, shown: Talk, page: Page) -> Screen:
        """Stop answering in a conversation that is deleted, and leave it if it is on the page."""
        if taking := self._asking.running(name):
            taking.stop()  # its answer, kept, would bring the conversation back
        if name == shown.conversation_id:
            return self.begin_anew(page)
        return {self._now: self._gr.skip()}

    def _shown(self, talk: Talk, page: Page) -> Screen:
        """All of the conversation."""
        last = talk.turns[-1]
        below = partial(self._below, backends=self._choices())
        return {
            self._talk: talk,
            self._now: turn_html(last, below),
            self._pieces: page.pieces.change(
                past=conversation(talk.turns[:-1], len(talk.before), self._below),
                evidence=[Piece(turn.key, partial(evidence, turn)) for turn in talk.turns],
                further=[],
                address=[address(talk)],
            ),
            self._chips: chips(talk, page.chosen),
        }

    def _below(self, turn: Turn, backends: Sequence[tuple[str, str]] = ()) -> str:
        """What can be done with a turn that has ended, and what was said of its answer."""
        done = actions(turn, backends)
        if turn.answer is None or turn.warning:
            return done
        return done + ballot(turn.answer, self._desk.library.votes.of(turn.answer.id))
