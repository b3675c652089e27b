"""What all tests share: no network, an environment of their own, one real embedder, one library."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from rag.config import Config
from tests.network import Guard

if TYPE_CHECKING:
    from rag.models.embed import Embedder
    from rag.models.rerank import Reranker

# A busy machine is no failure: what is timed is timed by benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

NOWHERE = "http://127.0.0.1:9"
"""An address on this machine at which nothing listens."""

OUTER = dict(os.environ)
"""The environment the tests were started in, before any test changed it."""


def outer_config() -> Config:
    """The settings of whoever runs the tests; only their model files are used."""
    return Config.from_env(OUTER)


# --- the network ------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def guard() -> Iterator[Guard]:
    """Stands before every connection of this process; started processes are not covered."""
    made = Guard()
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(method: Callable[[socket.socket, Any], Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            made.check(self.family, address)
            return method(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield made


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, guard: Guard) -> Iterator[None]:
    """Fails a test that tried to leave this machine, unless it is marked `network`."""
    if request.node.get_closest_marker("network"):
        with guard.opened():
            yield
        return
    guard.refused.clear()
    yield
    assert not guard.refused, f"the test tried to connect to {guard.refused}"


# --- the environment --------------------------------------------------------------------------


def isolated(home: Path) -> dict[str, str]:
    """The settings for a data folder of its own: model files shared, servers unreachable."""
    outer = outer_config()
    models = {"ASKPAPERS_MODELS": str(outer.models)} if outer.models else {}
    return models | {
        "ASKPAPERS_HOME": str(home),
        "ASKPAPERS_CACHE": str(outer.cache),
        "ASKPAPERS_BACKEND": "extractive",  # what runs everywhere, whatever files are here
        "ASKPAPERS_ARXIV_URL": NOWHERE,
        "ASKPAPERS_OPENALEX_URL": NOWHERE,
        "HF_ENDPOINT": NOWHERE,
    }


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test, and each process it starts, has an empty home of its own and no API key."""
    for name in OUTER:
        if name.startswith(("ASKPAPERS_", "OPENAI_", "HF_")):
            monkeypatch.delenv(name, raising=False)
    for name, value in isolated(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(autouse=True)
def own_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is run within this process must not make all later tests wait for others."""
    monkeypatch.setattr("ui.filling._GENTLE", -20)


@pytest.fixture
def config(own_environment: None) -> Config:
    """Settings with an empty home of this test's own."""
    return Config.from_env(os.environ)


# --- the parts that are dear to make ----------------------------------------------------------


@pytest.fixture(scope="session")
def embedder(guard: Guard) -> Embedder:
    """The real embedder; its file is fetched at the first run on a machine."""
    from rag.models.embed import OnnxEmbedder

    with guard.opened():
        return OnnxEmbedder.load(outer_config())


@pytest.fixture(scope="session")
def reranker(guard: Guard) -> Reranker:
    """The real reranker; its file is fetched at the first run on a machine."""
    from rag.models.rerank import CrossEncoder

    with guard.opened():
        return CrossEncoder.load(outer_config())


@pytest.fixture(scope="session")
def sample_home(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reranker: Reranker
) -> Path:
    """A home with the sample library, ingested once for all tests. To read from only."""
    from ingest.run import ingest
    from rag.library import Library

    home = tmp_path_factory.mktemp("sample") / "home"
    with Library.open(Config.from_env(isolated(home)), embedder) as library:
        ingest(library, [])
    return home


@pytest.fixture
def sample_config(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings, here and for started processes, with the shared sample library. To read from."""
    monkeypatch.setenv("ASKPAPERS_HOME", str(sample_home))
    return Config.from_env(os.environ)


@pytest.fixture
def sample_copy(sample_home: Path, config: Config) -> Config:
    """Settings with a copy of the sample library that the test may change."""
    shutil.copytree(sample_home, config.home)
    return config


# --- what is left out, and saying so ----------------------------------------------------------

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def missing_need(marker: str, config: pytest.Config) -> str:
    """Why tests with this marker cannot or should not run here; empty if they run."""
    asked = marker in str(config.getoption("-m"))
    if marker == "browser" and not any(map(shutil.which, CHROMIUM)):
        return "no chromium here; on Debian: apt-get install chromium"
    if marker == "local_model" and not asked and not local_model_is_here():
        return "the local chat model is not here; get it: askpapers models pull local"
    if marker == "network" and not asked:
        return "they use the network; run them: make slow"
    if marker in ("kills", "fuzz") and not asked:
        return "they take minutes; run them: make slow"
    return ""


def local_model_is_here() -> bool:
    """Whether the local chat model's file can be used without fetching anything."""
    from rag.models.weights import find

    return find("local", outer_config()) is not None


LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects tests whose needs are not met, counted by reason."""
    markers = ("browser", "local_model", "network", "kills", "fuzz")
    used = {m for m in markers if any(item.get_closest_marker(m) for item in items)}
    needs = {marker: missing_need(marker, config) for marker in used}
    left_out: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        reasons = [
            f"{m} tests: {needs[m]}" for m in used if needs[m] and item.get_closest_marker(m)
        ]
        (dropped if reasons else kept).append(item)
        left_out.update(sorted(reasons)[:1])
    items[:] = kept
    config.stash[LEFT_OUT] = left_out
    if dropped:
        config.hook.pytest_deselected(items=dropped)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says plainly which tests were left out and how to run them."""
    for reason, number in sorted(config.stash.get(LEFT_OUT, Counter[str]()).items()):
        terminalreporter.write_line(f"left out: {number} {reason}", yellow=True)
