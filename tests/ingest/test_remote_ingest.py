"""Papers by name from elsewhere, all the way into a library: stand-ins on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.arxiv import ArxivClient
from ingest.remote import fetch_all
from ingest.run import IngestReport, ingest
from rag.config import Config
from rag.errors import SourceError
from rag.library import Library
from tests.fakes import HashEmbedder
from tests.ingest.test_arxiv import entry, feed
from tests.ingest.test_openalex import several, work
from tests.replies import Asked, Reply, answering

MOSS, FERN = "1505.00001", "2101.00002"
FERNS = "Ferns unroll their leaves in spring, one after another, and some of them are late."
PAGE = b'{"id": "p1", "title": "Lichens on Old Walls", "abstract": "Lichens are slower still."}\n'


@contextmanager
def internet(
    config: Config, papers: Reply, *works: object, page: bytes = PAGE
) -> Iterator[tuple[Config, str, list[Asked]]]:
    """Settings with an arXiv and an OpenAlex, a page, and what arXiv is asked."""
    with (
        answering(papers) as (arxiv, asked),
        answering(several(*works)) as (openalex, _),
        answering(Reply(page)) as (site, _),
    ):
        yield replace(config, arxiv_url=arxiv, openalex_url=openalex), f"{site}/p.jsonl", asked


def taken(config: Config, *names: str, sync: bool = False) -> tuple[IngestReport, dict[str, str]]:
    """What an ingest of these names reports, and the abstract of each paper afterwards."""
    with Library.open(config, HashEmbedder()) as library:
        report = ingest(library, names, fetch=lambda far: fetch_all(far, config), sync=sync)
        return report, {paper.paper_id: paper.abstract for paper in library.papers()}


def test_names_of_all_kinds_become_papers_each_once(config: Config) -> None:
    works = work("10.1000/moss"), work("10.1000/none", is_retracted=True)
    with internet(config, Reply(feed(entry(MOSS), entry(FERN))), *works) as (config, page, asked):
        names = ["10.1000/moss", MOSS, f"arxiv:{FERN}v2", page, "10.1000/none"]
        report, papers = taken(config, *names)
        with Library.open(config, HashEmbedder()) as library:
            held = {paper.paper_id: paper for paper in library.papers()}
    assert [one.query["id_list"] for one in asked] == [f"{MOSS},{FERN}"]
    assert len(papers) == report.new == 3
    moss = held[f"arxiv:{MOSS}"]  # OpenAlex names the arXiv copy of what has the DOI
    assert moss.sources == ("OpenAlex", "arXiv")
    assert moss.docnos == ("10.1000/moss", MOSS)
    assert {"Ecology", "cs.LG"} <= set(moss.categories)
    rejects = (config.home / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["reason"] for line in rejects] == ["has been retracted"]


def test_the_same_names_again_change_nothing(config: Config) -> None:
    papers = Reply(feed(entry(MOSS), entry(FERN)))
    with internet(config, papers, work("10.1000/a"), work("10.1000/b")) as (config, page, _):
        names = [MOSS, FERN, "10.1000/a", "10.1000/b", page]
        first = taken(config, *names)
        again = taken(config, *reversed(names))
    assert first[1] == again[1]
    assert (again[0].new, again[0].changed) == (0, 0)
    assert again[0].unchanged == len(first[1])


def test_a_paper_that_changed_at_its_source_is_changed(config: Config) -> None:
    with internet(config, Reply(feed(entry(FERN)))) as (here, *_):
        taken(here, FERN)
    with internet(config, Reply(feed(entry(FERN, abstract=FERNS)))) as (here, *_):
        report, papers = taken(here, FERN)
    assert (report.new, report.changed) == (0, 1)
    assert papers == {f"arxiv:{FERN}": FERNS}


def test_a_sync_removes_what_has_gone_from_a_page(config: Config) -> None:
    both = PAGE + PAGE.replace(b"p1", b"p2").replace(b"Lichens", b"Spiders")
    with answering(Reply(both), Reply(PAGE)) as (site, _):
        assert len(taken(config, f"{site}/p.jsonl?token=x")[1]) == 2
        report, papers = taken(config, f"{site}/p.jsonl?token=x", sync=True)
    assert report.vanished == 1
    assert list(papers.values()) == ["Lichens are slower still."]


def test_a_sync_removes_nothing_of_arxiv(config: Config) -> None:
    with internet(config, Reply(feed(entry(MOSS)))) as (here, *_):
        taken(here, MOSS)
    with internet(config, Reply(feed(entry(FERN)))) as (here, *_):
        report, papers = taken(here, FERN, sync=True)
    assert report.vanished == 0
    assert set(papers) == {f"arxiv:{MOSS}", f"arxiv:{FERN}"}


def test_a_server_that_fails_leaves_the_library_as_it_was(config: Config) -> None:
    with internet(config, Reply(feed(entry(MOSS)))) as (here, page, _):
        before = taken(here, page)[1]
        gone = replace(here, arxiv_url="http://127.0.0.1:9")
        with pytest.raises(SourceError, match="arXiv: cannot be reached"):
            taken(gone, MOSS)
        with Library.open(here, HashEmbedder()) as library:
            assert {p.paper_id: p.abstract for p in library.papers()} == before


def test_a_path_that_exists_is_read_itself(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / MOSS).write_bytes(PAGE)
    report, papers = taken(config, MOSS)  # arXiv cannot be reached here
    assert [source.name for source in report.sources] == [MOSS]
    assert len(papers) == 1


def test_an_abstract_that_openalex_lacks_comes_from_arxiv(config: Config) -> None:
    bare = work("10.1000/moss", abstract_inverted_index=None)
    full = entry(MOSS, abstract="Moss was measured for years, on every wall of the town.")
    with (
        internet(config, Reply(feed(full))) as (here, *_),
        answering(Reply(json.dumps(bare).encode())) as (openalex, _),
        Library.open(here, HashEmbedder()) as library,
    ):
        here = replace(here, openalex_url=openalex)
        report = ingest(
            library,
            ["10.1000/moss"],
            fetch=lambda names: fetch_all(names, here),
            lookup=ArxivClient(here.arxiv_url),
        )
        (paper,) = library.papers()
    assert (report.looked_up, report.lookup_error) == (1, "")
    assert paper.abstract == "Moss was measured for years, on every wall of the town."
    assert paper.paper_id == f"arxiv:{MOSS}"
