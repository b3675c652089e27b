"""The list of conversations as HTML: grouped by day, escaped, with what can be done to each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rag.stored.conversations import Conversation
from ui.app.conversations import listed

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).astimezone()
TODAY = NOON.date()
EVIL = '<img src=x onerror="alert(1)">'


def kept(name: str, days: int = 0, title: str = "What is moss?", turns: int = 1) -> Conversation:
    return Conversation(name, title, NOON, NOON - timedelta(days=days), turns)


def test_conversations_stand_under_the_day_of_their_last_turn() -> None:
    html = listed([kept("a"), kept("b", 1), kept("c", 6), kept("d", 60)], "", TODAY)
    heads = ["<h2>Today</h2>", "<h2>Yesterday</h2>", "<h2>Last 7 days</h2>"]
    places = [html.index(part) for part in (*heads, "<h2>September 2026</h2>", 'data-value="d"')]
    assert places == sorted(places)


def test_the_conversation_on_the_page_is_marked() -> None:
    html = listed([kept("a"), kept("b")], "b", TODAY)
    assert html.count("aria-current") == 1
    assert 'aria-current="true" data-go="open-conversation" data-value="b"' in html


def test_each_can_be_opened_renamed_and_deleted_by_its_name() -> None:
    html = listed([kept("a", turns=2)], "", TODAY)
    assert f'title="2 questions, {NOON:%d %b %Y, %H:%M}"' in html
    assert 'data-rename="a"' in html
    assert 'data-go="delete-conversation" title="Delete" data-value="a"' in html
    assert 'aria-label="Delete “What is moss?”"' in html


def test_conversations_of_one_title_are_told_apart_by_their_time() -> None:
    html = listed([kept("a"), kept("b", 1), kept("c", title="What is kelp?")], "", TODAY)
    assert html.count("<time") == 2
    for days in (0, 1):
        assert f">{NOON - timedelta(days=days):%d %b, %H:%M}</time>" in html


@pytest.mark.parametrize(("more", "there"), [(True, 1), (False, 0)])
def test_more_are_offered_where_there_are_more(more: bool, there: int) -> None:
    assert listed([kept("a")], "", TODAY, more=more).count("more-conversations") == there


def test_an_empty_list_says_why() -> None:
    assert "None kept yet" in listed([], "", date(2026, 1, 1))
    assert "holds these words" in listed([], "", date(2026, 1, 1), "moss")


def test_a_title_is_never_taken_for_html() -> None:
    html = listed([kept(EVIL, title=EVIL)], "", TODAY)
    assert "<img" not in html
    assert 'onerror="' not in html
