"""The settings: chat model, how answers are made and checked, what they may take, colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from rag.errors import ConfigError, RagError
from rag.settings import DEFAULTS
from rag.stored.spent import spent
from ui.app.desk import QUIET, Desk, Wiring
from ui.app.endpoint_trial import tried
from ui.app.knobs import Endpoint, is_address
from ui.app.settings_html import (
    costs_html,
    kept_html,
    model_labels,
    pulled_html,
    refused_html,
    section,
    tried_html,
)
from ui.app.wishes import is_local
from ui.pulling import Pulling

_LOOK_S = 0.7  # between two looks at a model that is being fetched

FAILING = (
    ("Repair it: give it quotes that bear it out, or drop it", "repair"),
    ("Drop it", "drop"),
    ("Keep it, visibly marked", "mark"),
)
SURE = (
    ("Always answer, however little is found", 0.0),
    ("Answer unless it is unlikely that the papers say it (default)", DEFAULTS.least_confidence),
    ("Answer only what is very likely to be in the papers", 0.8),
)
COLOURS = {"system": "As the system has it", "light": "Light", "dark": "Dark"}

FROM_HERE = (
    "an endpoint is named on the machine that askpapers runs on alone, as all questions go to it:"
    " in its own browser, or there with OPENAI_BASE_URL and OPENAI_API_KEY"
)
"""To others the server would lend its eyes: what it reaches, they may not."""

PAINT = "(theme) => { document.dispatchEvent(new CustomEvent('paint', { detail: theme })); }"
"""Hands the theme to scripts/theme.js."""

CHOSEN = "() => { document.dispatchEvent(new CustomEvent('go:model-chosen')); }"
"""Has the chat offer the chat model that was chosen here."""


class SettingsView:
    """What can be set, each taken at once; there is nothing to save."""

    name = "Settings"
    verbs: tuple[str, ...] = ()

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk
        self._pulling = Pulling("local", desk.config)
        self._knobs: dict[str, Any] = {}

    def lay_out(self) -> None:
        """One column: chat model, answers, better answers, colours."""
        gr = self._gr
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        with gr.Column(elem_id="settings", elem_classes="narrow"):
            self._told = html(elem_id="settings-told")
            self._lay_out_model(html)
            self._lay_out_answers(html)
            self._lay_out_improving(html)
            html(section("Colours", "Of this page, on every machine that opens it."))
            self._theme = gr.Radio(
                [(title, name) for name, title in COLOURS.items()],
                label="Colours",
                show_label=False,
                elem_id="theme",
            )
            self._reset = gr.Button(
                "Back to the defaults", size="sm", elem_classes="plain", elem_id="reset"
            )

    def _lay_out_model(self, html: Callable[..., Any]) -> None:
        gr = self._gr
        html(
            section(
                "Chat model",
                "What writes the answers. Whichever it is, every sentence is checked against the"
                " sentences of papers it rests on.",
            )
        )
        self._backend = gr.Radio(
            [], label="Chat model", show_label=False, elem_id="backend", elem_classes="lines"
        )
        with gr.Column(elem_id="pull", visible=False) as self._pull_box:
            self._pulled = html(elem_id="pulled")
            with gr.Row(elem_classes="buttons"):
                self._pull = gr.Button(
                    "Fetch it", size="sm", elem_classes="act", elem_id="pull-start"
                )
                self._stop = gr.Button(
                    "Stop", size="sm", elem_classes="plain", elem_id="pull-stop", visible=False
                )
        with gr.Accordion("Use an endpoint", open=False, elem_id="endpoint"):
            quiet = gr.InputHTMLAttributes(
                autocapitalize="off", autocorrect="off", spellcheck=False, autocomplete="off"
            )
            self._url = gr.Textbox(
                label="Address; empty for OpenAI's own",
                placeholder="http://localhost:8000/v1",
                html_attributes=quiet,
                max_length=500,
                elem_id="endpoint-url",
            )
            self._model = gr.Textbox(
                label="Model", html_attributes=quiet, max_length=200, elem_id="endpoint-model"
            )
            self._key = gr.Textbox(
                label="Key, if it wants one",
                type="password",
                placeholder="stays in the memory of this process, and is gone when it ends",
                html_attributes=gr.InputHTMLAttributes(autocomplete="new-password"),
                max_length=500,
                elem_id="endpoint-key",
            )
            self._tried = html(elem_id="endpoint-tried")
            with gr.Row(elem_classes="buttons"):
                self._try = gr.Button("Test", size="sm", elem_classes="plain", elem_id="try")
                self._use = gr.Button("Use it", size="sm", elem_classes="act", elem_id="use")
        self._timer = gr.Timer(_LOOK_S, active=False)

    def _lay_out_answers(self, html: Callable[..., Any]) -> None:
        gr = self._gr
        html(section("Answers", "How much is read, and what becomes of what does not hold."))
        self._knobs["quotes"] = gr.Slider(
            1, 12, step=1, label="Quotes that an answer is written from, at most", elem_id="quotes"
        )
        self._knobs["failing"] = gr.Radio(
            list(FAILING),
            label="A sentence that its quotes do not bear out",
            elem_id="failing",
            elem_classes="lines",
        )
        self._knobs["least_confidence"] = gr.Radio(
            list(SURE),
            label="Where the papers may not say it",
            elem_id="sure",
            elem_classes="lines",
        )
        self._knobs["judge_ms"] = gr.Slider(
            0,
            20,
            step=1,
            label="Seconds that a chat model may take to judge what stays open in the check",
            elem_id="judge",
        )

    def _lay_out_improving(self, html: Callable[..., Any]) -> None:
        gr = self._gr
        html(
            section(
                "Better answers, for more time",
                "Each asks the chat model more often; quotes alone have nothing to improve. All"
                " are off at first: whether they earn what they take is not proved yet.",
            )
        )
        self._knobs["critique"] = gr.Slider(
            0, 3, step=1, label="Rounds of critique and mending", elem_id="critique",
            info="One more reply to find faults, and one for each sentence that has one.",
        )  # fmt: skip
        self._knobs["drafts"] = gr.Slider(
            1, 8, step=1, label="Drafts, of which the best is taken", elem_id="drafts",
            info="As many replies as drafts, each checked.",
        )  # fmt: skip
        self._knobs["look_again"] = gr.Slider(
            0, 5, step=1, label="Further searches where little is found", elem_id="look-again",
            info="One more reply and one more search each.",
        )  # fmt: skip
        self._costs = html(elem_id="costs")

    def connect(self, app: Wiring) -> None:
        """Show what holds when a page is opened; take each change at once."""
        quiet = QUIET
        at_once = quiet | {"queue": False}
        pull = [self._pull_box, self._pulled, self._pull, self._stop, self._timer]
        shown = [
            *(self._backend, self._url, self._model, self._key, self._theme, self._costs),
            *(*self._knobs.values(), *pull),
        ]
        app.blocks.load(self.show, None, shown, **at_once).then(
            None, [self._theme], None, js=PAINT, **quiet
        )
        told = [self._told, self._costs]
        chooses = [self._backend.input(self.choose, [self._backend], [*told, *pull], **at_once)]
        for name, knob in self._knobs.items():
            knob.input(partial(self.turn, name), [knob], told, **at_once)
        self._theme.input(None, [self._theme], None, js=PAINT, **quiet)
        self._theme.input(self.paint, [self._theme], [self._told], **at_once)
        self._pull.click(self.pull, None, pull, **at_once)
        self._stop.click(self.stop, None, pull, **at_once)
        self._timer.tick(self.look, None, [*pull, self._backend], **at_once)
        fields = [self._url, self._model, self._key]
        try_out, reach = self._by_whom()
        self._try.click(try_out, fields, [self._tried], **quiet)
        used = [self._tried, self._backend, self._key, *told]
        chooses.append(self._use.click(reach, fields, used, **at_once))
        reset = self._reset.click(self.reset, None, [self._told], **at_once)
        chooses.append(reset.then(self.show, None, shown, **at_once))
        for chosen in chooses:
            chosen.then(None, None, None, js=CHOSEN, **quiet)

    # -- what is shown

    def show(self) -> dict[Any, Any]:
        """Everything as it is now."""
        knobs, gr = self._desk.knobs, self._gr
        chosen, config = knobs.chosen, knobs.config
        return {
            self._backend: self._models(),
            self._url: chosen.endpoint.url or _shown(config.openai_base_url),
            self._model: chosen.endpoint.model or config.openai_model,
            self._key: "",
            self._theme: chosen.theme,
            self._costs: self._spent(),
            **{self._knobs[n]: gr.update(value=v) for n, v in self._values().items()},
            **self._pull_shown(),
        }

    def _models(self) -> Any:
        here = self._pulling.now().state == "here"
        knobs = self._desk.knobs
        labels = model_labels(knobs.config, here)
        backend = knobs.backend
        if backend not in [name for _, name in labels]:  # local:PATH of the command line
            labels.append((backend, backend))
        return self._gr.Radio(labels, value=backend)

    def _values(self) -> dict[str, Any]:
        settings = self._desk.knobs.settings
        values = {name: getattr(settings, name) for name in self._knobs}
        least = settings.least_confidence
        nearest = min((value for _, value in SURE), key=lambda value: abs(value - least))
        return values | {"judge_ms": settings.judge_ms / 1000, "least_confidence": nearest}

    def _spent(self) -> str:
        desk = self._desk
        return costs_html(spent(desk.library.catalogue.database), desk.knobs.backend)

    def _pull_shown(self) -> dict[Any, Any]:
        gr, now = self._gr, self._pulling.now()
        wanted = self._desk.knobs.backend == "local" and now.state != "here"
        fetching = now.state == "fetching"
        return {
            self._pull_box: gr.Column(visible=wanted or fetching),
            self._pulled: pulled_html(now),
            self._pull: gr.Button(visible=not fetching),
            self._stop: gr.Button(visible=fetching),
            self._timer: gr.Timer(active=fetching),
        }

    # -- what is done

    def choose(self, backend: str) -> dict[Any, Any]:
        """Another chat model."""
        return self._taken(lambda: self._desk.knobs.choose(backend)) | self._pull_shown()

    def turn(self, name: str, value: Any) -> dict[Any, Any]:
        """Another value of a setting."""
        knobs = self._desk.knobs

        def take() -> None:
            given = {name: _as_kept(name, value)}
            knobs.answer_with(replace(knobs.settings, **given))

        return self._taken(take)

    def paint(self, theme: str) -> str:
        """Other colours."""
        taken = self._taken(lambda: self._desk.knobs.paint(theme), "The colours are kept.")
        return str(taken[self._told])

    def reset(self) -> str:
        """The defaults again."""
        return str(self._taken(self._desk.knobs.reset, "The defaults hold again.")[self._told])

    def pull(self) -> dict[Any, Any]:
        """Begin to fetch the local chat model."""
        self._pulling.start()
        return self._pull_shown()

    def stop(self) -> dict[Any, Any]:
        """Stop fetching it."""
        self._pulling.stop()
        return self._pull_shown()

    def look(self) -> dict[Any, Any]:
        """How far it is; when it is here, it can be chosen."""
        shown = self._pull_shown()
        ended = self._pulling.now().state == "here"
        return shown | ({self._backend: self._models()} if ended else {})

    def _by_whom(self) -> tuple[Callable[..., Iterator[str]], Callable[..., dict[Any, Any]]]:
        """`try_out` and `reach` as the page asks for them: they hear from where it does."""

        def try_out(url: str, model: str, key: str, request: Any) -> Iterator[str]:
            yield from self.try_out(url, model, key, local=is_local(request))

        def reach(url: str, model: str, key: str, request: Any) -> dict[Any, Any]:
            return self.reach(url, model, key, local=is_local(request))

        for asked in (try_out, reach):
            asked.__annotations__["request"] = self._gr.Request  # Gradio goes by it
        return try_out, reach

    def try_out(self, url: str, model: str, key: str, *, local: bool) -> Iterator[str]:
        """Ask the endpoint, and tell how that went."""
        if not local:
            yield refused_html(FROM_HERE)
            return
        yield '<p class="state working">Asking it …</p>'
        yield tried_html(tried(self._endpoint(url, model, key), self._desk.knobs.config))

    def reach(self, url: str, model: str, key: str, *, local: bool) -> dict[Any, Any]:
        """Have the endpoint answer from now on; its key leaves the page."""

        def take() -> None:
            if not local:
                raise ConfigError(FROM_HERE)
            self._desk.knobs.reach(self._endpoint(url, model, key))

        taken = self._taken(take)
        return taken | {
            self._backend: self._models(),
            self._key: "",
            self._tried: taken[self._told],
        }

    def _endpoint(self, url: str, model: str, key: str) -> Endpoint:
        """As typed; with an empty field, the key that is known for this address."""
        return Endpoint(url, model, key or self._desk.knobs.key_for(url))

    def _taken(self, take: Callable[[], None], told: str = "Kept.") -> dict[Any, Any]:
        try:
            take()
        except RagError as error:
            return {self._told: refused_html(str(error))}
        return {self._told: kept_html(told), self._costs: self._spent()}


def _shown(url: str) -> str:
    """The environment's address of an endpoint, unless a password or a key may stand in it."""
    return url if is_address(url) else ""


def _as_kept(name: str, value: Any) -> Any:
    """A control's value as the setting has it."""
    if name == "judge_ms":
        return round(value * 1000)
    kind = type(getattr(DEFAULTS, name))
    return kind(value)
