"""What of a page is sent: the pieces that it lacks, and nothing at the end of a handler."""

from __future__ import annotations

import json
from collections.abc import Iterator

import gradio as gr

from ui.app.pieces import Piece, Pieces
from ui.app.yielding import ending


def piece(key: str) -> Piece:
    return Piece(key, lambda: f"<p>{key}</p>")


def test_only_the_pieces_that_a_page_lacks_are_sent() -> None:
    page = Pieces()
    page.change(past=[piece("one"), piece("two")])
    sent = json.loads(page.change(past=[piece("two"), piece("three")]))
    assert sent == {"past": [["two"], ["three", "<p>three</p>"]]}


def test_a_piece_that_left_the_page_is_sent_when_it_comes_back() -> None:
    page = Pieces()
    page.change(past=[piece("one")])
    page.change(past=[])
    assert json.loads(page.change(past=[piece("one")])) == {"past": [["one", "<p>one</p>"]]}


def test_the_html_of_a_piece_that_is_there_is_not_made_again() -> None:
    made: list[str] = []
    asked = Piece("one", lambda: made.append("one") or "<p>one</p>")  # type: ignore[func-returns-value]  # None is what is wanted
    page = Pieces()
    for _ in range(3):
        page.change(past=[asked])
    assert made == ["one"]


def test_places_have_their_pieces_apart_and_each_message_names_those_of_all() -> None:
    page = Pieces()
    page.change(past=[piece("one")])
    told = json.loads(page.change(evidence=[piece("one")]))
    assert told == {"past": [["one"]], "evidence": [["one", "<p>one</p>"]]}


def test_what_a_page_forgot_is_sent_whole() -> None:
    page = Pieces()
    page.change(past=[piece("one")])
    page.forget()
    assert json.loads(page.change(past=[piece("one")])) == {"past": [["one", "<p>one</p>"]]}


def test_a_handler_ends_with_a_yield_that_changes_nothing() -> None:
    def handler(told: str) -> Iterator[dict[str, object]]:
        yield {"box": told}

    first, last = ending(handler, "box")("lamps")
    assert first == {"box": "lamps"}
    assert last == {"box": gr.skip()}
