"""Citation recall and precision, and groundedness, on answers small enough to grade by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from evals.scorers.citations import citation_support
from evals.scorers.entail import ExactEntailer, Verdict
from evals.scorers.grounded import grounded
from rag.types import Answer, Citation, PaperScore
from tests.evals.answers import ABSTAINED, BRIDGE, PAPERS, TALL, TOWER, answer, case, prose

OF = case(("3.5 m",))
TALLEST, RAIN, ICE = (
    prose(TOWER, "The tallest reaches 3.5 m."),
    prose(TOWER, "Rain ends 25% of them."),
    prose(BRIDGE, "Ice bridges melt.", 2),
)


class AllWords:
    """Bears out a claim all of whose words stand in the passages together."""

    name = "all words"

    def entails(self, passages: Sequence[str], claim: str) -> Verdict:
        held = " ".join(passages).lower().replace(".", "").split()
        return Verdict(set(claim.lower().replace(".", "").split()) <= set(held), False, "words")


def support(given: Answer) -> dict[str, tuple[float, float]]:
    scores = citation_support(OF, given, PAPERS, AllWords())
    return {score.metric: (score.value, score.weight) for score in scores}


def cites(*sentences: tuple[str, tuple[int, ...]]) -> Answer:
    return answer(*sentences, citations=(TALLEST, RAIN, ICE))


@pytest.mark.parametrize(
    ("sentence", "recall", "precision"),
    [
        (("The tallest reaches 3.5 m. [1]", (0,)), (1, 1), (1, 1)),
        # wholly borne out by the one, and the other does not help
        (("The tallest reaches 3.5 m. [1][2]", (0, 2)), (1, 1), (0.5, 2)),
        # only both together: both help
        (("Rain ends the tallest. [1]", (0, 1)), (1, 1), (1, 2)),
        # either is enough: both count, as in ALCE
        (("Towers of salt. [1]", (0, 1)), (1, 1), (1, 2)),
        # not borne out: no citation counts
        (("The tallest is of gold. [1][2]", (0, 2)), (0, 1), (0, 2)),
        (("The tallest reaches 3.5 m.", ()), (0, 1), None),
        # an invented number is a citation that does not count
        (("The tallest reaches 3.5 m. [1][9]", (0,)), (1, 1), (0.5, 2)),
        (("The tallest reaches 3.5 m. [9]", ()), (0, 1), (0, 1)),
        # a compound marker is each of its numbers; nothing else links the second here
        (("The tallest reaches 3.5 m. [1, 2]", (0,)), (1, 1), (0.5, 2)),
        (("The tallest reaches 3.5 m. [1, 2, 7-9]", (0,)), (1, 1), (0.2, 5)),
    ],
)
def test_recall_and_precision_of_one_sentence(
    sentence: tuple[str, tuple[int, ...]],
    recall: tuple[float, float],
    precision: tuple[float, float] | None,
) -> None:
    expected = {"citation_recall": recall}
    if precision:
        expected["citation_precision"] = precision
    assert support(cites(sentence)) == expected


def test_the_title_tells_what_a_quote_is_about() -> None:
    assert support(cites(("Towers of Salt reaches 3.5 m. [1]", (0,))))["citation_recall"] == (1, 1)


def test_sentences_weigh_the_same_and_what_claims_nothing_weighs_nothing() -> None:
    given = cites(
        ("What of salt?", ()),
        ("The tallest reaches 3.5 m. [1]", (0,)),
        ("Ice bridges melt. [1]", (0,)),
        ("Rain ends 25% of them. [1]", (1,)),
    )
    assert support(given)["citation_recall"] == pytest.approx((2 / 3, 3))
    assert support(given)["citation_precision"] == pytest.approx((2 / 3, 3))
    (recall, _) = citation_support(OF, given, PAPERS, AllWords())
    assert recall.why == "what it cites does not say 'Ice bridges melt.' (words)"


def test_what_nobody_can_tell_counts_neither_way() -> None:
    paraphrase = cites(("It grows to 3.5 m. [1]", (0,)), ("Ice bridges melt. [2]", (2,)))
    (recall, precision) = citation_support(OF, paraphrase, PAPERS, ExactEntailer())
    assert (recall.value, recall.weight) == (1, 1)
    assert (precision.value, precision.weight) == (1, 1)
    alone = cites(("It grows to 3.5 m. [1]", (0,)))
    assert citation_support(OF, alone, PAPERS, ExactEntailer()) == ()
    assert grounded(OF, alone, PAPERS, ExactEntailer()) is None


def test_an_abstention_is_kept_apart() -> None:
    assert citation_support(OF, ABSTAINED, PAPERS, AllWords()) == ()
    assert grounded(OF, ABSTAINED, PAPERS, AllWords()) is None


def test_a_catalogue_line_is_not_judged_by_entailment() -> None:
    field = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "published", "2021-12-17")
    given = answer(("The library holds 1 paper from 2021.", (0,)), citations=(field,))
    assert citation_support(OF, given, PAPERS, AllWords()) == ()
    assert grounded(OF, given, PAPERS, AllWords()) is None


def test_a_paper_cited_without_a_quote_is_read_whole() -> None:
    whole = dataclasses.replace(TALLEST, quote="", start=None, end=None)
    given = answer(("Rain ends the tallest. [1]", (0,)), citations=(whole,))
    assert support(given)["citation_recall"] == (1, 1)


def test_grounded_reads_what_was_cited_or_found_wherever_the_sentence_points() -> None:
    given = answer(
        ("The tallest reaches 3.5 m. [2]", (0,)),
        ("Ice bridges melt.", ()),
        ("The moon is of cheese. [2]", (0,)),
        citations=(ICE,),
    )
    blind = grounded(OF, given, PAPERS, AllWords())
    assert blind is not None
    assert (blind.value, blind.weight) == pytest.approx((1 / 3, 3))
    found = dataclasses.replace(given, hits=(PaperScore(TOWER.paper_id, 0.9),))
    score = grounded(OF, found, PAPERS, AllWords())
    assert score is not None
    assert (score.value, score.weight) == pytest.approx((2 / 3, 3))
    assert "cheese" in score.why
    assert "3.5" not in score.why


def test_an_extractive_answer_is_grounded_for_certain() -> None:
    score = grounded(OF, TALL, PAPERS, ExactEntailer())
    assert score is not None
    assert (score.value, score.why) == (1, "")
