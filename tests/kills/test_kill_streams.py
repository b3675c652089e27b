"""An ingest of many files, killed again and again, ends as a single one does, to the chunk."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.run import ingest
from rag.config import Config
from rag.library import Library
from rag.types import Paper
from tests.conftest import isolated
from tests.fakes import HashEmbedder

pytestmark = pytest.mark.kills

ROUNDS, KILLS, PAPERS, FILES = 6, 4, 90, 10
SMALL_BATCHES = "import ingest.run; ingest.run._BATCH = 7; from ui.cli import main; main()"
WORDS = "moss river paper lamp copper signal garden tower winter bridge market ocean".split()


def rows(dice: random.Random) -> list[dict[str, object]]:
    """Papers, some of them told twice or thrice: cut short, without a title, with an id."""
    told: list[dict[str, object]] = []
    for i in range(PAPERS):
        sentences = [" ".join(dice.choices(WORDS, k=12)).capitalize() + "." for _ in range(5)]
        abstract = " ".join(sentences) + f" This is case {i}."
        title = f"On {' '.join(dice.sample(WORDS, 4))}, part {i}"
        told.append({"id": f"doc-{i}", "title": title, "abstract": abstract})
        if i % 3 == 0:
            told.append({"id": f"copy-{i}", "title": title, "abstract": " ".join(sentences[:3])})
        if i % 5 == 0:
            told.append({"id": f"bare-{i}", "abstract": abstract, "arxiv_id": f"2101.{i:05d}"})
    return told


def write(path: Path, some: list[dict[str, object]]) -> str:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in some), encoding="utf-8")
    return str(path)


def contents(library: Library) -> tuple[list[Paper], list[str]]:
    """The papers without the names of files and earlier ids, and every chunk of them."""
    papers = [replace(p, sources=(), aliases=()) for p in library.papers()]
    chunks = [c.chunk_id for c in library.catalogue.chunks_of(p.paper_id for p in papers)]
    assert library._words.ids() == library._vectors.ids() == sorted(chunks)
    return sorted(papers, key=lambda paper: paper.paper_id), sorted(chunks)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_files_in_any_order_killed_again_and_again_give_the_same_library(
    number: int, config: Config, tmp_path: Path
) -> None:
    told = rows(random.Random(11))
    whole = Config.from_env(isolated(tmp_path / "whole"))
    with Library.open(whole, HashEmbedder()) as library:
        ingest(library, [write(tmp_path / "whole.jsonl", told)])
        expected = contents(library)
        assert len(expected[0]) == PAPERS
        held = len([r for p in library.papers() for r in library.records(p.paper_id)])

    dice = random.Random(number)
    dice.shuffle(told)
    files = [write(tmp_path / f"part-{i}.jsonl", told[i::FILES]) for i in range(FILES)]
    command = [sys.executable, "-c", SMALL_BATCHES, "ingest", "--offline", "--no-wait"]
    killed = 0
    for _ in range(KILLS):
        started = subprocess.Popen(
            [*command, *dice.sample(files, FILES)],
            env=os.environ | isolated(config.home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 120
        while not (config.home / "words").exists() and started.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.5 if killed else 0.1))
        started.kill()
        killed += started.wait() != 0
    assert killed
    with Library.open(config, HashEmbedder()) as library:
        report = ingest(library, files)
        assert contents(library) == expected
        assert len([r for p in library.papers() for r in library.records(p.paper_id)]) == held
        assert report.records == held
        assert ingest(library, files).unchanged == PAPERS
