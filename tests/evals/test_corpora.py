"""Queries, judgements and runs as the benchmarks' authors write them."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.finding.corpora import load_judged, read_qrels, read_queries, read_run, write_run
from rag.errors import SourceError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.txt"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "line",
    [
        '{"_id": "7", "text": "moss", "metadata": {}}',
        '{"id": 7, "text": "moss"}',
        '\ufeff\n{"id": "7", "query": "moss"}\n\n',
    ],
)
def test_queries_are_read_in_every_spelling(file: Path, line: str) -> None:
    assert read_queries(written(file, line)) == {"7": "moss"}


def test_packed_queries_are_read(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"_id": "7", "text": "moss"}'))
    assert read_queries(path) == {"7": "moss"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("moss", "line 1: is not JSON"),
        ('{"id": "7"}', 'line 1: needs "id"'),
        ("[7]", 'line 1: needs "id"'),
        ('{"id": "7", "text": "a"}\n{"id": "7", "text": "b"}', "line 2: id '7' was given before"),
        ("\n", "holds no queries"),
    ],
)
def test_what_is_no_query_is_told_with_its_line(file: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_queries(written(file, text))


@pytest.mark.parametrize(
    "text",
    [
        "query-id\tcorpus-id\tscore\nq 1\td1\t2\nq 1\td2\t0\n",
        "q 1\td1\t2\nq 1\td2\t0\n",
        "q 1\t0\td1\t2\r\nq 1\t0\td2\t0\r\n",
        "q 1\td1\t2.0\n\nq 1\td2\t0\n",
    ],
)
def test_judgements_are_read_in_both_layouts_with_header_or_without(file: Path, text: str) -> None:
    assert read_qrels(written(file, text)) == {"q 1": {"d1": 2, "d2": 0}}


def test_judgements_may_be_apart_by_blanks(file: Path) -> None:
    assert read_qrels(written(file, "1 0 d1 1\n2 0 d2 -1\n")) == {"1": {"d1": 1}, "2": {"d2": -1}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 d1\n", "line 1: needs a query's id"),
        ("1 0 d1 1\n1 0 d2 yes\n", "line 2: 'yes' is no grade"),
        ("query-id\tcorpus-id\tscore\n", "holds no judgements"),
    ],
)
def test_what_is_no_judgement_is_told_with_its_line(file: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_qrels(written(file, text))


def test_only_queries_with_something_relevant_are_asked(tmp_path: Path) -> None:
    lines = "".join(f'{{"id": "{n}", "text": "t{n}"}}\n' for n in (1, 2, 3))
    queries = written(tmp_path / "q", lines)
    judged = load_judged(queries, written(tmp_path / "j", "1 0 a 1\n1 0 b 0\n2 0 a 0\n9 0 c 1\n"))
    assert judged.queries == {"1": "t1"}
    assert judged.docnos == {"a"}


def test_judgements_of_other_queries_are_refused(tmp_path: Path) -> None:
    queries = written(tmp_path / "q", '{"id": "1", "text": "moss"}')
    with pytest.raises(SourceError, match="nothing relevant to any query"):
        load_judged(queries, written(tmp_path / "j", "2 0 a 1\n"))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_queries(tmp_path / "none")


def test_a_broken_gzip_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "q.gz"
    path.write_bytes(gzip.compress(b'{"id": 1, "text": "moss"}' * 99)[:-9])
    with pytest.raises(SourceError, match="cannot be read"):
        read_queries(path)


def test_a_run_that_was_written_is_read_back(file: Path) -> None:
    run = {"1": {"b": 0.5, "a": 1.0}, "2": {"c": 0.25}}
    write_run(file, run, "tag")
    assert file.read_text().splitlines()[0] == "1 Q0 a 1 1.0000000 tag"
    assert read_run(file) == run


@pytest.mark.parametrize("text", ["1 Q0 a 1 0.5", "1 Q0 a 1 high tag", ""])
def test_what_is_no_run_is_told(file: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"no line of a run|is no score|holds no run"):
        read_run(written(file, text))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(file: Path, data: bytes) -> None:
    for read in (read_queries, read_qrels, read_run):
        file.write_bytes(data)
        with suppress(SourceError):
            assert read(file)
