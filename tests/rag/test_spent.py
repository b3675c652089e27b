"""What kept answers took, by what made them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag.settings import Configuration, Settings
from rag.stored.conversations import Conversations, KeptTurn
from rag.stored.database import Database
from rag.stored.spent import Spent, spent
from rag.types import Usage
from tests.ui.scripted import ABSTAINED, LAMPS_ANSWER

PLAIN = Configuration.of("local")
DRAFTS = Configuration.of("local", Settings(drafts=3))


def test_an_answer_s_time_and_tokens_are_told_with_its_configuration() -> None:
    database = Database(Path(":memory:"))
    kept = Conversations(database)
    answer = replace(LAMPS_ANSWER, backend="local", timings_ms={"write": 1.0, "total": 2500.0})
    kept.keep("c", KeptTurn(1, replace(answer, id="a"), PLAIN))
    kept.keep("c", KeptTurn(2, replace(answer, id="b", usage=Usage(300, 40, 0)), DRAFTS))
    assert list(spent(database)) == [Spent(DRAFTS, 2.5, 340), Spent(PLAIN, 2.5, None)]


def test_abstentions_and_answers_of_a_stand_in_say_nothing_of_the_cost() -> None:
    database = Database(Path(":memory:"))
    kept = Conversations(database)
    timings = {"total": 9.0}
    stood_in = replace(LAMPS_ANSWER, id="a", backend="extractive", timings_ms=timings)
    kept.keep("c", KeptTurn(1, stood_in, PLAIN))
    kept.keep("c", KeptTurn(2, replace(ABSTAINED, id="b", backend="local"), PLAIN))
    assert list(spent(database)) == []
