"""The first pass as fitted ranks what answers first, on questions that it was not fitted to."""

from __future__ import annotations

import numpy as np

from evals.evidence.nearness_fit import Sought, fit_nearness
from rag.evidence.nearness import SIGNS, Candidates, by_signs
from rag.types import Chunk, Hit, Quote

WIDTH, SENTENCES = 8, 6
_LINE = "Mosses grow."
_SENTENCE = (
    Quote("a", "abstract", 0, len(_LINE), _LINE),
    Hit(Chunk("a", "a", "", "abstract", 0, len(_LINE), _LINE), 0.5),
)


def sought(count: int, *, turned: bool) -> list[Sought]:
    """Questions whose answer has a vector like theirs, or like theirs in reverse order if `turned`;
    the signs tell of noise alone.
    """
    drawn = np.random.default_rng(3)
    made = []
    for _ in range(count):
        vectors = drawn.normal(size=(SENTENCES, WIDTH)).astype(np.float32)
        place = int(drawn.integers(SENTENCES))
        question = vectors[place][::-1] if turned else vectors[place]
        signs = drawn.normal(0, 0.01, size=(SENTENCES, SIGNS)).astype(np.float32)
        asked = np.ascontiguousarray(question)
        found = Candidates(asked, (_SENTENCE,) * SENTENCES, vectors, signs, "moss?")
        made.append(Sought(found, np.arange(SENTENCES) == place))
    return made


def share_first(asked: list[Sought], fitted: list[Sought]) -> float:
    own = fit_nearness(fitted).own
    return float(np.mean([one.says[own.log_odds(one.candidates).argmax()] for one in asked]))


def test_what_answers_is_found_by_vectors_that_are_not_alike() -> None:
    made = sought(500, turned=True)
    assert share_first(made[300:], made[:300]) > 0.8


def test_the_same_questions_fit_the_same() -> None:
    made = sought(60, turned=False)
    assert (fit_nearness(made).own.worth == fit_nearness(made).own.worth).all()


def test_where_vectors_of_another_model_are_compared_a_sign_that_tells_is_heard() -> None:
    made = sought(300, turned=False)
    for one in made:
        one.candidates.signs[:, 1] = one.says * 0.1
    found = by_signs(fit_nearness(made).other)
    assert all(one.says[found.log_odds(one.candidates).argmax()] for one in made)
