"""Signs of likeness, and what they see that the words shared do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.support import likeness
from rag.support.likeness import Signs, read_signs
from tests.fakes import HashEmbedder

QUOTE = "The router reads two million web pages and needs little memory."


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    return HashEmbedder().embed(texts, "passage")


def signs(claim: str, *quotes: str) -> Signs:
    return read_signs(claim, quotes or (QUOTE,), vectors)


def test_the_sentence_itself_is_as_like_as_can_be() -> None:
    own = signs(QUOTE)
    assert own.cosine == pytest.approx(1.0)
    assert (own.gap, own.denied, own.opposed) == (0.0, 0.0, 0.0)


def test_of_two_claims_in_one_the_missing_one_makes_a_gap() -> None:
    merged = "The router reads web pages, and ferns thrive in dark caves."
    assert signs(merged).gap > 0.4
    assert signs(merged, QUOTE, "Ferns thrive in dark caves.").gap == 0.0


def test_a_denial_on_one_side_is_seen_on_either() -> None:
    assert signs("The router does not read web pages.").denied == 1.0
    assert signs("The router reads web pages.", "The router never reads web pages.").denied == 1.0
    assert signs("It does not fall.", "It does not fall at all.").denied == 0.0


def test_an_opposite_direction_is_seen() -> None:
    assert signs("Memory use grows.", "Memory use shrinks or declines.").opposed == 1.0


def test_more_of_what_speaks_for_it_makes_it_likelier_and_against_it_less() -> None:
    usual = likeness.log_odds(signs("The router learns from the web."))
    base = signs("The router learns from the web.")
    assert likeness.log_odds(replace(base, cosine=base.cosine + 0.1)) > usual
    for sign in ("gap", "denied", "opposed"):
        assert likeness.log_odds(replace(base, **{sign: 1.0})) < usual


def test_probabilities_never_leave_their_bounds() -> None:
    assert likeness.probability(1e9) == pytest.approx(1.0)
    assert 0.0 <= likeness.probability(-1e9) < 1e-9
