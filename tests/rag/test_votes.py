"""Votes keep the whole answer and what made it, one on each answer and sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.settings import Configuration, Settings
from rag.stored.database import Database
from rag.stored.votes import MOST_REASON, Votes
from tests.rag.whole_answer import whole_answer

CONFIGURATION = Configuration.of("local", Settings(drafts=2))
ANSWER = replace(whole_answer(), id="a1")


@pytest.fixture
def votes(tmp_path: Path) -> Iterator[Votes]:
    with closing(Database(tmp_path / "catalogue.sqlite3")) as database:
        yield Votes(database)


def test_a_vote_is_kept_with_answer_and_configuration(votes: Votes, tmp_path: Path) -> None:
    cast = votes.cast(ANSWER, "down", CONFIGURATION, sentence=0, reason=" wrong year ")
    assert cast.reason == "wrong year"
    assert len(votes.cast(ANSWER, "up", CONFIGURATION, reason="x" * 10_000).reason) == MOST_REASON
    votes.take_back(votes.of("a1")[-1].vote_id)
    assert cast.configuration.settings["drafts"] == 2
    with closing(Database(tmp_path / "catalogue.sqlite3")) as again:
        assert Votes(again).all() == (cast,)
        assert Votes(again).of("a1") == (cast,)
        assert Votes(again).of("a2") == ()


def test_a_change_of_mind_leaves_one_vote_on_each_answer_and_sentence(votes: Votes) -> None:
    votes.cast(ANSWER, "up", CONFIGURATION)
    votes.cast(ANSWER, "up", CONFIGURATION, sentence=0)
    votes.cast(ANSWER, "down", CONFIGURATION)
    votes.cast(ANSWER, "down", CONFIGURATION, sentence=0, reason="no")
    votes.cast(replace(ANSWER, id="a2"), "up", CONFIGURATION)
    assert [(v.sentence, v.verdict) for v in votes.of("a1")] == [(None, "down"), (0, "down")]
    assert len(votes.all()) == 3


def test_a_vote_taken_back_is_gone(votes: Votes) -> None:
    cast = votes.cast(ANSWER, "up", CONFIGURATION)
    votes.take_back(cast.vote_id)
    assert votes.all() == ()
    with pytest.raises(LibraryError, match=f"no vote '{cast.vote_id}'"):
        votes.take_back(cast.vote_id)


def test_a_vote_on_no_sentence_of_the_answer_is_refused(votes: Votes) -> None:
    with pytest.raises(LibraryError, match="'a1' has no sentence 1: it has 1"):
        votes.cast(ANSWER, "up", CONFIGURATION, sentence=1)
    assert votes.all() == ()


def test_a_comparison_keeps_both_drafts_in_the_order_shown(votes: Votes) -> None:
    other = replace(ANSWER, id="b", answer="Another [1].")
    plain = Configuration.of("extractive")
    kept = votes.compare(other, ANSWER, "both_bad", (plain, CONFIGURATION), "neither says why")
    assert votes.comparisons() == (kept,)
    assert (kept.first.id, kept.second.id) == ("b", "a1")
    assert (kept.first_configuration, kept.second_configuration) == (plain, CONFIGURATION)
