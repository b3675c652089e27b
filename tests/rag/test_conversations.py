"""Conversations outlive the process, are found again, and can be changed and undone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.settings import Configuration
from rag.stored import conversations as module
from rag.stored.chosen import Chosen
from rag.stored.conversations import Conversations, KeptTurn, new_id
from rag.stored.database import Database
from rag.types import Answer
from tests.rag.whole_answer import whole_answer

ASKED_AT = datetime(2026, 11, 21, 22, 0, 0, 123456, UTC)
CONFIGURATION = Configuration.of("local")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "catalogue.sqlite3")) as database:
        yield database


@pytest.fixture
def kept(database: Database) -> Conversations:
    return Conversations(database)


def turn(number: int, question: str, answer: str = "It is [1].", minutes: int = 0) -> KeptTurn:
    whole: Answer = replace(whole_answer(), id=new_id(), question=question, answer=answer)
    at = ASKED_AT + timedelta(minutes=minutes)
    return KeptTurn(number, whole, CONFIGURATION, ("since 2022",), at)


def test_a_turn_comes_back_exactly_as_it_was_in_another_process(
    kept: Conversations, tmp_path: Path
) -> None:
    first, second = turn(1, "What is moss?"), turn(2, "Is it green?")
    second = replace(second, chosen=Chosen(without=(("title:1", "On moss"),)))
    for one in (first, second):
        kept.keep("c", one)
    with closing(Database(tmp_path / "catalogue.sqlite3")) as again:
        assert Conversations(again).turns("c") == (first, second)
        assert Conversations(again).answer(second.answer.id) == second.answer
        assert Conversations(again).made(second.answer.id) == CONFIGURATION
        assert Conversations(again).chosen(second.answer.id) == second.chosen


def test_the_first_question_is_the_title_on_one_short_line(kept: Conversations) -> None:
    kept.keep("c", turn(1, "What\n is  moss?"))
    kept.keep("c", turn(2, "Is it green?"))
    kept.keep("d", turn(1, "moss " * 100))
    assert kept.get("c").title == "What is moss?"
    assert len(kept.get("d").title) == 80


def test_conversations_are_listed_newest_change_first_and_by_pages(kept: Conversations) -> None:
    for place, name in enumerate("abc"):
        kept.keep(name, turn(1, f"About {name}?", minutes=place))
    kept.keep("a", turn(2, "And more?", minutes=9))
    listed = kept.find()
    assert [(one.conversation_id, one.turns) for one in listed] == [("a", 2), ("c", 1), ("b", 1)]
    assert (listed[0].begun, listed[0].changed) == (ASKED_AT, ASKED_AT + timedelta(minutes=9))
    assert [one.conversation_id for one in kept.find(limit=1, offset=1)] == ["c"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("moss", {"a", "b"}),
        ("MOSS green", {"b"}),
        ("café", {"b"}),
        ("éTUDES", {"a"}),
        ("reen", {"b"}),
        ("% moss_", set()),
        ("fern", set()),
    ],
)
def test_words_are_looked_for_in_titles_questions_and_answers(
    kept: Conversations, words: str, found: set[str]
) -> None:
    kept.keep("a", turn(1, "What is moss?", "A plant [1]."))
    kept.rename("a", "Etudes")
    kept.keep("b", turn(1, "Which plants grow in a Cafe?", "Moss is Green [1]."))
    assert {one.conversation_id for one in kept.find(words)} == found


def test_a_turn_takes_the_place_of_the_answers_that_are_named(kept: Conversations) -> None:
    old, new = turn(1, "Old?"), turn(1, "New?")
    kept.keep("c", old)
    assert kept.keep("c", new, [old.answer.id]) == new
    assert kept.turns("c") == (new,)
    assert kept.find("old")[0].title == "Old?"  # by its title, which it keeps
    assert kept.answer(old.answer.id) == old.answer  # a link to it still leads there


def test_a_question_edited_drops_what_came_after_it(kept: Conversations) -> None:
    asked = [kept.keep("c", turn(number, f"Question {number}?")) for number in (1, 2, 3)]
    edited = turn(2, "Edited?")
    assert kept.keep("c", edited, [one.answer.id for one in asked]) == edited
    assert kept.turns("c") == (asked[0], edited)


def test_what_the_asker_had_not_seen_stays_and_the_turn_comes_last(kept: Conversations) -> None:
    first, others = turn(1, "What is moss?"), turn(2, "Asked elsewhere?")
    for one in (first, others):
        kept.keep("c", one)
    edited = kept.keep("c", turn(1, "Edited?"), [first.answer.id])
    taken = kept.keep("c", turn(2, "Asked here?"))
    assert [edited.number, taken.number] == [3, 4]
    assert kept.turns("c") == (first, others, edited, taken)


def test_turns_kept_at_once_by_several_processes_are_all_there(tmp_path: Path) -> None:
    def ask(who: int) -> None:
        with closing(Database(tmp_path / "catalogue.sqlite3")) as own:
            for _ in range(20):
                Conversations(own).keep("c", turn(1, f"Asked by {who}?"))

    with ThreadPoolExecutor(4) as askers:
        list(askers.map(ask, range(4)))
    with closing(Database(tmp_path / "catalogue.sqlite3")) as database:
        turns = Conversations(database).turns("c")
    assert [one.number for one in turns] == list(range(1, 81))


def test_a_title_is_changed_but_never_to_nothing(kept: Conversations) -> None:
    kept.keep("c", turn(1, "What is moss?"))
    assert kept.rename("c", " On  moss ").title == "On moss"
    assert kept.rename("c", "  ").title == "On moss"


def test_what_is_deleted_is_gone_for_every_reader_until_it_is_restored(
    kept: Conversations,
) -> None:
    asked = turn(1, "What is moss?")
    kept.keep("c", asked)
    assert kept.delete("c").title == "What is moss?"
    assert kept.find() == ()
    for reads in (kept.get, kept.turns, lambda _: kept.answer(asked.answer.id)):
        with pytest.raises(LibraryError, match="deleted"):
            reads("c")
    assert kept.restore("c").turns == 1
    assert kept.turns("c") == (asked,)


def test_what_was_deleted_long_ago_leaves_nothing_behind(
    kept: Conversations, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep("c", turn(1, "What is moss?"))
    kept.delete("c")
    later = module.now() + timedelta(seconds=module.UNDO_S + 1)
    monkeypatch.setattr(module, "now", lambda: later)
    kept.keep("d", turn(1, "What is fern?"))
    for table in ("conversations", "turns", "answers"):
        ((left,),) = database.rows(f"SELECT count(*) FROM {table}")
        assert left == 1
    with pytest.raises(LibraryError, match="no conversation 'c'"):
        kept.restore("c")


def test_a_wrong_id_is_told_with_what_to_think_of_it(kept: Conversations) -> None:
    with pytest.raises(LibraryError, match=r"no conversation 'x'.*link is incomplete"):
        kept.turns("x")
    with pytest.raises(LibraryError, match=r"no answer is kept under 'x'"):
        kept.answer("x")
    with pytest.raises(LibraryError, match="no conversation 'x'"):
        kept.rename("x", "y")
