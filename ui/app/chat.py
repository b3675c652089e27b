"""The chat: a conversation, and beside it the evidence. Its HTML is made in `ui.app.render`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from rag.answer import MAX_QUESTION_CHARS
from rag.config import Config
from rag.errors import PaperNotFound, RagError
from rag.models.chat import resolve_backend
from rag.models.weights import find
from ui.app.desk import BROKEN, QUIET, Desk, Wiring
from ui.app.evidence import evidence
from ui.app.render import HINT, WELCOME, conversation, turn_html
from ui.app.turns import Taking, Turn

TURNS_KEPT = 50  # of one conversation; the page holds the evidence of all of them
CHIPS = 4  # filters of a question that can be taken back; more are only told

EXAMPLES = (
    (
        "How often are WebGPT's answers preferred over the human demonstrators' answers?",
        "2112.09332",
    ),
    ("Who wrote the weak-to-strong paper?", "2312.09390"),
    ("Which papers are from 2022?", ""),
    ("How does loss scale with model size, dataset size and compute?", "2001.08361"),
    ("What learning rate was used to train InstructGPT?", "2203.02155"),
)
"""Questions to begin with, each with the arXiv id of the paper that it asks about, if one."""


def choices(config: Config) -> list[tuple[str, str]]:
    """The chat models to choose from, as (label, backend); the default of `config` is one."""
    pulled = find("local", config) is not None
    offered = {
        "extractive": "extractive (quotes, no model)",
        "local": "local" if pulled else "local (not pulled: askpapers models pull local)",
    }
    if config.openai_key or config.openai_base_url:
        offered[f"openai:{config.openai_model}"] = f"openai:{config.openai_model}"
    chosen = resolve_backend(config.backend, config)
    offered.setdefault(chosen, chosen)
    return [(label, backend) for backend, label in offered.items()]


class Chat:
    """The components of the chat and what happens between them."""

    name = "Chat"
    verbs: tuple[str, ...] = ()

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk

    def lay_out(self) -> None:
        """The conversation, the question box below it, the evidence beside it."""
        gr = self._gr
        # no default styles, and no listener: scripts/ hear the clicks
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        self._turns = gr.State(())
        self._taking = gr.State()
        config = self._desk.config
        with gr.Row(elem_id="over"):
            self._model = gr.Dropdown(
                choices(config),
                value=resolve_backend(config.backend, config),
                label="Chat model",
                elem_id="model",
            )
            self._fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
        with gr.Row(elem_id="body"):
            with gr.Column(elem_id="chat"):
                with gr.Column(elem_id="conversation"):
                    self._past = html(elem_id="past")
                    self._now = html(elem_id="now")
                    with gr.Column(elem_id="welcome") as self._welcome:
                        html(WELCOME)
                        self._examples = [
                            gr.Button(question, elem_classes="example") for question, _ in EXAMPLES
                        ]
                with gr.Row(elem_id="chips"):
                    self._chips = [
                        gr.Button(visible=False, size="sm", elem_classes="chip")
                        for _ in range(CHIPS)
                    ]
                self._box = gr.Textbox(
                    label="Question",
                    show_label=False,
                    placeholder="Ask about these papers",
                    max_lines=6,
                    max_length=MAX_QUESTION_CHARS,
                    submit_btn=True,
                    autofocus=True,
                    elem_id="question",
                )
            self._panel = html(HINT, elem_id="evidence")

    def connect(self, app: Wiring) -> None:
        """Asking, stopping, taking filters back, beginning anew."""
        screen = [
            *(self._turns, self._taking, self._past, self._now, self._panel),
            *(self._welcome, self._box, self._fresh, *self._chips),
        ]
        quiet = QUIET
        asks = [
            begins(self.ask, [question, self._model, self._turns], screen, **quiet)
            for begins, question in [
                (self._box.submit, self._box),
                *((example.click, example) for example in self._examples),
            ]
        ]
        asks += [
            chip.click(partial(self.take_back, place), [self._model, self._turns], screen, **quiet)
            for place, chip in enumerate(self._chips)
        ]
        for ask in asks:
            ask.failure(self.broken, [self._turns], screen, **quiet)
        at_once = quiet | {"queue": False}
        self._box.stop(self.stop, [self._taking], None, **at_once)
        self._fresh.click(self.begin_anew, None, screen, **at_once)
        app.blocks.load(self.greet, None, [self._model, *self._examples], **at_once)

    def greet(self) -> list[Any]:
        """What a newly opened page offers: chat models, fitting examples."""
        gr = self._gr
        try:
            fitting = [not about or self._holds(about) for _, about in EXAMPLES]
        except RagError:  # told in the head of the page
            fitting = [False for _ in EXAMPLES]
        return [
            gr.Dropdown(choices(self._desk.config)),
            *(gr.Button(visible=fits) for fits in fitting),
        ]

    def _holds(self, arxiv_id: str) -> bool:
        try:
            self._desk.library.paper(arxiv_id)
        except PaperNotFound:
            return False
        return True

    def ask(self, question: str, backend: str, turns: Sequence[Turn]) -> Iterator[dict[Any, Any]]:
        """Take one more turn, yielding what changes on the screen."""
        question = question.strip()
        if not question or (turns and turns[-1].running):  # nothing asked, or one thing at a time
            yield {self._box: question}
            return
        turns = tuple(turns[1 - TURNS_KEPT :])
        yield from self._take(Turn(turns[-1].number + 1 if turns else 1, question), backend, turns)

    def take_back(
        self, place: int, backend: str, turns: Sequence[Turn]
    ) -> Iterator[dict[Any, Any]]:
        """Answer the last question again without the filter whose chip was clicked."""
        wordings = _wordings(turns)
        if place >= len(wordings):  # clicked twice
            yield {self._turns: turns}
            return
        last = turns[-1]
        again = Turn(last.number, last.question, literally=(*last.literally, wordings[place]))
        yield from self._take(again, backend, tuple(turns[:-1]), clear=False)

    def _take(
        self, begun: Turn, backend: str, turns: tuple[Turn, ...], *, clear: bool = True
    ) -> Iterator[dict[Any, Any]]:
        taking = Taking(begun, self._desk.answerers, backend, turns)
        yield {
            self._taking: taking,
            self._past: conversation(turns),
            self._welcome: self._gr.Column(visible=False),
        } | self._shown((*turns, begun), clear=clear)
        for turn in taking:
            now = (*turns, turn)
            changed = {self._turns: now, self._now: turn_html(turn)}
            yield changed if turn.running else self._shown(now)

    def _shown(self, turns: tuple[Turn, ...], *, clear: bool = False) -> dict[Any, Any]:
        """The last turn and its evidence, and the buttons as its state demands."""
        gr, last = self._gr, turns[-1]
        wordings = _wordings(turns)
        chips = [
            gr.Button(f"{wordings[i]} ✕", visible=True)
            if i < len(wordings)
            else gr.Button(visible=False)
            for i in range(CHIPS)
        ]
        emptied = {"value": ""} if clear else {}
        return {
            self._turns: turns,
            self._now: turn_html(last),
            self._panel: evidence(turns, last.number),
            self._box: gr.Textbox(**emptied, submit_btn=not last.running, stop_btn=last.running),
            self._fresh: gr.Button(interactive=not last.running),
            **dict(zip(self._chips, chips, strict=True)),
        }

    def stop(self, taking: Taking) -> None:
        """Stop the running turn; `ask` shows it as stopped."""
        taking.stop()

    def broken(self, turns: tuple[Turn, ...]) -> dict[Any, Any]:
        """End the running turn after an error that is a fault of askpapers."""
        return self._shown((*turns[:-1], replace(turns[-1], error=BROKEN)))

    def begin_anew(self) -> dict[Any, Any]:
        """Forget the conversation."""
        return {
            self._turns: (),
            self._past: "",
            self._now: "",
            self._panel: HINT,
            self._welcome: self._gr.Column(visible=True),
            self._box: "",
            **{chip: self._gr.Button(visible=False) for chip in self._chips},
        }


def _wordings(turns: Sequence[Turn]) -> list[str]:
    """The words of the last question that were taken for filters."""
    answer = turns[-1].answer if turns else None
    return list(dict.fromkeys(one.wording for one in answer.understood)) if answer else []
