"""Sources: what is opened, and what is refused with a reason and a remedy."""

from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path

import pytest

from ingest.readers import layout_of, read
from ingest.sources import Source, find, sample_sources
from rag.errors import SourceError
from rag.types import Record, Reject

LINE = '{"id": "1", "title": "On Moss"}\n'
NOTHING = io.BytesIO()


def one(path: Path) -> Source:
    (source,) = find(str(path), NOTHING).sources
    return source


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file"),
        (b"\xff\xfe{\xd8", "is not UTF-16 text"),
        ("Caf\xe9 moss".encode("latin1"), r"is not UTF-8 text \(byte 0xe9"),
        (gzip.compress(LINE.encode())[:-6], "is damaged gzip"),
        (b"\x1f\x8bnot really", "is damaged gzip"),
        (b"A few words.\n", "has none of the layouts that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=reason) as caught:
        list(read(one(path)))
    assert str(path) in str(caught.value)


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist; check the path"):
        find(str(tmp_path / "nowhere.txt"), NOTHING)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        find("x" * 5000, NOTHING)


def test_a_file_that_may_not_be_opened_is_refused(tmp_path: Path) -> None:
    def refuse() -> io.BytesIO:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(SourceError, match=r"cannot be read \(Permission denied"):
        layout_of(Source("page.txt", "page.txt", refuse))


def test_a_line_without_end_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "endless.jsonl"
    path.write_text('{"title": "' + "a" * (17 << 20) + "\n" + LINE, encoding="utf-8")
    bad, good = read(one(path))
    assert isinstance(bad, Reject)
    assert (bad.position, bad.reason) == (1, "is longer than 16 MiB, too long for one record")
    assert isinstance(good, Record)


def test_a_line_that_is_not_utf8_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"title": "Caf\xe9"}\n'.encode("latin1") + LINE.encode())
    bad, good = read(one(path))
    assert isinstance(bad, Reject)
    assert bad.reason.startswith("is not UTF-8 text (byte 0xe9")
    assert isinstance(good, Record)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_text_with_a_byte_order_mark_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "page.jsonl"
    path.write_bytes((LINE * 2).replace("Moss", "Möss").encode(encoding))
    assert [r.title for r in read(one(path)) if isinstance(r, Record)] == ["On Möss"] * 2


def test_a_folder_that_may_not_be_looked_into_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.jsonl").write_text(LINE, encoding="utf-8")
    scandir = os.scandir

    def refuse(path: str) -> object:  # the tests may run as root, whom nothing is closed to
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    readable, closed = find(str(tmp_path), NOTHING).sources
    assert (readable.name, closed.name) == ("a.jsonl", "closed")
    with pytest.raises(SourceError, match="closed: cannot be read"):
        list(read(closed))


def test_a_link_to_nothing_in_a_folder_is_missed(tmp_path: Path) -> None:
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    (source,) = find(str(tmp_path), NOTHING).sources
    with pytest.raises(SourceError, match=r"gone\.jsonl: cannot be read"):
        list(read(source))


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(LINE * 3,))
    writer.start()
    source = one(path)
    writer.join()
    assert len(list(read(source))) == len(list(read(source))) == 3


def test_an_empty_folder_and_a_pattern_without_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder without a file"):
        find(str(tmp_path), NOTHING)
    with pytest.raises(SourceError, match="no file matches"):
        find(str(tmp_path / "*.txt"), NOTHING)


def test_a_byte_order_mark_and_foreign_line_ends_are_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "page.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + LINE.replace("\n", "\r\n").encode() * 2)
    assert len(list(read(one(path)))) == 2


def test_folders_are_read_with_all_below_them_and_hidden_files_left_alone(tmp_path: Path) -> None:
    for name in ("b.jsonl", "deep/a.jsonl", ".hidden", ".git/c.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LINE, encoding="utf-8")
    place = find(str(tmp_path), NOTHING)
    assert [source.name for source in place.sources] == ["b.jsonl", "a.jsonl"]
    assert place.several
    pattern = find(str(tmp_path / "**" / "*.jsonl"), NOTHING)
    assert [source.name for source in pattern.sources] == ["b.jsonl", "a.jsonl"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "moss[1].jsonl"
    path.write_text(LINE, encoding="utf-8")
    place = find(str(path), NOTHING)
    assert [source.name for source in place.sources] == ["moss[1].jsonl"]
    assert not place.several


def test_standard_input_can_be_read_more_than_once() -> None:
    (source,) = find("-", io.BytesIO(LINE.encode() * 3)).sources
    assert len(list(read(source))) == len(list(read(source))) == 3
    assert source.name == "stdin"


def test_packed_standard_input_is_unpacked() -> None:
    (source,) = find("-", io.BytesIO(gzip.compress(LINE.encode() * 3))).sources
    assert len(list(read(source))) == 3


def test_the_sample_is_the_five_pages_without_their_note() -> None:
    assert [Path(path).suffix for path in sample_sources()] == [".txt"] * 5
