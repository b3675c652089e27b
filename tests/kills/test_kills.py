"""Real processes killed at random moments: whatever the instant, no paper is lost or doubled.

Each kill hits its own copy of a library that already holds papers, or a data folder that is only
just being made. The moments are spread over the time that the same command takes when it is left
alone.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from ingest.run import ingest
from rag.config import Config
from rag.library import Library
from rag.models.embed import Embedder
from rag.types import Paper
from tests.conftest import isolated

pytestmark = pytest.mark.kills

FIRST_INGESTS, INGESTS, FILLS, REBUILDS, DELETES = 20, 40, 20, 10, 10
LOCK = "write.lock"  # made when a command first writes
PAPERS = 24  # written by the ingest that is killed, beside the sample pages
WORDS = "moss river paper lamp copper signal garden tower winter bridge market ocean".split()


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """A library before the kill, the source to be ingested, and what must come of both."""

    home: Path
    source: Path
    before: dict[str, Paper]
    after: dict[str, Paper]


def told(path: Path, dice: random.Random, number: int, *, first: int = 0) -> str:
    """A file of `number` papers whose abstracts differ."""
    with path.open("w", encoding="utf-8") as file:
        for i in range(first, first + number):
            abstract = " ".join(dice.choices(WORDS, k=40)).capitalize() + f" in case {i}."
            title = f"On {' '.join(dice.sample(WORDS, 4))}, part {i}"
            file.write(json.dumps({"id": f"doc-{i}", "title": title, "abstract": abstract}) + "\n")
    return str(path)


def by_id(library: Library) -> dict[str, Paper]:
    """Every paper by its id; none may stand there twice."""
    papers = library.papers()
    assert not [name for name, n in Counter(p.paper_id for p in papers).items() if n > 1]
    return {paper.paper_id: paper for paper in papers}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Scene:
    """The sample pages are there, five papers of the source as well, in an older version."""
    folder = tmp_path_factory.mktemp("kills")
    dice = random.Random(7)
    old = told(folder / "source.jsonl", dice, 5)
    config = Config.from_env(isolated(folder / "home"))
    with Library.open(config, embedder) as library:
        ingest(library, [])
        ingest(library, [old])
        before = by_id(library)
    source = folder / "source.jsonl"
    told(source, dice, PAPERS, first=3)
    whole = Config.from_env(isolated(folder / "whole"))
    shutil.copytree(config.home, whole.home)
    with Library.open(whole, embedder) as library:
        ingest(library, [str(source)])
        after = by_id(library)
    return Scene(config.home, source, before, after)


def started(config: Config, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import main; main()", *arguments],
        env=os.environ | isolated(config.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


class Killer:
    """Ends a command at a random moment, from when it first makes `touched` until its end.

    It works on a copy of the library in `home`, or on no library at all.
    """

    def __init__(self, home: Path | None, touched: str, *arguments: str) -> None:
        self._home = home
        self._touched = touched
        self._arguments = arguments
        self._dice = random.Random()
        self._span_s: tuple[float, float] | None = None

    def measure(self, config: Config) -> tuple[float, float]:
        """Seconds from the start until `touched` appears, and until the end."""
        self.restore(config)
        touched = config.home / self._touched
        touched.unlink(missing_ok=True)
        began = time.monotonic()
        command = started(config, *self._arguments)
        first = 0.0
        while command.poll() is None:
            time.sleep(0.002)
            if not first and touched.exists():
                first = time.monotonic() - began
        assert command.returncode == 0
        return first, time.monotonic() - began

    def restore(self, config: Config) -> None:
        """Put the library back to what it was before."""
        shutil.rmtree(config.home, ignore_errors=True)
        if self._home:
            shutil.copytree(self._home, config.home)

    def strike(self, config: Config) -> float:
        """Run the command over a fresh library and kill it; returns when, in seconds."""
        if self._span_s is None:
            self._span_s = self.measure(config)
        begins, ends = self._span_s
        while True:
            self.restore(config)
            moment = self._dice.uniform(begins * 0.9, ends)
            command = started(config, *self._arguments)
            time.sleep(moment)
            command.kill()
            if command.wait() == -signal.SIGKILL:
                return moment


@pytest.fixture(scope="module")
def first_ingest_killer() -> Killer:
    return Killer(None, "catalogue.sqlite3", "ingest", "--offline")


@pytest.fixture(scope="module")
def ingest_killer(scene: Scene) -> Killer:
    return Killer(scene.home, LOCK, "ingest", "--offline", str(scene.source))


@pytest.fixture(scope="module")
def fill_killer(scene: Scene, embedder: Embedder) -> Killer:
    """Kills a fill of a library in which no paper has its vectors."""
    config = Config.from_env(isolated(scene.home.parent / "waiting"))
    with Library.open(config, embedder) as library:
        ingest(library, [str(scene.source)], fill=False)
    return Killer(config.home, "chroma.lock", "index")


@pytest.fixture(scope="module")
def rebuild_killer(scene: Scene) -> Killer:
    return Killer(scene.home, LOCK, "index", "--rebuild")


@pytest.fixture(scope="module")
def delete_killer(scene: Scene) -> Killer:
    return Killer(scene.home, LOCK, "delete", "2112.09332")


def assert_indexes_agree(library: Library) -> None:
    """Words and vectors, filled up, hold each chunk of each paper once, and nothing else."""
    library.fill()
    chunks = sorted(c.chunk_id for c in library.catalogue.chunks_of(by_id(library)))
    assert library.unfinished() == 0
    assert library._words.ids() == chunks
    assert library._vectors.ids() == chunks


@pytest.mark.parametrize("number", range(FIRST_INGESTS))
def test_a_killed_first_ingest_loses_and_doubles_nothing(
    number: int,
    first_ingest_killer: Killer,
    sample_home: Path,
    config: Config,
    embedder: Embedder,
) -> None:
    moment = first_ingest_killer.strike(config)
    print(f"killed after {moment:.3f} s")
    with Library.open(Config.from_env(isolated(sample_home)), embedder) as library:
        whole = by_id(library)
    with Library.open(config, embedder) as library:
        assert by_id(library) in ({}, whole)
        assert_indexes_agree(library)
        ingest(library, [])
        assert by_id(library) == whole
        assert_indexes_agree(library)


@pytest.mark.parametrize("number", range(INGESTS))
def test_a_killed_ingest_loses_and_doubles_nothing(
    number: int, scene: Scene, ingest_killer: Killer, config: Config, embedder: Embedder
) -> None:
    moment = ingest_killer.strike(config)
    print(f"killed after {moment:.3f} s")
    with Library.open(config, embedder) as library:
        found = by_id(library)
        assert found in (scene.before, scene.after)  # its papers are written all or none
        assert_indexes_agree(library)
        ingest(library, [str(scene.source)])
        assert by_id(library) == scene.after
        assert_indexes_agree(library)


@pytest.mark.parametrize("number", range(FILLS))
def test_a_killed_fill_leaves_the_rest_to_the_next(
    number: int, fill_killer: Killer, config: Config, embedder: Embedder
) -> None:
    moment = fill_killer.strike(config)
    print(f"killed after {moment:.3f} s")
    with Library.open(config, embedder) as library:
        assert library.standing().by_words == PAPERS
        assert_indexes_agree(library)


@pytest.mark.parametrize("number", range(REBUILDS))
def test_a_killed_rebuild_leaves_a_whole_index(
    number: int, scene: Scene, rebuild_killer: Killer, config: Config, embedder: Embedder
) -> None:
    moment = rebuild_killer.strike(config)
    print(f"killed after {moment:.3f} s")
    with Library.open(config, embedder) as library:
        assert by_id(library) == scene.before
        assert_indexes_agree(library)


@pytest.mark.parametrize("number", range(DELETES))
def test_a_killed_delete_is_done_or_not_begun(
    number: int, scene: Scene, delete_killer: Killer, config: Config, embedder: Embedder
) -> None:
    moment = delete_killer.strike(config)
    print(f"killed after {moment:.3f} s")
    with Library.open(config, embedder) as library:
        left = by_id(library)
        assert left.keys() >= scene.before.keys() - {"arxiv:2112.09332"}
        assert_indexes_agree(library)
