"""Summaries: papers chosen or a topic, a tree that grows while it is written, a table, export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rag.errors import PaperNotFound, QuestionError, RagError
from rag.finding.retrieve import search_papers
from rag.types import Paper, Status
from ui.app.compare_html import table_html
from ui.app.desk import BROKEN, QUIET, Desk, Wiring
from ui.app.running import Running, places
from ui.app.summary_choice import chosen_html, found_html, notice_html
from ui.app.summary_html import exports_html, growing_html, grown, summary_html, title_of

if TYPE_CHECKING:
    from rag.summary.compare_table import Row
    from rag.summary.summarize import Summariser
    from rag.summary.types import SummaryEvent, SummaryNode

Ids = tuple[str, ...]

TOPIC, CHOSEN = "topic", "chosen"
SHORT, PARTS, TABLE = "short", "parts", "table"
WAYS = (
    ("In short", SHORT),
    ("By problem, method and findings", PARTS),
    ("As a table to compare", TABLE),
)
COLUMNS = "method, dataset, result, limitation"
_FOUND = 8  # papers shown of a search
_MOST = 60  # papers of a summary, see rag.summary.summarize.MOST_PAPERS
_USUAL = 12

HINT = (
    '<div class="hint"><h3>Summary</h3><p>Each paper is told in its own words first, then groups'
    " of papers that are alike, then the whole. Every sentence opens what it was written from,"
    " down to the quotes.</p></div>"
)


class SummariesView:
    """Which papers, told how, and what came of it."""

    name = "Summaries"
    verbs: tuple[str, ...] = ("summarise", "summary-add", "summary-drop")

    def __init__(self, desk: Desk) -> None:
        import gradio as gr

        self._gr = gr
        self._desk = desk
        self._places = places()

    def lay_out(self) -> None:
        """What is asked for at the left, what comes of it at the right."""
        gr = self._gr
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        self._chosen = gr.State(())
        self._running = gr.State()
        with gr.Row(elem_id="summaries", elem_classes="beside"):
            with gr.Column(elem_classes="wish narrow"):
                self._which = gr.Radio(
                    [("About a topic", TOPIC), ("Papers I choose", CHOSEN)],
                    value=TOPIC,
                    label="Which papers",
                    elem_id="summary-which",
                )
                with gr.Column(elem_classes="group") as self._topic_box:
                    self._topic = gr.Textbox(
                        label="Topic",
                        placeholder="learning from human feedback",
                        max_length=500,
                        elem_id="summary-topic",
                    )
                    self._most = gr.Slider(
                        2, _MOST, value=_USUAL, step=1, label="Papers, at most", elem_id="most"
                    )
                with gr.Column(elem_classes="group", visible=False) as self._chosen_box:
                    self._list = html(chosen_html(()), elem_id="summary-chosen")
                    self._words = gr.Textbox(
                        label="Find papers to add",
                        placeholder="words, a title, an arXiv id",
                        max_length=500,
                        elem_id="summary-find",
                    )
                    self._found = html(elem_id="summary-found")
                self._way = gr.Radio(
                    list(WAYS), value=SHORT, label="Told how", elem_classes="lines", elem_id="way"
                )
                self._columns = gr.Textbox(
                    COLUMNS,
                    label="Columns, with commas between",
                    visible=False,
                    max_length=800,
                    elem_id="summary-columns",
                )
                with gr.Row(elem_classes="buttons"):
                    self._make = gr.Button("Summarise", elem_classes="act", elem_id="summarise")
                    self._stop = gr.Button(
                        "Stop", elem_classes="plain", visible=False, elem_id="summary-stop"
                    )
            with gr.Column(elem_classes="made"):
                self._saves = html(elem_id="summary-saves")
                self._made = html(HINT, elem_id="summary-made")

    def connect(self, app: Wiring) -> None:
        """Choosing, making, stopping, and what other views ask for."""
        at_once = QUIET | {"queue": False}
        self._which.input(self.which, [self._which], [self._topic_box, self._chosen_box], **at_once)
        self._way.input(self.way, [self._way], [self._columns, self._make], **at_once)
        picked = [self._chosen, self._list, self._found]
        for verb, take in (("summary-add", self.add), ("summary-drop", self.drop)):
            heard = app.carriers[verb]
            heard.submit(take, [heard, self._chosen, self._words], picked, **at_once)
        self._words.submit(self.find, [self._words, self._chosen], [self._found], **at_once)
        made = [self._running, self._make, self._stop, self._made, self._saves]
        asked = [self._which, self._topic, self._most, self._chosen, self._way, self._columns]
        begins = [
            self._make.click(self.make, asked, made, **QUIET),
            self._topic.submit(self.make, asked, made, **QUIET),
        ]
        heard = app.carriers["summarise"]
        shown = [
            *(app.tabs, self._which, self._topic_box, self._chosen_box, self._chosen, self._list),
            *(self._way, self._columns, self._make),
        ]
        begins.append(
            heard.submit(self.asked_for, [heard], shown, **at_once).then(
                self.make, asked, made, **QUIET
            )
        )
        for begun in begins:
            begun.failure(self.broken, None, made, **at_once)
        self._stop.click(self.stop, [self._running], None, **at_once)

    # -- choosing

    def which(self, which: str) -> tuple[Any, Any]:
        """Show what this way of choosing needs."""
        gr = self._gr
        return gr.Column(visible=which == TOPIC), gr.Column(visible=which == CHOSEN)

    def way(self, way: str) -> tuple[Any, Any]:
        """Ask for columns where there will be some."""
        gr = self._gr
        named = "Compare" if way == TABLE else "Summarise"
        return gr.Textbox(visible=way == TABLE), gr.Button(named)

    def find(self, words: str, chosen: Ids) -> str:
        """Papers that could be added."""
        if not words.strip():
            return ""
        try:
            papers = self._search(words.strip())
        except RagError as error:
            return notice_html("That did not work", str(error))
        return found_html([paper for paper in papers if paper.paper_id not in chosen])

    def _search(self, words: str) -> list[Paper]:
        library = self._desk.library
        try:
            return [library.paper(words)]
        except PaperNotFound:
            found = search_papers(library, words, _FOUND + _MOST)
            return [paper for paper, _ in found][:_FOUND]

    def add(self, paper_id: str, chosen: Ids, words: str) -> tuple[Ids, str, str]:
        """One paper more."""
        return self._picked((*chosen, paper_id), words)

    def drop(self, paper_id: str, chosen: Ids, words: str) -> tuple[Ids, str, str]:
        """One paper less; an empty id drops all."""
        left = tuple(one for one in chosen if paper_id and one != paper_id)
        return self._picked(left, words)

    def _picked(self, ids: Sequence[str], words: str) -> tuple[Ids, str, str]:
        papers = self._papers(ids)
        now = tuple(paper.paper_id for paper in papers)
        return now, chosen_html(papers), self.find(words, now)

    def _papers(self, ids: Sequence[str]) -> list[Paper]:
        """Those of the papers that are (still) in the library, in this order."""
        there = {paper.paper_id: paper for paper in self._desk.library.papers(ids)}
        return [there[one] for one in dict.fromkeys(ids) if one in there][:_MOST]

    def asked_for(self, sent: str) -> tuple[Any, ...]:
        """Open this tab with the papers that another view names."""
        gr = self._gr
        try:
            named = json.loads(sent)
        except ValueError:
            named = []
        ids = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
        papers = self._papers(ids)
        return (
            gr.Tabs(selected="summaries"),
            gr.Radio(value=CHOSEN),
            *self.which(CHOSEN),
            tuple(paper.paper_id for paper in papers),
            chosen_html(papers),
            gr.Radio(value=SHORT),
            *self.way(SHORT),
        )

    # -- making

    def make(
        self, which: str, topic: str, most: int, chosen: Ids, way: str, columns: str
    ) -> Iterator[dict[Any, Any]]:
        """Summarise or compare, showing what is there as it comes."""
        gr = self._gr
        begun = {self._make: gr.Button(interactive=False), self._stop: gr.Button(visible=True)}
        running: Running[dict[Any, Any]] = Running(
            partial(self._making, which, topic.strip(), int(most), chosen, way, columns),
            self._places,
        )
        yield begun | {
            self._running: running,
            self._saves: "",
            self._made: growing_html((), 0, 0, "Looking for the papers"),
        }
        try:
            yield from running
        except RagError as error:
            yield {self._made: notice_html("That did not work", str(error))}
        yield self._ended(stopped=running.stopped)

    def _ended(self, *, stopped: bool = False) -> dict[Any, Any]:
        gr = self._gr
        told = {self._saves: '<p class="state">Stopped: this is what was there.</p>'}
        return {
            self._running: None,
            self._make: gr.Button(interactive=True),
            self._stop: gr.Button(visible=False),
        } | (told if stopped else {})

    def _making(
        self, which: str, topic: str, most: int, chosen: Ids, way: str, columns: str
    ) -> Iterator[dict[Any, Any]]:
        from rag.summary.compare_table import column_names

        names = column_names(columns) if way == TABLE else ()
        backend = "extractive" if names else self._desk.knobs.backend
        summariser = self._desk.summarisers(backend)
        if which == TOPIC:
            papers = summariser.about(topic, most)
            if not papers:
                raise QuestionError(f"no paper in the library is about “{topic}”")
        else:
            topic, papers = "", self._papers(chosen)
            if not papers:
                raise QuestionError("no paper is chosen yet: find some and add them")
        if names:
            yield from self._table(summariser, papers, names, topic)
        else:
            yield from self._tree(summariser, papers, topic, by_parts=way == PARTS)

    def _tree(
        self, summariser: Summariser, papers: Sequence[Paper], topic: str, *, by_parts: bool
    ) -> Iterator[dict[Any, Any]]:
        from rag.summary.bibtex import bibtex
        from rag.summary.markdown import summary_markdown
        from rag.summary.roles import PARTS as ALL
        from rag.summary.types import Summarised, Written

        forest: tuple[SummaryNode, ...] = ()
        events: Iterator[SummaryEvent] = summariser.stream(papers, ALL if by_parts else (), topic)
        for event in events:
            match event:
                case Status(text):
                    yield {self._made: growing_html(forest, 0, 0, text)}
                case Written(node, done, total):
                    forest = grown(forest, node)
                    yield {self._made: growing_html(forest, done, total, "")}
                case Summarised(summary):
                    saves = exports_html(
                        title_of(summary), summary_markdown(summary), bibtex(summary.papers)
                    )
                    shown = {self._made: summary_html(summary)}
                    yield shown | {self._saves: saves if summary.root else ""}

    def _table(
        self, summariser: Summariser, papers: Sequence[Paper], columns: Sequence[str], topic: str
    ) -> Iterator[dict[Any, Any]]:
        from rag.summary.bibtex import bibtex
        from rag.summary.compare_table import compare
        from rag.summary.markdown import table_markdown

        rows: list[Row] = []
        for row in compare(papers, columns, summariser.vectors, summariser.reranker):
            rows.append(row)
            yield {self._made: table_html(columns, rows, len(papers))}
        name = f"{topic or f'{len(rows)} papers'} compared"
        yield {self._saves: exports_html(name, table_markdown(columns, rows), bibtex(papers))}

    def stop(self, running: Running[Any] | None) -> None:
        """Stop what is being made."""
        if running is not None:
            running.stop()

    def broken(self) -> dict[Any, Any]:
        """After an error that is a fault of askpapers."""
        return self._ended() | {self._made: notice_html("That did not work", BROKEN)}
