"""Questions typed in haste, in full words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.catalogue.wording import in_full, plain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("autors of the arctic snow paper", "authors of the arctic snow paper"),
        ("publshed when: gut microbiome n parkinsons", "published when: gut microbiome and"),
        ("papers w/ a DOI only", "papers with a DOI only"),
        ("graph learning w/out negatives", "graph learning without negatives"),
        ("list em all newest first pls", "list them all newest first"),
        ("nr of pappers", "number of papers"),
        ("hey whos the author", "who is the author"),
        ("Hey, whos the author", "who is the author"),
        ("WHOS THE AUTHOR PLS", "WHO is THE AUTHOR"),
        ("Autors of the snow paper", "authors of the snow paper"),
        ("can you pls list 'em", "can you list them"),
        ("who wrote it, sorry", "who wrote it"),
    ],
)
def test_short_forms_and_slips_are_put_right(typed: str, meant: str) -> None:
    assert in_full(typed).startswith(meant)


@pytest.mark.parametrize(
    "said",
    [
        "the roof tiles paper",
        "paler papers",
        "a latent variable",
        "who wrote the EM paper",
        "the em algorithm paper",
        "papers by Autor",
        "papers by autor",
        "papers of pape",
        "papers by uh",
        "who wrote the paper of Pape",
        "Did Wait, Smith write it",
        "papers by Ok et al",
        "papers by ok et al",
        "Ok et al on moss",
        "the n of the study",
        "who wrote the paper on PLS regression",
    ],
)
def test_words_of_their_own_stay(said: str) -> None:
    assert in_full(said) == said


def test_a_quotation_stays_as_it_is() -> None:
    assert in_full('who wrote "pls w/ em n all", pls') == 'who wrote "pls w/ em n all"'


def test_what_leads_up_to_a_question_is_left_out() -> None:
    assert plain("ok, so  who wrote it?") == "who wrote it"


@given(st.text(max_size=80))
def test_a_question_in_full_words_stays_so(text: str) -> None:
    once = in_full(text)
    assert in_full(once) == once or '"' in text or "“" in text
