"""Evals: a run begun on chosen cases, followed, compared with another, its report opened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, get_args

from evals.cases import Kind
from rag.errors import RagError
from ui.app.desk import BROKEN, QUIET, Desk, Wiring
from ui.app.evals_html import comparison_html, kept_html, runs_html, set_title, voted_html
from ui.app.settings_html import model_labels
from ui.app.summary_choice import notice_html
from ui.pulling import Pulling
from ui.runs import SHIPPED, VOTED, Begun, Runs, assignments, chosen, fresh_name
from ui.voted import keep_voted

_LOOK_S = 1.0  # between two looks while a run goes on
_USUAL, _MOST, _STEP = 30, 200, 5  # cases
_KINDS = {
    "fact": "One paper",
    "several": "Several papers",
    "catalogue": "The library",
    "unanswerable": "Nothing",
}


class EvalsView:
    """Begin, follow, compare."""

    name = "Evals"
    verbs: tuple[str, ...] = ("run-stop", "run-on", "run-again", "run-voted")

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk
        self._runs = Runs(desk.config.home)

    def lay_out(self) -> None:
        """What a run is to ask at the left; the runs, and two of them compared, at the right."""
        gr = self._gr
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="evals", elem_classes="beside"):
            with gr.Column(elem_classes="wish narrow"):
                self._set = gr.Dropdown([], label="Cases", elem_id="case-set")
                self._kinds = gr.CheckboxGroup(
                    [(_KINDS[kind], kind) for kind in get_args(Kind)],
                    value=list(get_args(Kind)),
                    label="Answered from",
                    elem_id="kinds",
                )
                self._count = gr.Slider(
                    _STEP, _MOST, value=_USUAL, step=_STEP, elem_id="case-count",
                    label="How many, at most",
                )  # fmt: skip
                self._backend = gr.Radio(
                    [], label="Asked of", elem_id="run-backend", elem_classes="lines"
                )
                self._told = html(elem_id="run-told")
                with gr.Row(elem_classes="buttons"):
                    self._begin = gr.Button("Begin a run", elem_classes="act", elem_id="begin")
                html('<div class="section"><h2>Votes</h2></div>')
                self._voted = html(elem_id="voted")
                with gr.Row(elem_classes="buttons"):
                    self._make = gr.Button(
                        "Make cases of them", size="sm", elem_classes="plain", elem_id="make-cases"
                    )
                self._kept = html(elem_id="voted-kept")
                with gr.Accordion("Add cases of your own", open=False, elem_id="own-cases"):
                    self._name = gr.Textbox(label="Name", max_length=60, elem_id="case-name")
                    self._lines = gr.Textbox(
                        label="Cases, a JSON object a line",
                        placeholder='{"id": "q1", "question": "…", "papers": ["arxiv:2112.09332"],'
                        ' "facts": [["56%"]]}',
                        lines=4,
                        max_lines=10,
                        max_length=500_000,
                        elem_id="case-lines",
                    )
                    self._add = gr.Button("Add them", size="sm", elem_classes="plain")
            with gr.Column(elem_classes="made"):
                self._list = html(elem_id="runs")
                with gr.Column(elem_classes="narrow group", elem_id="compare") as self._compare_box:
                    html('<div class="section"><h2>Compare two runs</h2></div>')
                    with gr.Row():
                        self._a = gr.Dropdown([], label="A, the older", elem_id="run-a")
                        self._b = gr.Dropdown([], label="B, held against it", elem_id="run-b")
                    with gr.Row(elem_classes="buttons"):
                        self._compare = gr.Button(
                            "Compare", size="sm", elem_classes="plain", elem_id="compare-runs"
                        )
                    self._compared = html(elem_id="compared")
        self._timer = gr.Timer(_LOOK_S, active=False)

    def connect(self, app: Wiring) -> None:
        """Look again while a run goes on; take what is clicked."""
        at_once = QUIET | {"queue": False}
        listed = [self._list, self._timer, self._compare_box, self._a, self._b]
        asked = [self._set, self._kinds, self._count, self._backend]
        voted = [self._voted, self._make]
        app.blocks.load(self.show, None, [self._set, self._backend, *voted, *listed], **at_once)
        app.tabs.select(self.opened, None, [self._backend, *voted], **at_once)
        self._timer.tick(self.look, None, [self._list, self._timer], **at_once).then(
            self.ended, [self._a, self._b], [self._compare_box, self._a, self._b], **at_once
        )
        self._begin.click(self.begin, asked, [self._told, *listed], **at_once)
        self._add.click(
            self.add, [self._name, self._lines], [self._told, self._set, self._lines], **at_once
        )
        asks = [self._set, self._kinds, self._count]
        self._make.click(self.make_cases, None, [self._kept, *asks], **at_once)
        app.carriers["run-voted"].submit(self.choose_voted, None, asks, **at_once)
        for verb, does in (
            ("run-stop", self.stop),
            ("run-on", self.go_on),
            ("run-again", self.again),
        ):
            heard = app.carriers[verb]
            heard.submit(does, [heard], [self._told, *listed], **at_once)
        compared = self._compare.click(self.compare, [self._a, self._b], [self._compared], **QUIET)
        compared.failure(lambda: notice_html("That did not work", BROKEN), None, [self._compared])

    # -- what is shown

    def show(self) -> dict[Any, Any]:
        """Everything as it is now."""
        return {
            self._set: self._sets(SHIPPED),
            **self.opened(),
            **self._listed(),
        }

    def opened(self) -> dict[Any, Any]:
        """What may have changed in other tabs: the chat models that can be asked, the votes."""
        try:
            votes = self._desk.library.votes.all()
        except RagError as error:
            told, there = notice_html("The votes cannot be read", str(error)), False
        else:
            told, there = voted_html(len(votes), len({v.answer_id for v in votes})), bool(votes)
        return {
            self._backend: self.models(),
            self._voted: told,
            self._make: self._gr.Button(visible=there),
        }

    def models(self) -> Any:
        """The chat models that can be asked."""
        knobs = self._desk.knobs
        here = Pulling("local", knobs.config).now().state == "here"
        labels = [one for one in model_labels(knobs.config, here) if here or one[1] != "local"]
        names = [backend for _, backend in labels]
        backend = knobs.backend
        return self._gr.Radio(labels, value=backend if backend in names else names[0])

    def _sets(self, name: str) -> Any:
        choices = [(set_title(one), one) for one in self._runs.sets()]
        return self._gr.Dropdown(choices, value=name)

    def _listed(self) -> dict[Any, Any]:
        gr, runs = self._gr, self._runs.all()
        done = [run.name for run in runs if run.state == "done"]
        a, b = (done[1], done[0]) if len(done) > 1 else (None, None)
        return {
            self._list: runs_html(runs),
            self._timer: gr.Timer(active=self._runs.asking),
            self._compare_box: gr.Column(visible=len(done) > 1),
            self._a: gr.Dropdown(done, value=a),
            self._b: gr.Dropdown(done, value=b),
        }

    def look(self) -> tuple[str, Any]:
        """How far the runs are."""
        asking = self._runs.asking  # before the list, which then is of the end, if it ended
        return runs_html(self._runs.all()), self._gr.Timer(active=asking)

    def ended(self, a: str | None, b: str | None) -> tuple[Any, Any, Any]:
        """Runs that have ended can be compared; a choice made stays."""
        gr = self._gr
        done = [run.name for run in self._runs.all() if run.state == "done"]
        if self._runs.asking or len(done) < 2:
            return gr.skip(), gr.skip(), gr.skip()
        return (
            gr.Column(visible=True),
            gr.Dropdown(done, value=a if a in done else done[1]),
            gr.Dropdown(done, value=b if b in done else done[0]),
        )

    # -- what is done

    def begin(self, name: str, kinds: list[str], count: float, backend: str) -> dict[Any, Any]:
        """Begin a run with the settings of this moment."""

        def start() -> None:
            knobs = self._desk.knobs
            cases = chosen(self._runs.cases(name), kinds, int(count))
            begun = Begun(name, backend, assignments(knobs.settings))
            self._runs.start(fresh_name(begun), begun, cases, knobs.config)

        return self._done(start)

    def stop(self, name: str) -> dict[Any, Any]:
        """Stop a run."""
        return self._done(partial(self._runs.stop, name))

    def go_on(self, name: str) -> dict[Any, Any]:
        """Go on with a run that was stopped."""
        return self._done(lambda: self._runs.go_on(name, self._desk.knobs.config))

    def again(self, name: str) -> dict[Any, Any]:
        """Begin a run of the same cases and chat model, with the settings of this moment."""

        def start() -> None:
            knobs, old = self._desk.knobs, self._runs.standing(name).begun
            begun = Begun(old.cases, old.backend, assignments(knobs.settings))
            self._runs.start(fresh_name(begun), begun, self._runs.asked(name), knobs.config)

        return self._done(start)

    def add(self, name: str, lines: str) -> dict[Any, Any]:
        """Keep cases of one's own."""
        try:
            count = self._runs.add_cases(name, lines)
        except RagError as error:
            return {self._told: notice_html("They were not added", str(error))}
        added = f'<p class="state good" role="status">{count} added.</p>'
        return {self._told: added, self._set: self._sets(self._runs.sets()[-1]), self._lines: ""}

    def make_cases(self) -> dict[Any, Any]:
        """Add the cases of all votes to their set, and choose it."""
        try:
            kept = keep_voted(self._desk.config.home, self._desk.library.votes.all())
        except RagError as error:
            return {self._kept: notice_html("No cases were made", str(error))}
        return {self._kept: kept_html(kept), **self.choose_voted()}

    def choose_voted(self) -> dict[Any, Any]:
        """Choose the cases made of votes, all of them; nothing where there are none."""
        try:
            many = len(self._runs.cases(VOTED))
        except RagError:  # what is wrong with the file is told when a run of it is begun
            return {self._set: self._gr.skip()}
        return {
            self._set: self._sets(VOTED),
            self._kinds: list(get_args(Kind)),
            self._count: min(_MOST, max(_USUAL, -(-many // _STEP) * _STEP)),
        }

    def compare(self, a: str | None, b: str | None) -> Iterator[str]:
        """Hold run B against run A."""
        from evals.comparing.compare import compare
        from evals.runs.run_folder import read_run

        if not (a and b) or a == b:
            yield notice_html("Nothing to compare", "Choose two runs that are not the same.")
            return
        yield '<p class="state working" role="status">Comparing …</p>'
        try:
            runs = [read_run(self._runs.folder(name)) for name in (a, b)]
            yield comparison_html(compare(*runs), a, b)
        except RagError as error:
            yield notice_html("They cannot be compared", str(error))

    def _done(self, does: Any) -> dict[Any, Any]:
        told = ""
        try:
            does()
        except RagError as error:
            told = notice_html("That did not work", str(error))
        return {self._told: told, **self._listed()}
