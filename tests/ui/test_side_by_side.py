"""Two drafts side by side: who may write the second, an order of chance, what is kept of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from rag.config import Config
from rag.errors import ChatError
from rag.library import Library
from rag.settings import Configuration
from rag.stored.chosen import Chosen
from rag.stored.conversations import KeptTurn
from tests.ui.desks import desk_of
from tests.ui.scripted import ABSTAINED, LAMPS_ANSWER, FakeLibrary, ScriptedAnswerer
from ui.app.desk import Desk
from ui.app.side_by_side import Pair, SideBySide, dialog, shuffled
from ui.app.turns import Asks

EVIL = '<img src=x onerror="alert(1)">'
MADE = Configuration.of("local")
ANSWER = replace(LAMPS_ANSWER, id="a1", question="How fast?", asked="How fast do lamps dim?")
ASKED = json.dumps({"answer": "a1"})


class Drawing:
    """Answerers that know the drafts they were asked for."""

    def __init__(self, answerer: ScriptedAnswerer) -> None:
        self.answerer = answerer
        self.seeds: list[int] = []

    def __call__(self, _backend: str) -> Asks:
        return self.answerer

    def drawn(self, _backend: str, seed: int) -> Asks:
        """The same, whatever the seed."""
        self.seeds.append(seed)
        return self.answerer


@pytest.fixture
def library() -> Library:
    fake = cast(Library, FakeLibrary())
    fake.conversations.keep("c", KeptTurn(1, ANSWER, MADE))
    return fake


@pytest.fixture
def answerer() -> ScriptedAnswerer:
    return ScriptedAnswerer(replace(LAMPS_ANSWER, answer="Another one [1].", sentences=()))


@pytest.fixture
def desk(library: Library, config: Config, answerer: ScriptedAnswerer) -> Desk:
    return desk_of(config, answerer, library)


def compared(desk: Desk, asked: str = ASKED) -> tuple[str, Pair | None]:
    *_, last = SideBySide(desk).compare(asked)
    return last


def test_the_only_rival_writes_at_once(desk: Desk, answerer: ScriptedAnswerer) -> None:
    html, pair = compared(desk)  # of local only extractive is left
    assert answerer.asked == ["How fast?"]
    assert pair
    assert {pair.first.answer, pair.second.answer} == {ANSWER.answer, "Another one [1]."}
    assert {one.backend for one in pair.configurations} == {"local", "extractive"}
    assert "local" not in html  # nobody is told who wrote what
    assert "extractive" not in html


def test_a_quote_of_a_draft_that_is_a_part_only_says_so(
    desk: Desk, answerer: ScriptedAnswerer
) -> None:
    part = replace(LAMPS_ANSWER.citations[0], quote="dim 12% faster", shortened=True)
    answerer.answer = replace(answerer.answer, citations=(part,))
    assert "<q>… dim 12% faster …</q>" in compared(desk)[0]


def test_the_rival_is_asked_the_same_after_the_same_conversation(
    desk: Desk, library: Library, answerer: ScriptedAnswerer
) -> None:
    later = replace(ANSWER, id="a2", question="And since 2022?", asked="How fast since 2022?")
    library.conversations.keep("c", KeptTurn(2, later, MADE, ("since 2022",)))
    library.conversations.keep("c", KeptTurn(3, replace(later, id="a3"), MADE))
    compared(desk, json.dumps({"answer": "a2"}))
    assert answerer.asked == ["And since 2022?"]
    assert answerer.histories == [(ANSWER.exchange,)]
    assert answerer.literally == [("since 2022",)]


def test_of_an_answer_whose_place_was_taken_the_rival_is_asked_what_was_understood(
    desk: Desk, library: Library, answerer: ScriptedAnswerer
) -> None:
    library.conversations.keep("c", KeptTurn(1, replace(ANSWER, id="a2"), MADE), ["a1"])
    compared(desk)
    assert answerer.asked == ["How fast do lamps dim?"]
    assert answerer.histories == [()]


@pytest.mark.parametrize("replaced", [False, True])
def test_the_rival_is_asked_of_the_papers_that_were_chosen(
    desk: Desk, library: Library, answerer: ScriptedAnswerer, replaced: bool
) -> None:
    only = Chosen(only=(("p", "Lamps"),))
    library.conversations.keep("c", KeptTurn(1, only.noted(ANSWER), MADE, chosen=only), ["a1"])
    if replaced:
        library.conversations.keep("c", KeptTurn(1, replace(ANSWER, id="a2"), MADE), ["a1"])
    _, pair = compared(desk)
    assert pair
    assert answerer.filters == [only.within]
    assert pair.first.notes == pair.second.notes == ("Asked only “Lamps”.",)


@pytest.mark.parametrize(
    "chosen", [Chosen(only=(("p", "Lamps"),)), Chosen(without=(("p", "Lamps"),))]
)
def test_where_it_is_not_known_which_papers_were_chosen_there_is_no_second_draft(
    desk: Desk, library: Library, answerer: ScriptedAnswerer, chosen: Chosen
) -> None:
    older = KeptTurn(1, chosen.noted(ANSWER), MADE)  # kept before schema version 5
    library.conversations.keep("c", older, ["a1"])
    html, pair = compared(desk)
    assert pair is None
    assert "papers that you chose" in html
    assert answerer.asked == []


def test_each_draft_comes_first_now_and_then() -> None:
    one, other = (ANSWER, MADE), (replace(ANSWER, id="a2"), Configuration.of("extractive"))
    pairs = [shuffled(one, other) for _ in range(64)]
    assert {pair.first.id for pair in pairs} == {"a1", "a2"}
    assert all(
        pair.configurations == ((MADE, other[1]) if pair.first.id == "a1" else (other[1], MADE))
        for pair in pairs
    )


def test_where_there_are_several_rivals_a_person_chooses(
    desk: Desk, answerer: ScriptedAnswerer
) -> None:
    drawing = Drawing(answerer)
    desk = replace(desk, answerers=drawing)
    html, pair = compared(desk)
    assert pair is None
    assert "local, drawn anew" in html
    assert answerer.asked == []
    _, pair = compared(desk, json.dumps({"answer": "a1", "rival": 0}))
    assert pair
    assert [one.seed for one in pair.configurations if one.seed] == drawing.seeds
    assert drawing.seeds[0] > 0


def test_without_a_rival_it_says_how_to_get_one(
    library: Library, config: Config, answerer: ScriptedAnswerer, tmp_path: Path
) -> None:
    library.conversations.keep("d", KeptTurn(1, ANSWER, Configuration.of("extractive")))
    bare = replace(config, cache=tmp_path)  # no local model was pulled into it
    html, pair = compared(desk_of(bare, answerer, library))
    assert pair is None
    assert "no second chat model" in html


@pytest.mark.parametrize("winner", ["first", "second", "tie", "both_bad"])
def test_what_is_liked_better_is_kept_with_both_drafts_as_shown(
    desk: Desk, library: Library, winner: str
) -> None:
    _, pair = compared(desk)
    html, after = SideBySide(desk).prefer(json.dumps({"winner": winner, "reason": "Why"}), pair)
    (kept,) = library.votes.comparisons()
    assert pair
    assert (kept.winner, kept.reason) == (winner, "Why")
    assert (kept.first, kept.second) == (pair.first, pair.second)
    assert (kept.first_configuration, kept.second_configuration) == pair.configurations
    assert after is None
    assert "local" in html  # now it is told


@pytest.mark.parametrize("asked", ["", "[]", "{}", '{"winner": "third"}', '{"winner": ["tie"]}'])
def test_what_no_page_of_ours_sends_is_dropped(desk: Desk, library: Library, asked: str) -> None:
    _, pair = compared(desk)
    assert SideBySide(desk).prefer(asked, pair) == ("", None)
    assert compared(desk, asked) == ("", None)
    assert library.votes.comparisons() == ()


def test_a_rival_that_fails_and_an_answer_that_is_gone_are_told(
    desk: Desk, answerer: ScriptedAnswerer
) -> None:
    answerer.error = ChatError(f"no reply {EVIL}")
    html, pair = compared(desk)
    assert pair is None
    assert "no reply" in html
    assert "<img" not in html
    html, _ = compared(desk, json.dumps({"answer": EVIL}))
    assert "no answer is kept" in html
    assert "<img" not in html


def test_nothing_of_a_draft_is_taken_for_html(
    desk: Desk, library: Library, answerer: ScriptedAnswerer
) -> None:
    cited = replace(LAMPS_ANSWER.citations[0], title=EVIL, quote=EVIL)
    evil = replace(ANSWER, answer=EVIL, sentences=(), citations=(cited,))
    library.conversations.keep("c", KeptTurn(1, evil, MADE))
    answerer.answer = replace(ABSTAINED, answer=EVIL, reason=EVIL)
    html, _ = compared(desk)
    assert "<img" not in html
    assert html.startswith(dialog("").partition("<form")[0])
