"""Any records, in any order and batches, give one library, without a quadratic pass."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import closure, resolve
from ingest.facts import Facts
from ingest.match import likeness
from ingest.settle import Settler
from ingest.traits import Traits, traits
from rag.config import Config
from rag.library import Library
from rag.stored import records
from rag.types import Paper, Record
from tests.fakes import HashEmbedder

NO_FACTS = Facts([])
MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
)
FERN = (
    "Ferns unroll their leaves in spring, one after another. This report follows three hundred"
    " of them through a cold season and asks which ones are late, and why that may be so."
)
STOCK = "An abstract is not available for this content, so a preview has been provided."
ANY = st.builds(
    Record,
    source=st.sampled_from(["a", "b"]),
    position=st.just(0),
    docno=st.sampled_from(["", "1", "2", "3"]),
    title=st.sampled_from(["", "Summary", "On the growth of moss", "On the growth of moss: II"]),
    abstract=st.sampled_from(["", MOSS, MOSS[:150], MOSS + " More.", FERN, FERN + " " + MOSS]),
    authors=st.sampled_from([(), ("Ada King",), ("Ada King", "Bo Li"), ("Cy Fox",)]),
    authors_complete=st.booleans(),
    published=st.sampled_from(["", "2021", "2021-03-05"]),
    arxiv_id=st.sampled_from(["", "", "", "2101.00001", "2101.00002"]),
    doi=st.sampled_from(["", "", "", "10.1/a", "10.1/b"]),
).filter(lambda r: bool(r.title or r.abstract or r.arxiv_id or r.doi))


@contextmanager
def opened(home: Path | None = None) -> Iterator[Library]:
    with TemporaryDirectory() as folder:
        config = Config(home=home or Path(folder), cache=Path(folder))
        with Library.open(config, HashEmbedder()) as library:
            yield library


def made(batches: Sequence[Sequence[Record]]) -> list[tuple[Paper, list[str]]]:
    """The papers that come of these batches, and their records."""
    with opened() as library:
        settler = Settler(library, NO_FACTS)
        for batch in batches:
            settler.take(batch)
        chunks = library.catalogue.chunks_of(p.paper_id for p in library.papers())
        assert library._words.ids() == [chunk.chunk_id for chunk in chunks]
        return sorted(
            (
                (replace(p, aliases=()), sorted(map(repr, library.records(p.paper_id))))
                for p in library.papers()
            ),
            key=lambda made: made[0].paper_id,
        )


def cut(rng: random.Random, records: Sequence[Record], parts: int) -> list[list[Record]]:
    """The records in any order, cut into batches at random."""
    shuffled = rng.sample(list(records), len(records))
    ends = sorted(rng.choices(range(len(records) + 1), k=parts))
    return [shuffled[i:j] for i, j in zip([0, *ends], [*ends, None], strict=True)]


@settings(max_examples=25, deadline=None)
@given(st.lists(ANY, max_size=9), st.integers(0, 4), st.randoms(use_true_random=False))
def test_order_and_batches_make_no_difference(
    records: list[Record], parts: int, rng: random.Random
) -> None:
    once = made([records])
    assert made([*cut(rng, records, parts), records]) == once


@pytest.mark.parametrize("seed", range(3))
def test_they_make_none_either_when_a_key_becomes_too_common_on_the_way(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first few are merged by their title; with more of that title, it tells nothing."""
    for module in (records, resolve, closure):
        monkeypatch.setattr(module, "MOST_HOLDERS", 3)
    rng = random.Random(seed)
    titled = [
        Record("a", 0, str(i), "Introduction", doi=f"10.1/{i}" if i % 2 else "", published=f"{i}")
        for i in range(2000, 2000 + rng.randint(2, 9))
    ]
    more = [Record("b", 0, str(i), "Introduction", abstract=f"{STOCK} {i}") for i in range(4)]
    given_all = [*titled, *more]
    once = made([given_all])
    for parts in (1, 3, len(given_all)):
        assert made(cut(rng, given_all, parts)) == once


def test_what_thousands_have_in_common_is_compared_by_none_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0

    def counting(a: Traits, b: Traits) -> float:
        nonlocal compared
        compared += 1
        return likeness(a, b)

    for module in (resolve, closure):
        monkeypatch.setattr(module, "likeness", counting)
    many = [
        Record("a", 0, str(i), "Introduction", f"{STOCK} {MOSS} Case {i}.", authors=(f"A B{i}",))
        for i in range(3000)
    ]
    assert len(made([many[:1000], many[1000:], many[:5]])) == 3000
    assert compared < 32 * 3000


def test_thousands_of_versions_of_one_work_are_one_paper_without_comparing_all() -> None:
    versions = [
        Record("a", 0, str(i), "On moss", f"{MOSS} Version {i}.", arxiv_id="2101.00001")
        for i in range(3000)
    ]
    ((paper, held),) = made([versions])
    assert paper.paper_id == "arxiv:2101.00001"
    assert len(held) == 3000


def test_every_record_has_its_keys_whatever_it_says() -> None:
    with_nothing_else = [
        Record("a", 0, title="On moss"),
        Record("a", 0, abstract="Short."),
        Record("a", 0, abstract=MOSS),
        Record("a", 0, summary="A view."),
        Record("a", 0, doi="10.1/a"),
    ]
    for record in with_nothing_else:
        assert traits(record, NO_FACTS).keys
