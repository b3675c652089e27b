"""Papers that a person chose: one alone, or all but some; kept as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.stored.chosen import ALL_PAPERS, Chosen, notes_chosen
from tests.rag.whole_answer import whole_answer

MOSS, FERN = ("title:1", "On “moss”"), ("doi:10.5/fern", "Färne & Co")
ONE = Chosen(only=(MOSS,))
BUT = Chosen(without=(MOSS, FERN))


def test_papers_are_chosen_left_out_and_freed() -> None:
    assert ALL_PAPERS.ask_only(*MOSS) == BUT.ask_only(*MOSS) == ONE
    assert ONE.leave_out(*MOSS).leave_out(*FERN) == BUT
    assert BUT.freed(MOSS[0]).freed(FERN[0]) == ONE.freed(MOSS[0]) == ALL_PAPERS


def test_what_is_left_is_a_filter() -> None:
    assert not ALL_PAPERS.within
    assert (ONE.within.paper_ids, ONE.within.without) == ((MOSS[0],), ())
    assert (BUT.within.paper_ids, BUT.within.without) == ((), (MOSS[0], FERN[0]))


@pytest.mark.parametrize("chosen", [ALL_PAPERS, ONE, BUT])
def test_it_comes_back_as_it_was_told(chosen: Chosen) -> None:
    assert Chosen.read(chosen.told()) == chosen


def test_an_answer_tells_what_it_was_asked_of() -> None:
    answer = replace(whole_answer(), notes=("No quote answers this.",))
    assert ALL_PAPERS.noted(answer) == answer
    assert not notes_chosen(answer)
    both = replace(BUT, only=(MOSS,)).noted(answer)
    assert both.notes == (
        "Asked only “On “moss”” and without “On “moss””, “Färne & Co”.",
        "No quote answers this.",
    )
    assert notes_chosen(both)
