"""What every view of the app works with, and what the app asks of a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rag.config import Config
from rag.library import Library
from ui.adding import Adding
from ui.app.knobs import Knobs
from ui.app.turns import BROKEN as BROKEN  # every view tells it
from ui.app.turns import Answerers
from ui.filling import Filling

if TYPE_CHECKING:
    import gradio as gr

    from rag.summary.summarize import Summariser


@dataclass(frozen=True, slots=True)
class Desk:
    """The library, what answers from it, the settings, and how far the vectors are.

    `config` is what askpapers was started with; what holds now, as someone may have chosen
    another chat model since, `knobs` says. `summarisers` gives what summarises with a backend,
    and raises RagError where that cannot be had. `adding` takes papers in, one job after another.
    """

    library: Library
    answerers: Answerers
    config: Config
    filling: Callable[[], Filling]
    knobs: Knobs
    summarisers: Callable[[str], Summariser]
    adding: Adding


class View(Protocol):
    """One tab of the app."""

    name: str
    """As its tab says; in small letters it names the tab in addresses (`/?tab=library`)."""

    verbs: tuple[str, ...]
    """What any element of the page can ask of this view (see `ui.app.carrier`)."""

    def lay_out(self) -> None:
        """Make the components, inside the view's tab."""
        ...

    def connect(self, app: Wiring) -> None:
        """Connect what happens between them, once every view is laid out."""
        ...


class Wiring(Protocol):
    """What the app gives a view to connect with."""

    carriers: Mapping[str, gr.HTML]
    """By verb: the component whose `submit` tells that it was asked, whose value is with what."""

    tabs: gr.Tabs
    """Choosing a tab: return `gr.Tabs(selected="library")` to this output."""

    blocks: gr.Blocks
    """The whole page; its `load` fires when one is opened."""


QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""What every event of the app is told: it is no API of its own, and shows its progress itself."""
