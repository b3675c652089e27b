"""Votes as the page sends them and as it shows them: kept, taken back, refused, escaped."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest

from rag.config import Config
from rag.library import Library
from rag.settings import Configuration
from rag.stored.conversations import KeptTurn
from tests.ui.desks import desk_of
from tests.ui.scripted import LAMPS_ANSWER, FakeLibrary, ScriptedAnswerer
from ui.app.voting import Voting, ballot

ANSWER = replace(LAMPS_ANSWER, id="a1")
MADE = Configuration.of("scripted")
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def library() -> Library:
    fake = cast(Library, FakeLibrary())
    fake.conversations.keep("c", KeptTurn(1, ANSWER, MADE))
    return fake


@pytest.fixture
def voting(library: Library, config: Config) -> Voting:
    return Voting(desk_of(config, ScriptedAnswerer(), library))


def sent(**row: object) -> str:
    return json.dumps({"answer": "a1", "sentence": None, "verdict": "up"} | row)


def test_a_vote_is_kept_with_what_made_the_answer(voting: Voting, library: Library) -> None:
    assert "kept" in voting.vote(sent(sentence=1, reason="not checked"))
    (vote,) = library.votes.all()
    assert (vote.answer, vote.sentence, vote.reason) == (ANSWER, 1, "not checked")
    assert vote.configuration == MADE


def test_an_empty_verdict_takes_only_that_vote_back(voting: Voting, library: Library) -> None:
    voting.vote(sent())
    voting.vote(sent(sentence=0, verdict="down"))
    assert "taken back" in voting.vote(sent(verdict=""))
    assert [vote.sentence for vote in library.votes.all()] == [0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (sent(answer=EVIL), "no answer is kept under"),
        (sent(sentence=9), "has no sentence 9"),
    ],
)
def test_a_vote_that_cannot_be_kept_says_why(voting: Voting, asked: str, told: str) -> None:
    said = voting.vote(asked)
    assert told in said
    assert 'role="alert"' in said
    assert "<img" not in said


@pytest.mark.parametrize(
    "asked",
    ["", "[]", "{}", "null", sent(verdict="maybe"), sent(sentence="1"), sent(sentence=True)],
)
def test_what_no_page_of_ours_sends_is_dropped(
    voting: Voting, library: Library, asked: str
) -> None:
    assert voting.vote(asked) == ""
    assert library.votes.all() == ()


def test_thumbs_show_what_was_voted(library: Library) -> None:
    down = library.votes.cast(ANSWER, "down", MADE, reason=EVIL)
    up = library.votes.cast(ANSWER, "up", MADE, sentence=2)
    html = ballot(ANSWER, (down, up))
    assert html.count('aria-pressed="true"') == 2
    whole, *sentences = html.split('role="group"')[1:]
    assert 'data-vote="down" aria-pressed="true"' in whole
    assert [('data-vote="up" aria-pressed="true"' in one) for one in sentences] == [
        *(False, False, True)
    ]
    assert "<img" not in html


def test_nothing_of_an_answer_is_taken_for_html() -> None:
    evil = replace(ANSWER, sentences=(replace(ANSWER.sentences[0], text=EVIL),))
    assert "<img" not in ballot(evil)
