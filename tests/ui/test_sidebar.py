"""What the drawer does when it is asked: renamed, deleted, back, searched, and what is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest

from rag.config import Config
from rag.errors import LibraryError
from rag.library import Library
from rag.settings import Configuration
from rag.stored.conversations import Conversations, KeptTurn
from tests.ui.desks import desk_of
from tests.ui.scripted import LAMPS_ANSWER, FakeLibrary, ScriptedAnswerer
from ui.app.conversations import PAGE, Sidebar

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def library() -> Library:
    fake = cast(Library, FakeLibrary())
    for name, question in (("a", "How fast?"), ("b", EVIL)):
        answer = replace(LAMPS_ANSWER, id=name, question=question)
        fake.conversations.keep(name, KeptTurn(1, answer, Configuration.of("scripted")))
    return fake


@pytest.fixture
def sidebar(library: Library, config: Config) -> Sidebar:
    return Sidebar(desk_of(config, ScriptedAnswerer(), library))


def renaming(name: str, title: str) -> str:
    return json.dumps({"id": name, "title": title})


def test_no_more_than_wished_for_are_listed(sidebar: Sidebar) -> None:
    assert sidebar.show("", PAGE, "").count("<li") == 2
    one = sidebar.show("", 1, "")
    assert (one.count("<li"), one.count("more-conversations")) == (1, 1)


def test_a_new_title_is_listed_and_told(sidebar: Sidebar) -> None:
    listed, told = sidebar.rename(renaming("a", EVIL), "", PAGE, "a")
    assert listed.count("&lt;img") > 2
    assert told.startswith("It is called “&lt;img")
    assert "<img" not in listed + told


def test_the_list_stays_at_what_was_searched_for(sidebar: Sidebar) -> None:
    listed, _ = sidebar.rename(renaming("a", "Slow?"), "how", PAGE, "")
    assert 'data-value="a"' in listed  # its question says so still
    assert 'data-value="b"' not in listed


def test_what_is_deleted_can_be_undone_from_what_is_told(sidebar: Sidebar) -> None:
    listed, told = sidebar.delete("a", "", PAGE, "")
    assert 'data-value="a"' not in listed
    assert 'data-go="restore-conversation" data-value="a"' in told
    listed, told = sidebar.restore("a", "", PAGE, "")
    assert 'data-value="a"' in listed
    assert "is back" in told


@pytest.mark.parametrize("asked", ["", "[]", "{}", "3", '{"id": "a"}'])
def test_a_title_that_no_page_of_ours_sends_changes_nothing(
    sidebar: Sidebar, library: Library, asked: str
) -> None:
    listed, told = sidebar.rename(asked, "", PAGE, "")
    assert (listed.count("<li"), told) == (2, "")
    assert library.conversations.get("a").title == "How fast?"


def test_what_is_not_there_is_told_without_its_name_as_html(sidebar: Sidebar) -> None:
    for listed, told in (
        sidebar.rename(renaming(EVIL, "x"), "", PAGE, ""),
        sidebar.delete(EVIL, "", PAGE, ""),
        sidebar.restore(EVIL, "", PAGE, ""),
    ):
        assert "there is no conversation" in told
        assert "<img" not in told
        assert listed.count("<li") == 2


def test_a_library_that_fails_says_so_in_place_of_the_list(
    sidebar: Sidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise LibraryError("the disk is gone")

    monkeypatch.setattr(Conversations, "find", fails)
    assert 'role="alert">the disk is gone' in sidebar.show("", PAGE, "")
