"""A reply as it is shown: nothing of the answer is lost, quotes stand where they stand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evals.report.reply_view import FOLD_OVER, ReplyView, reply_view
from evals.score import Reply
from rag.types import Sentence
from tests.evals.answers import TALL, TOWER, answer, prose
from tests.evals.report.reported import TWO_KINDS

TEXTS = st.lists(st.text("ab [1],2】【\n.", max_size=12), max_size=5)


def printed(view: ReplyView) -> str:
    """What a reader sees of the answer."""
    return "".join(
        "".join(piece.text for piece in sentence.pieces) + sentence.after
        for sentence in view.sentences
    )


@given(TEXTS, st.lists(st.text("x \n", max_size=3), min_size=6, max_size=6))
def test_no_character_of_an_answer_is_lost(texts: list[str], between: list[str]) -> None:
    text = between[0] + "".join(t + b for t, b in zip(texts, between[1:], strict=False))
    said = tuple(Sentence(t, (0,), "supported") for t in texts)
    view = reply_view(Reply("c", replace(TALL, answer=text, sentences=said)), "c1")
    assert printed(view) == text


def test_a_marker_points_at_the_quotes_of_its_sentence() -> None:
    view = reply_view(Reply("c", TALL), "c1")
    assert [piece.quotes for piece in view.sentences[0].pieces] == [(), ("c1q0",)]


def test_a_marker_that_points_at_nothing_is_told_from_one_that_does() -> None:
    first, second = reply_view(Reply("c", TWO_KINDS), "c1").sentences
    assert [piece.invented for piece in first.pieces] == [False, False]
    compound = second.pieces[1]
    assert (compound.text, compound.quotes, compound.invented) == ("[2, 3]", ("c1q1",), True)


def test_a_quote_is_shown_in_its_abstract() -> None:
    (paper,) = reply_view(Reply("c", TALL), "c1").papers
    ((heading, passages),) = paper.prose
    assert heading == "Abstract"
    assert "".join(p.text for p in passages) == TOWER.abstract
    assert [p.text for p in passages if p.quotes] == ["The tallest reaches 3.5 m."]


def test_a_quote_that_does_not_stand_there_is_shown_apart() -> None:
    _, bridge = reply_view(Reply("c", TWO_KINDS), "c1").papers
    assert [loose.text for loose in bridge.loose] == ["Ice bridges thaw."]
    assert bridge.prose == ()


def test_of_quotes_that_overlap_each_has_one_place() -> None:
    both = (prose(TOWER, "We build towers of salt. The"), prose(TOWER, "salt. The tallest"))
    cited = answer(("Salt [1].", (0, 1)), citations=both)
    (paper,) = reply_view(Reply("c", cited), "c1").papers
    passages = paper.prose[0][1]
    assert [key for p in passages for key in p.first] == ["c1q0", "c1q1"]
    assert max(len(p.quotes) for p in passages) == 2


def test_what_lies_far_from_a_quote_is_folded_away() -> None:
    long = replace(TOWER, abstract=f"Quoted. {'word ' * FOLD_OVER}")
    cited = replace(answer(("Yes [1].", (0,)), citations=(prose(long, "Quoted."),)), papers=(long,))
    passages = reply_view(Reply("c", cited), "c1").papers[0].prose[0][1]
    assert [p.folded for p in passages] == [False, False, True]
    assert "".join(p.text for p in passages) == long.abstract


def test_a_failure_is_shown_by_its_error() -> None:
    view = reply_view(Reply("c", None, "ChatTimeout: no reply"), "c1")
    assert (view.error, view.sentences) == ("ChatTimeout: no reply", ())
