"""A model is fetched beside the app: how far it is can be seen, and it can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rag.config import Config
from rag.models.manifest import MANIFEST
from tests.hub import Hub, serving
from ui.pulling import Pulled, Pulling

EMBEDDER = MANIFEST["embedder"]
FILE = EMBEDDER.files[0]


def waited(pulling: Pulling, until: Callable[[Pulled], bool]) -> Pulled:
    for _ in range(300):
        if until(now := pulling.now()):
            return now
        time.sleep(0.1)
    raise AssertionError(f"still {pulling.now()}")


def test_a_pull_tells_how_far_it_is_and_a_stop_leaves_nothing(
    config: Config, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    hub = Hub({FILE.name: bytes(FILE.size)}, script=["stall"])
    with serving(hub):
        pulling = Pulling("embedder", replace(config, cache=cache, hub_url=hub.url, models=None))
        assert pulling.now().state == "absent"
        pulling.start()
        part = waited(pulling, lambda now: now.done > FILE.size // 3)
        assert part.state == "fetching"
        assert part.total == EMBEDDER.size
        pulling.stop()
        assert pulling.now().state == "stopped"
    left = [path for path in (cache / "models").rglob("*") if path.suffix != ".lock"]
    assert not any(path.is_file() for path in left)


def test_a_model_that_is_here_is_not_fetched(sample_config: Config) -> None:
    pulling = Pulling("embedder", sample_config)
    pulling.start()
    assert pulling.now() == Pulled("here", EMBEDDER.size, EMBEDDER.size)
