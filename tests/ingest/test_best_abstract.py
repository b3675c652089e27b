"""Which of several versions of one abstract a paper keeps."""

from __future__ import annotations

from ingest.facts import Facts
from ingest.resolve import cluster
from ingest.traits import traits
from rag.types import Record

WHOLE = (
    "We study how mosses spread over walls in cold and rainy cities over many years. "
    "We measure forty walls by hand. We find that shade matters more than rain does."
)


def kept(*abstracts: str) -> str:
    records = [
        Record(source=f"{n}.txt", position=0, title="Mosses on Walls", abstract=abstract)
        for n, abstract in enumerate(abstracts)
    ]
    (work,) = cluster([traits(record, Facts(())) for record in records])
    return work.paper.abstract


def test_the_longer_version_wins() -> None:
    assert kept(WHOLE.rsplit(" We", 1)[0], WHOLE) == WHOLE


def test_of_equally_long_versions_the_one_without_a_missing_full_stop_wins() -> None:
    assert kept(WHOLE.replace("hand. We", "hand We"), WHOLE) == WHOLE
