"""Filling: several workers share the papers that want vectors, and a killed one costs a round."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.config import Config
from rag.library import Library
from rag.stored.claims import LEASE_S, Claims, Standing
from tests.fakes import CountingEmbedder, HashEmbedder
from tests.rag.test_library import found_by_vectors, wait_until, work

_WORKER = """
import os, sys, time
from rag.config import Config
from rag.library import Library
from tests.fakes import CountingEmbedder

class Telling(CountingEmbedder):
    def embed(self, texts, kind):
        vectors = super().embed(texts, kind)
        with open(sys.argv[1], "a") as file:
            file.writelines(text.split("\\n")[0] + "\\n" for text in texts)
        return vectors

with Library.open(Config.from_env(os.environ), Telling(seconds_a_text=0.01)) as library:
    print("ready", flush=True)
    sys.stdin.readline()
    library.fill()
"""


class Meddled:
    """A HashEmbedder during whose first call something happens to the library."""

    name, revision, dimension = "hash", "1", 64

    def __init__(self) -> None:
        self.meddle: Callable[[], None] | None = None

    def embed(self, texts: Sequence[str], kind: Literal["passage", "query"]) -> NDArray[np.float32]:
        meddle, self.meddle = self.meddle, None
        if meddle:
            meddle()
        return HashEmbedder().embed(texts, kind)


def workers(told: Sequence[Path]) -> list[subprocess.Popen[str]]:
    """Processes that fill the library of this test, each telling its file the titles it embedded.

    They begin together: what starts first on a busy machine could be done before the others come.
    """
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER, str(file)], stdin=pipe, stdout=pipe, text=True
        )
        for file in told
    ]
    for process in started:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return started


def delete(library: Library, paper_id: str) -> None:
    library.delete(paper_id)


def titles(told: Path) -> list[str]:
    return told.read_text().splitlines() if told.exists() else []


@pytest.mark.usefixtures("each_chroma")
def test_workers_embed_every_paper_once_between_them(config: Config, tmp_path: Path) -> None:
    names = [f"Paper {number}" for number in range(400)]
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(name, f"{name} tells of moss.") for name in names])
        told = [tmp_path / f"worker-{number}" for number in range(3)]
        for process in workers(told):
            assert process.wait(300) == 0
        assert Counter(title for file in told for title in titles(file)) == Counter(names)
        assert sum(bool(titles(file)) for file in told) > 1
        assert library.unfinished() == 0
        assert len(library._vectors.ids()) == 400


@pytest.mark.usefixtures("each_chroma")
def test_a_killed_workers_papers_are_embedded_by_the_others(config: Config, tmp_path: Path) -> None:
    names = [f"Paper {number}" for number in range(400)]
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(name, f"{name} tells of moss.") for name in names])
        told = [tmp_path / f"worker-{number}" for number in range(3)]
        victim, *others = workers(told)
        wait_until(lambda: bool(titles(told[0])))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        for process in others:
            assert process.wait(300) == 0
        done = Counter(title for file in told for title in titles(file))
        assert sorted(done) == sorted(names)
        twice = {title for title, times in done.items() if times > 1}
        assert max(done.values()) <= 2
        assert twice <= set(titles(told[0]))  # none but what the victim had not stored
        assert library.standing() == Standing(400, 400, 400)
        assert len(library._vectors.ids()) == 400


@pytest.mark.usefixtures("each_chroma")
def test_a_paper_that_changes_while_it_is_embedded_gets_the_vector_of_its_new_text(
    config: Config,
) -> None:
    embedder = Meddled()
    with Library.open(config, embedder) as library:
        library.write([work("Moss", "Mosses grow slowly. " * 200), work("Fern", "Shade.")])
        embedder.meddle = lambda: library.write([work("Moss", "Mosses now run.")])
        library.fill()
        assert library.unfinished() == 0
        assert library._vectors.ids() == ["title:Fern/abstract/0", "title:Moss/abstract/0"]
        right = HashEmbedder().embed(["Moss\nMosses now run."], "passage")[0]
        best, cosine = library.search_vectors(right, 1)[0]
        assert (best, round(cosine, 3)) == ("title:Moss/abstract/0", 1.0)


@pytest.mark.usefixtures("each_chroma")
def test_a_paper_that_is_deleted_while_it_is_embedded_leaves_no_vector(config: Config) -> None:
    embedder = Meddled()
    with Library.open(config, embedder) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Shade.")])
        embedder.meddle = lambda: delete(library, "title:Moss")
        library.fill()
        assert library.unfinished() == 0
        assert library._vectors.ids() == ["title:Fern/abstract/0"]


def test_an_interrupted_fill_leaves_nothing_claimed_and_can_go_on(config: Config) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    embedder = Meddled()
    with Library.open(config, embedder) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        embedder.meddle = interrupt
        with pytest.raises(KeyboardInterrupt):
            library.fill()
        assert library.catalogue.database.rows("SELECT * FROM claims") == []
        library.fill()
        assert found_by_vectors(library, "mosses") == {"title:Moss/abstract/0"}


def test_progress_counts_towards_all_papers_that_were_waiting(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work(f"Paper {number}", "Moss.") for number in range(150)])
        seen: list[tuple[int, int]] = []
        library.fill(lambda done, total: seen.append((done, total)))
        assert seen == [(64, 150), (150, 150)]


def test_a_fill_with_nothing_to_do_embeds_nothing(config: Config) -> None:
    embedder = CountingEmbedder()
    with Library.open(config, embedder) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        library.fill()
        library.fill()
        assert len(embedder.texts) == 1


# --- claims -------------------------------------------------------------------------------------


@pytest.fixture
def claimed(config: Config) -> tuple[Library, Claims]:
    """A library of ten papers that want vectors, and a worker's view of them."""
    library = Library.open(config, HashEmbedder())
    library.write([work(f"Paper {number}", "Moss.") for number in range(10)])
    return library, Claims(library.catalogue.database)


def test_no_paper_is_claimed_by_two(claimed: tuple[Library, Claims]) -> None:
    library, mine = claimed
    others = Claims(library.catalogue.database)
    taken = [*mine.take(4), *others.take(10)]
    assert len(taken) == len(set(taken))


def test_with_others_at_work_a_worker_takes_its_share_of_what_is_left(
    claimed: tuple[Library, Claims],
) -> None:
    library, mine = claimed
    assert len(mine.take(4)) == 4
    assert len(Claims(library.catalogue.database).take(6)) == 3
    assert len(Claims(library.catalogue.database).take(6, least=2)) == 2


def test_released_papers_can_be_claimed_again(claimed: tuple[Library, Claims]) -> None:
    _, mine = claimed
    first = mine.take(10)
    assert mine.take(10) == []
    mine.release()
    assert mine.take(10) == first


@pytest.mark.parametrize(
    ("worker", "until_s", "free"),
    [
        ("elsewhere:1:abc", LEASE_S / 2, False),
        ("elsewhere:1:abc", -1.0, True),
        ("elsewhere:1:abc", 9e9, True),
    ],
    ids=["at work on another machine", "lease ended", "clock set back"],
)
def test_a_lease_holds_until_it_ends(
    claimed: tuple[Library, Claims], worker: str, until_s: float, free: bool
) -> None:
    library, mine = claimed
    library.catalogue.database.execute_many(
        "INSERT INTO claims VALUES (?, ?, ?)",
        [(paper_id, worker, time.time() + until_s) for paper_id in _ids(library)],
    )
    assert bool(mine.take(10)) == free


def _ids(library: Library) -> list[str]:
    return [paper.paper_id for paper in library.papers()]
