"""What of a draft is worth checking, and which quotes stand behind what holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.chat import most_words
from rag.support.check import CheckedDraft, CheckedSentence
from rag.types import Evidence, Paper, Quote
from rag.writing.cite import CitationParser, Draft, evidence_keys
from rag.writing.compose import cited_first, compose, worth_checking

QUESTION = "Is the router better than people, and how fast is it?"
QUOTES = (
    "While worse than people on long lists, the router is better on the short lists that we "
    "tried in spring, and it is 3.4 times faster.",
    "It was trained on two million pages.",
)


def evidence_of(*texts: str) -> list[Evidence]:
    return [
        Evidence(key, Quote(f"p{n}", "abstract", 0, len(text), text, 0.9), Paper(f"p{n}", "T"))
        for n, (key, text) in enumerate(zip(evidence_keys(len(texts)), texts, strict=True))
    ]


EVIDENCE = evidence_of(*QUOTES)


def written(draft: str) -> Draft:
    parser = CitationParser(EVIDENCE)
    parser.feed(draft)
    parser.close()
    return parser.result()


def composed(draft: str, quotes: tuple[int, ...] = (0,), question: str = QUESTION) -> CheckedDraft:
    """As if every sentence worth checking held."""
    worth = worth_checking(question, written(draft), EVIDENCE)
    held = tuple(CheckedSentence(sentence, "supported") for sentence in worth.sentences)
    return compose(question, CheckedDraft(worth.text, held, worth.numbers), EVIDENCE, quotes)


@pytest.mark.parametrize(
    "draft",
    [
        "Yes, the router is better than people [S1].",  # the question again
        "The router is better on the short lists that we tried in spring, and 3.4 times faster "
        "[S1].",  # without the condition
    ],
)
def test_what_a_quote_says_better_is_not_worth_checking(draft: str) -> None:
    worth = worth_checking(QUESTION, written(draft), EVIDENCE)
    assert (worth.text, worth.sentences, dict(worth.numbers)) == ("", (), {})


@pytest.mark.parametrize("draft", ["It is 3.4 times faster [S1].", f"{QUOTES[0]} [S1]", "Bah."])
def test_short_answers_whole_quotes_and_what_cites_nothing_are_checked(draft: str) -> None:
    assert worth_checking(QUESTION, written(draft), EVIDENCE) == written(draft)


def test_the_quote_stands_behind_a_short_answer_under_the_same_number() -> None:
    answer = composed("It is 3.4 times faster [S1].")
    assert answer.text == f"It is 3.4 times faster [1].\n{QUOTES[0]} [1]"
    assert [s.sentence.evidence for s in answer.sentences] == [(0,), (0,)]


def test_where_nothing_is_left_of_a_draft_the_quotes_stand_alone_from_number_one() -> None:
    answer = composed("Yes, the router is better than people [S2].")
    assert (answer.text, answer.numbers) == (f"{QUOTES[0]} [1]", {"p0": 1})


def test_a_quote_that_says_nothing_new_is_left_out() -> None:
    twice = evidence_of("It wins by ten points.", "By ten points, it wins.")
    answer = compose("Does it?", CheckedDraft("", (), {}), twice, (0, 1))
    assert answer.text == "It wins by ten points. [1]"


def test_an_extractive_draft_stays_as_it_is() -> None:
    draft = f"{QUOTES[0]} [S1]\n{QUOTES[1]} [S2]"
    assert composed(draft, (0, 1)).text == draft.replace("S1", "1").replace("S2", "2")


def test_quotes_that_the_draft_cites_come_before_the_others() -> None:
    assert cited_first(written("So [S2]. And so [S2]."), (0, 1), EVIDENCE) == [1, 0]


def test_of_the_others_each_side_has_its_best_before_any_has_its_second() -> None:
    scores = {"fast": (0.9, 0.8), "small": (0.3, 0.6)}
    evidence = [
        Evidence("S1", Quote("p", "abstract", 0, 1, "T", score), Paper("p", "T"), side)
        for side, both in scores.items()
        for score in both
    ]
    nothing = written("")
    assert cited_first(nothing, range(4), evidence) == [0, 3, 1, 2]


def test_papers_keep_the_numbers_of_the_conversation() -> None:
    nothing = CheckedDraft("", (), {})
    answer = compose(QUESTION, nothing, EVIDENCE, (0, 1), {"p1": 1, "gone": 2})
    assert answer.text == f"{QUOTES[0]} [3]\n{QUOTES[1]} [1]"
    assert answer.numbers == {"p0": 3, "p1": 1}


def test_a_new_paper_gets_no_number_out_of_a_gap() -> None:
    answer = compose(QUESTION, CheckedDraft("", (), {}), EVIDENCE, (0,), {"p1": 2})
    assert answer.numbers == {"p0": 3}


def test_a_sentence_that_failed_and_is_marked_stays_and_says_nothing_for_its_quote() -> None:
    draft = written("It is 9 times faster [S1].")
    failed = CheckedSentence(draft.sentences[0], "contradicted")
    answer = compose(QUESTION, CheckedDraft(draft.text, (failed,), draft.numbers), EVIDENCE, (0,))
    assert answer.text == f"It is 9 times faster [1].\n{QUOTES[0]} [1]"


def test_what_is_only_beside_the_question_makes_no_answer_longer() -> None:
    texts = [" ".join(f"w{n}x{i}" for i in range(50)) for n in range(2)]
    own, other = evidence_of(*texts)
    nothing = CheckedDraft("", (), {})
    asked = [own, replace(other, side="B")]
    assert len(compose("?", nothing, asked, (0, 1)).sentences) == 2
    beside = [own, replace(other, side="B", beside=True)]
    assert len(compose("?", nothing, beside, (0, 1)).sentences) == 1
    surer = replace(beside[1], quote=replace(beside[1].quote, score=0.99))
    assert cited_first(written(""), (0, 1), [own, surer]) == [0, 1]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_an_answer_of_several_quotes_is_never_longer_than_it_may_be(lengths: list[int]) -> None:
    texts = [" ".join(f"w{n}x{i}" for i in range(words)) for n, words in enumerate(lengths)]
    nothing = CheckedDraft("", (), {})
    answer = compose("?", nothing, evidence_of(*texts), range(len(texts)))
    assert answer.sentences
    assert len(answer.text.split()) <= most_words(evidence_of(*texts))
    assert answer.text == "\n".join(item.sentence.text for item in answer.sentences)


def test_what_looks_like_a_marker_in_a_quote_is_printed_otherwise() -> None:
    evidence = evidence_of("As others found [2], moles dig; see 【1†p】.")
    answer = compose("Who digs?", CheckedDraft("", (), {}), evidence, (0,))
    assert answer.text == "As others found (2), moles dig; see (1†p). [1]"
    assert answer.sentences[0].sentence.claim == evidence[0].quote.text
