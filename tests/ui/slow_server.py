"""The app as a process of its own, on the settings' library, whose answers to "slowly" never end.

Run it: `python -m tests.ui.slow_server PORT`. It prints its address as `askpapers chat` does.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rag.config import Config
from rag.types import Delta, Event, Status
from ui.app.turns import Asks
from ui.http.serving import doorway, listening, url_of


@dataclass(frozen=True, slots=True)
class Slow:
    """Answers as the other does, unless it is asked to be slow."""

    quick: Asks

    def stream(self, question: str, **how: Any) -> Iterator[Event]:
        """As `Asks.stream`."""
        if "slowly" not in question:
            yield from self.quick.stream(question, **how)
            return
        yield Status("Writing")
        yield Delta("Half a sentence")
        threading.Event().wait(600)


def main(port: int) -> None:
    """Serve until killed."""
    config = Config.from_env(os.environ)
    with listening("127.0.0.1", port) as listener, doorway(listener) as door:
        print(f"askpapers is at {url_of(listener)}", flush=True)
        from rag.library import Library
        from rag.models.embed import OnnxEmbedder
        from ui.http.api import make_app
        from ui.http.quick_import import without_stubs
        from ui.opening import Answerers

        without_stubs()
        with Library.open(config, OnnxEmbedder.load(config)) as library:
            answerers = Answerers(library, config)
            door.serve(make_app(library, lambda backend: Slow(answerers(backend)), config))


if __name__ == "__main__":
    main(int(sys.argv[1]))
