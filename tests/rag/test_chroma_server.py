"""The vectors on a real Chroma server on loopback, shared by two homes."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ConfigError, LibraryError
from rag.library import Library
from rag.stored import vectors
from tests.fakes import HashEmbedder
from tests.rag.test_library import found_by_vectors, work


def test_vectors_are_written_found_and_deleted_on_the_server(
    config: Config, chroma_url: str
) -> None:
    with Library.open(replace(config, chroma_url=chroma_url), HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly."), work("Fern", "Ferns like shade.")])
        library.fill()
        assert "title:Moss/abstract/0" in found_by_vectors(library, "mosses grow")
        library.delete("title:Moss")
        assert library._vectors.ids() == ["title:Fern/abstract/0"]
    assert not (config.home / "chroma").exists()


def test_two_homes_on_one_server_never_mix(config: Config, chroma_url: str, tmp_path: Path) -> None:
    here = replace(config, chroma_url=chroma_url)
    there = replace(here, home=tmp_path / "there")
    with (
        Library.open(here, HashEmbedder()) as one,
        Library.open(there, HashEmbedder()) as two,
    ):
        one.write([work("Moss", "Mosses grow slowly.")])
        one.fill()
        assert found_by_vectors(two, "mosses") == set()
        two.rebuild()
        assert found_by_vectors(one, "mosses") == {"title:Moss/abstract/0"}


def test_a_home_without_a_server_and_one_with_it_never_mix(
    config: Config, chroma_url: str, tmp_path: Path
) -> None:
    there = replace(config, home=tmp_path / "there", chroma_url=chroma_url)
    with Library.open(config, HashEmbedder()) as one, Library.open(there, HashEmbedder()) as two:
        for library, name in ((one, "Moss"), (two, "Fern")):
            library.write([work(name, f"{name} grows slowly.")])
            library.fill()
        assert one._vectors.ids() == ["title:Moss/abstract/0"]
        assert two._vectors.ids() == ["title:Fern/abstract/0"]


def test_a_server_that_stays_silent_is_an_error_not_a_hang(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_SERVER_PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here = replace(config, chroma_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with Library.open(here, HashEmbedder()) as library:
            library.write([work("Moss", "Mosses grow slowly.")])
            with pytest.raises(LibraryError, match="ASKPAPERS_CHROMA_URL"):
                library.fill()


@pytest.mark.parametrize("url", ["localhost:8000", "me:secret@host:8000", "http://[v1", "ftp://h"])
def test_a_server_that_is_no_address_is_an_error_without_its_password(
    config: Config, url: str
) -> None:
    with pytest.raises(ConfigError, match="ASKPAPERS_CHROMA_URL") as caught:
        Library.open(replace(config, chroma_url=url), HashEmbedder())
    assert "secret" not in str(caught.value)


def test_the_password_of_a_server_that_is_not_there_is_not_told(config: Config) -> None:
    url = "http://me:secret@127.0.0.1:9"
    with Library.open(replace(config, chroma_url=url), HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        with pytest.raises(LibraryError, match=r"127\.0\.0\.1:9") as caught:
            library.fill()
        assert "secret" not in str(caught.value)


def test_vectors_that_are_gone_from_the_server_are_missed_not_searched(
    config: Config, chroma_url: str
) -> None:
    here = replace(config, chroma_url=chroma_url)
    with Library.open(here, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        library.fill()
        library._vectors.drop()
    with pytest.raises(LibraryError, match=r"on the Chroma server is gone.*index --rebuild"):
        Library.open(here, HashEmbedder())
    with Library.open(here, HashEmbedder(), check=False) as library:
        library.rebuild()
        assert found_by_vectors(library, "mosses") == {"title:Moss/abstract/0"}


def test_a_server_that_is_not_there_is_an_error_naming_the_setting(config: Config) -> None:
    with Library.open(replace(config, chroma_url="http://127.0.0.1:9"), HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow slowly.")])
        with pytest.raises(LibraryError, match="ASKPAPERS_CHROMA_URL"):
            library.fill()
        assert library.count() == 1
