"""The web app's frame: the head, a tab a view, and the addresses that open them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from ui.app.carrier import carrier
from ui.app.chat import Chat
from ui.app.desk import QUIET, Desk, View
from ui.app.evals import EvalsView
from ui.app.library import LibraryView
from ui.app.render import header
from ui.app.settings import SettingsView
from ui.app.summaries import SummariesView

if TYPE_CHECKING:
    import gradio as gr

HERE = Path(__file__).parent
SENT_S = 3600
"""Seconds for which a file that was sent waits to be added; it is gone with the app, too."""
CALM_S, BUSY_S = 30.0, 3.0  # between two looks at the library, and while vectors are made


def views(desk: Desk) -> Sequence[View]:
    """The tabs, in their order; the first is shown."""
    return (Chat(desk), LibraryView(desk), SummariesView(desk), EvalsView(desk), SettingsView(desk))


class App:
    """The page: its views and what they share."""

    carriers: Mapping[str, gr.HTML]

    def __init__(self, desk: Desk) -> None:
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # some of its calls home ask only this
        # nobody is shown its counts, for which it loads pandas and goes over 10,000 events again
        os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
        os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)
        os.environ.setdefault("MPLBACKEND", "agg")  # or its first event loads all of pyplot to ask
        import gradio as gr

        self._gr = gr
        self._desk = desk
        self._views = views(desk)
        self.blocks = gr.Blocks(
            title="askpapers",
            analytics_enabled=False,
            fill_width=True,
            delete_cache=(SENT_S, SENT_S),
        )
        with self.blocks:
            self._lay_out()
            for view in self._views:
                view.connect(self)
            self._connect()
        # No event shows Gradio's progress; but at each of its messages the page would tell every
        # component that any event has ever changed how far it is: 60 ms before a first text.
        for event in self.blocks.fns.values():
            event.show_progress_on = [self._head]
        self.blocks.queue(default_concurrency_limit=4, max_size=32, api_open=False)

    def _lay_out(self) -> None:
        gr = self._gr
        html = partial(gr.HTML, apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="head"):
            self._head = html(elem_id="brand")
        self._clock = gr.Timer(CALM_S)
        self.carriers = {verb: carrier(verb) for view in self._views for verb in view.verbs}
        first = self._views[0].name.lower()
        with gr.Tabs(selected=first, elem_id="views") as self.tabs:
            for view in self._views:
                tab = view.name.lower()
                with gr.Tab(view.name, id=tab, elem_id=f"view-{tab}"):
                    view.lay_out()

    def _connect(self) -> None:
        quiet = {**QUIET, "queue": False}
        told = [self._head, self._clock]
        self.blocks.load(self.tell_filling, None, told, **quiet)
        self._clock.tick(self.tell_filling, None, told, **quiet)
        self.carriers["library-changed"].submit(self.tell_filling, None, told, **quiet)

    def tell_filling(self) -> tuple[str, Any]:
        """How many papers there are and how far their vectors, and when to look again."""
        try:
            now = self._desk.filling()
        except RagError as error:
            return header(None, str(error)), self._gr.Timer(CALM_S)
        return header(now), self._gr.Timer(BUSY_S if now.standing.waiting else CALM_S)


def styles() -> list[Path]:
    """The style sheets; `base.css`, which has the colours, comes first."""
    found = sorted((HERE / "styles").glob("*.css"))
    return sorted(found, key=lambda path: path.name != "base.css")


def script() -> str:
    """All scripts as one; each keeps to a function of its own."""
    found = sorted((HERE / "scripts").glob("*.js"))
    return "() => {\n" + "\n".join(path.read_text(encoding="utf-8") for path in found) + "\n}"


def theme() -> gr.Theme:
    """Gradio's plainest theme in the colours of base.css, with fonts that every system has."""
    import gradio as gr

    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=["system-ui", "Segoe UI", "Liberation Sans", "sans-serif"],
        font_mono=["ui-monospace", "Liberation Mono", "monospace"],
    )
