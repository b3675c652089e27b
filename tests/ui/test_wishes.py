"""What a page may have added: nothing beyond what it was given, and no more from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from rag.errors import QuestionError
from ui.app.wishes import is_local, read_wish


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Gradio puts what is uploaded."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    (tmp_path / "gradio" / "abc").mkdir(parents=True)
    return tmp_path / "gradio" / "abc"


def asked(**fields: Any) -> dict[str, Any]:
    return {"do": "add", **fields}


def test_ids_and_addresses_are_taken_apart() -> None:
    text = "2112.09332, 10.1038/nature14539;\narxiv:ti:reward model\nhttps://example.org/list"
    wish, _ = read_wish(asked(names=text, complete=False), local=True)
    assert wish.names == (
        "2112.09332",
        "10.1038/nature14539",
        "arxiv:ti:reward model",
        "https://example.org/list",
    )
    assert not wish.complete


@pytest.mark.parametrize("name", ["/etc/passwd", "papers", "-", "../x.bib"])
def test_what_is_no_id_is_refused_where_ids_are_pasted(name: str) -> None:
    with pytest.raises(QuestionError, match="is no arXiv id, DOI or address"):
        read_wish(asked(names=name), local=True)


def test_an_upload_is_a_file_that_gradio_put_there(uploads: Path, tmp_path: Path) -> None:
    good, secret, link = uploads / "a.bib", tmp_path / "secret.bib", uploads / "link.bib"
    good.write_text("x")
    secret.write_text("x")
    link.symlink_to(secret)
    wish, files = read_wish(asked(files=[str(good)]), local=False)
    assert (wish.files, files) == (("a.bib",), [good])
    for path in (secret, link, uploads / ".." / ".." / "secret.bib", uploads / "none.bib"):
        with pytest.raises(QuestionError, match="has not arrived"):
            read_wish(asked(files=[str(path)]), local=True)


def test_a_file_of_another_kind_is_refused(uploads: Path) -> None:
    (uploads / "a.exe").write_text("x")
    with pytest.raises(QuestionError, match=r"a\.exe is of a kind"):
        read_wish(asked(files=[str(uploads / "a.exe")]), local=True)


@pytest.mark.parametrize("fields", [{"path": "/papers"}, {"names": "http://10.0.0.1/admin"}])
def test_paths_and_addresses_are_for_who_sits_at_this_machine(fields: dict[str, str]) -> None:
    read_wish(asked(**fields), local=True)
    with pytest.raises(QuestionError, match="from the machine that askpapers runs on"):
        read_wish(asked(**fields), local=False)


def test_a_path_is_meant_from_where_the_app_was_started() -> None:
    wish, _ = read_wish(asked(path="papers/*.bib"), local=True)
    assert wish.paths == (str(Path.cwd() / "papers" / "*.bib"),)
    with pytest.raises(QuestionError, match="is no folder"):
        read_wish(asked(path="-"), local=True)


def test_nothing_is_not_added() -> None:
    with pytest.raises(QuestionError, match="nothing to add"):
        read_wish(asked(names=" ", path="", files=[]), local=True)


@pytest.mark.parametrize(
    ("host", "headers", "local"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("192.168.0.7", [], False),
        ("127.0.0.1", [(b"x-forwarded-for", b"1.2.3.4")], False),
        ("127.0.0.1", [(b"host", b"localhost:7860")], True),
        ("::1", [(b"host", b"[::1]:7860")], True),
        ("127.0.0.1", [(b"host", b"papers.example")], False),  # a proxy that tells nothing else
        ("testclient", [], False),
    ],
)
def test_who_sits_at_this_machine(
    host: str, headers: list[tuple[bytes, bytes]], local: bool
) -> None:
    request = Request({"type": "http", "client": (host, 1), "headers": headers})
    assert is_local(request) is local
