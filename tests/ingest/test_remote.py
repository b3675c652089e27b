"""Names of papers elsewhere: told from paths, grouped, fetched from stand-ins on loopback."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.arxiv import ArxivClient
from ingest.remote import fetch, fetch_all, is_remote
from ingest.web import Manners
from rag.config import Config
from rag.errors import ConfigError, SourceError
from rag.types import Record, Reject
from tests.ingest.test_arxiv import entry, feed
from tests.ingest.test_openalex import several, work
from tests.replies import Asked, Reply, answering

QUICK = Manners(pause_s=0.0, read_s=5.0)
JSONL = b'{"id": "m1", "title": "On Moss", "abstract": "Moss grows."}\n'
"""A file of one paper."""


@contextmanager
def sites(
    config: Config, arxiv: Reply | None = None, openalex: Reply | None = None
) -> Iterator[tuple[Config, list[Asked], list[Asked]]]:
    """Settings with stand-ins for arXiv and OpenAlex, and what those are asked."""
    asked: list[list[Asked]] = [[], []]
    with ExitStack() as stack:
        if arxiv:
            url, asked[0] = stack.enter_context(answering(arxiv))
            config = replace(config, arxiv_url=f"{url}/api/query")
        if openalex:
            url, asked[1] = stack.enter_context(answering(openalex))
            config = replace(config, openalex_url=url)
        yield config, asked[0], asked[1]


# --- which names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "2112.09332",
        "2112.09332v2",
        "arxiv:2112.09332",
        "arXiv:2112.09332v3",
        "hep-th/9901001",
        "https://arxiv.org/abs/2112.09332",
        "arxiv:cat:cs.LG AND ti:reward",
        "10.1038/nature14539",
        "doi:10.1038/nature14539",
        "https://doi.org/10.1038/nature14539",
        "https://example.org/page.html",
        "HTTP://EXAMPLE.ORG",
        "ftp://example.org/x",
    ],
)
def test_names_of_papers_elsewhere_are_told(name: str) -> None:
    assert is_remote(name)


@pytest.mark.parametrize(
    "name", ["notes.txt", "folder/", "*.txt", "-", "", "cs.LG", "2112", "a/b:c", "C:\\x", "10.5"]
)
def test_paths_are_not_names_of_papers_elsewhere(name: str) -> None:
    assert not is_remote(name)


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("2112.09332", "2112.09332"),
        ("2112.09332v2", "2112.09332"),
        (" arXiv:2112.09332 ", "2112.09332"),
        ("https://arxiv.org/abs/2112.09332v1?context=cs", "2112.09332"),
        ("http://www.arxiv.org/pdf/2112.09332v1.pdf", "2112.09332"),
        ("https://arxiv.org/html/2112.09332v1#S2", "2112.09332"),
        ("https://doi.org/10.48550/arXiv.2112.09332", "2112.09332"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("HEP-TH/9901001", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
    ],
)
def test_every_way_to_write_an_arxiv_id_asks_for_the_same_paper(
    name: str, paper: str, config: Config
) -> None:
    with sites(config, Reply(feed(entry(paper)))) as (config, asked, _):
        (piece,) = fetch(name, config)
    assert asked[0].query["id_list"] == paper
    assert isinstance(piece, Record)
    assert (piece.source, piece.docno, piece.position) == ("arXiv", paper, 0)


@pytest.mark.parametrize(
    "name",
    [
        "10.1000/moss",
        "doi:10.1000/MOSS",
        "DOI: 10.1000/moss",
        "https://doi.org/10.1000/moss",
        "http://dx.doi.org/10.1000%2Fmoss",
    ],
)
def test_every_way_to_write_a_doi_asks_for_the_same_paper(name: str, config: Config) -> None:
    with sites(config, openalex=Reply(json.dumps(work()).encode())) as (config, _, asked):
        (piece,) = fetch(name, config)
    assert asked[0].path == "/works/doi:10.1000/moss"
    assert isinstance(piece, Record)
    assert (piece.source, piece.docno, piece.doi) == ("OpenAlex", "10.1000/moss", "10.1000/moss")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("arxiv:", "searches for nothing"),
        ("arxiv:&max_results=5", "searches for nothing"),
        ("arxiv:2112.9332", "is no arXiv id; they look like"),
        ("arxiv:hep-th/99", "is no arXiv id; they look like"),
        ("arxiv:cat:cs.LG&max_results=0", "asks for 0 papers"),
        ("arxiv:cat:cs.LG&max_results=30001", "asks for 30,001 papers"),
        ("doi:moss", "is no DOI"),
        ("ftp://example.org/x", "is no address that is read; give http or https"),
        ("file:///etc/hostname", "the path of a file"),
        ("http://[::1", "cannot be understood"),
    ],
)
def test_a_name_that_cannot_be_used_is_an_error_before_anything_is_asked(
    name: str, reason: str, config: Config
) -> None:
    with sites(config, Reply(feed(entry("2101.00001")))) as (config, asked, _):
        with pytest.raises(SourceError, match=reason):
            list(fetch_all(["2101.00001", name], config))
        assert asked == []


@given(st.text())
def test_any_name_is_told_or_refused(name: str) -> None:
    from ingest.remote import _wanted  # which asks nothing yet

    for written in (name, f"arxiv:{name}", f"doi:{name}", f"http://{name}", f"10.1000/{name}"):
        if is_remote(written):
            with suppress(SourceError):
                assert _wanted(written).value


# --- several at once --------------------------------------------------------------------------


def test_ids_of_one_kind_are_asked_for_together(config: Config) -> None:
    papers = Reply(feed(entry("2101.00002"), entry("2101.00001")))
    works = several(work("10.1000/a"), work("10.1000/b"))
    names = ["10.1000/b", "2101.00001", "10.1000/a", "arxiv:2101.00002", "2101.00001v3"]
    with sites(config, papers, works) as (config, asked_arxiv, asked_openalex):
        pieces = list(fetch_all(names, config))
    assert [one.query["id_list"] for one in asked_arxiv] == ["2101.00001,2101.00002"]
    assert [one.query["filter"] for one in asked_openalex] == ["doi:10.1000/b|10.1000/a"]
    told = [(p.source, p.position, p.docno) for p in pieces if isinstance(p, Record)]
    assert told == [
        ("arXiv", 0, "2101.00002"),
        ("arXiv", 1, "2101.00001"),
        ("OpenAlex", 0, "10.1000/a"),
        ("OpenAlex", 1, "10.1000/b"),
    ]


def test_what_is_unknown_among_several_is_rejected_with_its_place(config: Config) -> None:
    papers = Reply(feed(entry("2101.00001")))
    with sites(config, papers, several(work("10.1000/a"))) as (config, *_):
        names = ["2101.99999", "2101.00001", "10.1000/none", "10.1000/a"]
        pieces = list(fetch_all(names, config))
    assert [p.docno for p in pieces if isinstance(p, Record)] == ["2101.00001", "10.1000/a"]
    assert [p for p in pieces if isinstance(p, Reject)] == [
        Reject("arXiv", 1, "is not known to arXiv; check the id", "2101.99999"),
        Reject("OpenAlex", 3, "is not known to OpenAlex; check the DOI", "10.1000/none"),
    ]


def test_what_is_withdrawn_or_retracted_is_rejected(config: Config) -> None:
    papers = Reply(feed(entry("2101.00001"), entry("2101.00002", "Withdrawn due to an error")))
    works = several(work("10.1000/a"), work("10.1000/b", is_retracted=True))
    names = ["2101.00001", "2101.00002", "10.1000/a", "10.1000/b"]
    with sites(config, papers, works) as (config, *_):
        rejects = [p for p in fetch_all(names, config) if isinstance(p, Reject)]
    assert rejects == [
        Reject("arXiv", 2, "has been withdrawn from arXiv", "2101.00002 On Moss"),
        Reject("OpenAlex", 4, "has been retracted", "10.1000/b On Moss"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2101.99999", "2101.99999: is not known to arXiv; check the id"),
        ("arxiv:ti:nothing", "arxiv:ti:nothing: finds nothing at arXiv; check the search"),
        ("10.1000/none", "10.1000/none: is not known to OpenAlex; check the DOI"),
    ],
)
def test_a_single_name_without_a_paper_is_an_error(name: str, reason: str, config: Config) -> None:
    with (
        sites(config, Reply(feed(total=0)), Reply(b"", 404)) as (config, *_),
        pytest.raises(SourceError, match=reason),
    ):
        list(fetch(name, config))


def test_a_server_that_cannot_be_reached_is_an_error(config: Config) -> None:
    with pytest.raises(SourceError, match="arXiv: cannot be reached"):
        list(fetch("2101.00001", config))
    with pytest.raises(SourceError, match="OpenAlex: cannot be reached"):
        list(fetch("10.1000/moss", config))


def test_the_settings_of_the_servers_come_from_the_environment() -> None:
    config = Config.from_env(
        {
            "ASKPAPERS_OPENALEX_URL": "http://127.0.0.1:9/",
            "ASKPAPERS_OPENALEX_KEY": "swordfish",
            "ASKPAPERS_MAILTO": "ada@example.org",
        }
    )
    assert config.openalex_url == "http://127.0.0.1:9"
    assert (config.openalex_key, config.mailto) == ("swordfish", "ada@example.org")
    assert "swordfish" not in repr(config)


@pytest.mark.parametrize("name", ["ASKPAPERS_OPENALEX_KEY", "ASKPAPERS_MAILTO"])
@pytest.mark.parametrize("value", ["swörd", "sword\nfish", "sword fish"])
def test_a_setting_that_cannot_be_sent_is_refused_unseen(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        Config.from_env({name: value})
    assert value not in str(caught.value)


# --- searches ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "query", "limit"),
    [
        ("arxiv:cat:cs.LG AND ti:reward", "cat:cs.LG AND ti:reward", "100"),
        ("arXiv: all:moss &max_results=7", "all:moss", "7"),
        ('arxiv:ti:"AT&T moss"', 'ti:"AT&T moss"', "100"),
        (
            "http://export.arxiv.org/api/query?search_query=cat:cs.LG+AND+ti:moss&max_results=9",
            "cat:cs.LG AND ti:moss",
            "9",
        ),
    ],
)
def test_a_search_asks_for_the_newest_hundred_or_as_many_as_it_says(
    name: str, query: str, limit: str, config: Config
) -> None:
    with sites(config, Reply(feed(entry("2101.00001"), total=1))) as (config, asked, _):
        (piece,) = fetch(name, config)
    assert isinstance(piece, Record)
    assert (asked[0].query["search_query"], asked[0].query["max_results"]) == (query, limit)


def test_a_search_with_more_papers_than_are_taken_says_so(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    page = Reply(feed(entry("2101.00001"), entry("2101.00002"), total=4321))
    with sites(config, page) as (config, *_), caplog.at_level(logging.WARNING):
        assert len(list(fetch("arxiv:all:moss&max_results=2", config))) == 2
    assert "4321 papers are found, the newest 2 are taken" in caplog.text


def test_a_paper_that_an_id_and_a_search_give_comes_once(config: Config) -> None:
    with sites(config, Reply(feed(entry("2101.00001"), total=1))) as (config, *_):
        quick = ArxivClient(config.arxiv_url, QUICK)
        names = ["2101.00001", "arxiv:all:moss"]
        assert len(list(fetch_all(names, config, arxiv_client=quick))) == 1


# --- pages and files --------------------------------------------------------------------------


def test_a_file_at_an_address_goes_to_the_reader_of_its_kind(config: Config) -> None:
    with answering(Reply(JSONL)) as (url, _):
        (piece,) = fetch(f"{url}/papers.jsonl#top", config)
    assert isinstance(piece, Record)
    assert piece.key == f"{url}/papers.jsonl#m1"
    assert piece.abstract == "Moss grows."


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_a_packed_file_is_unpacked(headers: dict[str, str], config: Config) -> None:
    with answering(Reply(gzip.compress(JSONL), headers=headers)) as (url, _):
        (piece,) = fetch(f"{url}/papers.jsonl.gz", config)
    assert isinstance(piece, Record)
    assert piece.title == "On Moss"


def test_the_name_of_a_page_tells_its_query_apart_but_shows_no_secret(config: Config) -> None:
    with answering(Reply(JSONL)) as (url, asked):
        host = url.removeprefix("http://")
        names = [f"http://me:swordfish@{host}/p?token={token}" for token in ("swordfish", "other")]
        pieces = list(fetch_all(names, config))
    assert asked[0].query == {"token": "swordfish"}
    sources = [piece.source for piece in pieces]
    assert len(set(sources)) == 2
    assert all(source.startswith(f"{url}/p?") and "swordfish" not in source for source in sources)


def test_a_page_that_fails_is_an_error_that_shows_no_secret(config: Config) -> None:
    with (
        answering(Reply(b"", 403)) as (url, _),
        pytest.raises(SourceError, match="answered 403; it wants a login") as caught,
    ):
        list(fetch(f"{url.replace('//', '//me:swordfish@')}/p?token=swordfish", config))
    assert "swordfish" not in str(caught.value)
    assert f"{url}/p?" in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"", 404), "answered 404; check the address"),
        (Reply(b"\x89PNG", headers={"Content-Type": "image/png"}), "is image/png"),
        (Reply(b""), "is empty"),
        (Reply(b"\x7fELF\0\0\0\0"), "is a binary file"),
        (Reply(b"x" * 65536, repeat=1_000_000), "sends more than 1 MiB"),
    ],
)
def test_what_is_no_page_is_an_error(reply: Reply, reason: str, config: Config) -> None:
    small = replace(QUICK, max_bytes=1024 * 1024)
    with answering(reply) as (url, _), pytest.raises(SourceError, match=f"/p: {reason}"):
        list(fetch_all([f"{url}/p"], config, page_manners=small))


def test_a_fetched_file_is_not_left_behind(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    with answering(Reply(JSONL)) as (url, _):
        assert len(list(fetch(f"{url}/papers.jsonl", config))) == 1
    assert not list((tmp_path / "scratch").iterdir())
