"""Choosing quotes: which sentences are candidates, how they are ordered, which come near."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.evidence.nearness import Candidates, by_signs, overlap
from rag.evidence.quotes import (
    OF_ONE,
    READ_FIRST,
    RERANKED,
    SentenceVectors,
    best_quotes,
    candidate_quotes,
    choose_quotes,
    log_odds,
    near_best,
    nearest_sentences,
    odds,
    same_words,
    weigh_sentences,
)
from rag.finding.retrieve import Retrieval
from rag.finding.terms import content_stems
from rag.models.answering import Reading
from rag.models.embed import TextKind
from rag.types import Chunk, Hit, Quote
from tests.fakes import HashEmbedder

SUMMARY = "Key findings:\n- Mosses grow in the shade. Ferns do too, they say.\n- See above.\nGoal:"


class WordReranker:
    """Likes passages that hold the word, and counts what it read."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        raise AssertionError("quotes are chosen by what they answer, not by their topic")

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        self.read += passages
        logits = [5.0 if self.word in passage else -5.0 for passage in passages]
        return [Reading(logit, logit) for logit in logits]


class CountingEmbedder:
    """A HashEmbedder that remembers what it was given."""

    name, revision, dimension = "counting", "1", 64

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        self.texts += texts
        return HashEmbedder().embed(texts, kind)


def hit(text: str, *, start: int = 0, paper_id: str = "p", score: float = 0.5) -> Hit:
    chunk = Chunk(f"{paper_id}/0", paper_id, "Mosses", "summary", start, start + len(text), text)
    return Hit(chunk, score)


def retrieval(question: str, *hits: Hit) -> Retrieval:
    return Retrieval(question, HashEmbedder().embed([question], "query")[0], hits)


def said_at(text: str, place: int) -> Quote:
    return Quote("p", "abstract", 100 * place, 100 * place + len(text), text, 1 / (place + 2))


def quote(score: float) -> Quote:
    return Quote("p", "abstract", 0, 1, "x", score)


def test_headings_and_scraps_are_no_candidates_and_bullets_no_part_of_a_quote() -> None:
    found = [quote for quote, _ in candidate_quotes([hit(SUMMARY, start=100)])]
    assert [q.text for q in found] == ["Mosses grow in the shade.", "Ferns do too, they say."]
    assert all(SUMMARY[q.start - 100 : q.end - 100] == q.text for q in found)


def test_the_reranker_decides_what_comes_first() -> None:
    found = choose_quotes(
        retrieval("Where do mosses grow?", hit(SUMMARY)),
        SentenceVectors(HashEmbedder()),
        WordReranker("Ferns"),
        limit=2,
    )
    assert [q.text for q in found] == ["Ferns do too, they say.", "Mosses grow in the shade."]
    assert 1 > found[0].score > 0.9 > 0.5 > found[1].score > 0


def test_only_the_best_of_the_first_pass_are_read_closely() -> None:
    reranker = WordReranker("never")
    text = " ".join(f"Moss number {n} grows in the shade." for n in range(40))
    found = weigh_sentences(
        retrieval("moss?", hit(text)), SentenceVectors(HashEmbedder()), reranker
    )
    assert len(found) == len(reranker.read) == OF_ONE
    assert all(passage.startswith("Mosses. Moss number") for passage in reranker.read)


def test_of_several_papers_fewer_are_read_than_of_a_single_one() -> None:
    reranker = WordReranker("never")
    text = " ".join(f"Moss number {n} grows in the shade." for n in range(20))
    hits = (hit(text, paper_id="p"), hit(text, paper_id="q"))
    weigh_sentences(retrieval("moss?", *hits), SentenceVectors(HashEmbedder()), reranker)
    assert len(reranker.read) == RERANKED < OF_ONE


@pytest.mark.parametrize(
    ("word", "parts", "read"),
    [("Moss", False, READ_FIRST), ("Moss", True, RERANKED), ("no", False, RERANKED)],
)
def test_where_one_of_the_first_surely_answers_the_others_are_left_unread(
    word: str, *, parts: bool, read: int
) -> None:
    reranker = WordReranker(word)
    text = " ".join(f"Moss number {n} grows in the shade." for n in range(20))
    asked = retrieval("moss?", hit(text), hit(text, paper_id="q"))
    found = weigh_sentences(asked, SentenceVectors(HashEmbedder()), reranker, parts=parts)
    assert len(found) == len(reranker.read) == read


def test_for_more_quotes_than_are_read_first_all_are_read() -> None:
    reranker = WordReranker("Moss")
    text = " ".join(f"Moss number {n} grows in the shade." for n in range(20))
    asked = retrieval("moss?", hit(text), hit(text, paper_id="q"))
    choose_quotes(asked, SentenceVectors(HashEmbedder()), reranker, READ_FIRST + 1)
    assert len(reranker.read) == RERANKED


def test_of_a_single_paper_all_are_read_whatever_the_first_say() -> None:
    reranker = WordReranker("Moss")
    text = " ".join(f"Moss number {n} grows in the shade." for n in range(20))
    weigh_sentences(retrieval("moss?", hit(text)), SentenceVectors(HashEmbedder()), reranker)
    assert len(reranker.read) == OF_ONE


def test_what_the_paper_says_itself_comes_before_what_somebody_says_of_it() -> None:
    second = hit("Mosses grow in the shade, they say.")
    own = replace(second, chunk=replace(second.chunk, field="abstract"))
    sentences = tuple(candidate_quotes([second, own]))
    worth = np.array([1.0, 0, 0, 0, 0], np.float32)

    def first(ahead: float) -> str:
        signs = np.array([[ahead, 0, 0, 0, 0], [0, 0, 0, 0, 0]], np.float32)
        found = Candidates(signs[0], sentences, signs, signs, "?")
        return nearest_sentences(found, by_signs(worth), 1)[0][0].field

    assert [first(ahead) for ahead in (0.0, 1.0, 5.0)] == ["abstract", "abstract", "summary"]


def test_a_sentence_is_read_with_what_its_chunk_says_around_it_in_its_spelling() -> None:
    reranker = WordReranker("never")
    found = retrieval("does lichen2 grow?", hit("Lichen-2 is a moss. It grows in the shade."))
    weigh_sentences(found, SentenceVectors(HashEmbedder()), reranker)
    assert sorted(reranker.read) == [
        "Mosses (Lichen-2). It grows in the shade.",
        "Mosses (grow). Lichen-2 is a moss.",
    ]


def test_a_sentence_that_repeats_a_better_one_is_left_out() -> None:
    said = ("Mosses grow in damp shade all year.", "Ferns grow there too.")
    again = "In damp shade mosses grow all the year."
    quotes = [said_at(text, n) for n, text in enumerate((said[0], again, said[1]))]
    assert [found.text for found in best_quotes(quotes, 4)] == list(said)


def test_no_more_quotes_than_asked_for_are_chosen() -> None:
    quotes = [said_at(f"Moss {name} grows.", n) for n, name in enumerate(("Abel", "Kain", "Seth"))]
    assert best_quotes(quotes, 2) == quotes[:2]


@given(st.lists(st.text("ab .", min_size=1), max_size=6), st.integers(1, 6))
def test_what_is_left_out_repeats_what_was_chosen_before_it(texts: list[str], limit: int) -> None:
    quotes = [said_at(text, n) for n, text in enumerate(texts)]
    chosen = best_quotes(quotes, limit)
    assert chosen == [quote for quote in quotes if quote in chosen]  # their order stays
    assert best_quotes(chosen, limit) == chosen


def test_without_hits_there_are_no_quotes() -> None:
    sentences = SentenceVectors(HashEmbedder())
    assert choose_quotes(retrieval("moss?"), sentences, WordReranker("moss"), 4) == []


@pytest.mark.parametrize(
    ("title", "sentence", "share"),
    [("", "Mosses grow.", 1.0), ("Moss", "They grow.", 0.75), ("", "Ferns.", 0.0)],
)
def test_overlap_counts_a_word_of_the_title_half(title: str, sentence: str, share: float) -> None:
    assert overlap(content_stems("growing moss"), title, sentence) == share


def test_a_question_without_content_overlaps_nothing() -> None:
    assert overlap(content_stems("what is it?"), "Moss", "It is.") == 0.0


def test_only_quotes_near_the_best_are_kept() -> None:
    quotes = [quote(0.9), quote(0.5), quote(0.1)]
    assert near_best(quotes, 0.1) == quotes[:2]
    assert near_best([], 0.1) == []


def test_a_certain_quote_has_infinite_odds() -> None:
    assert odds(quote(1.0)) == math.inf
    assert near_best([quote(1.0), quote(0.9)], 0.1) == [quote(1.0)]


def test_a_sentence_is_embedded_once() -> None:
    embedder = CountingEmbedder()
    sentences = SentenceVectors(embedder)
    first = sentences.of(["moss", "fern", "moss"])
    assert np.array_equal(first, sentences.of(["moss", "fern", "moss"]))
    assert embedder.texts == ["moss", "fern"]


def test_where_parts_are_asked_for_they_are_what_is_weighed() -> None:
    class Parts(WordReranker):
        def answering(
            self, question: str, passages: Sequence[str], *, parts: bool = False
        ) -> list[Reading]:
            whole = super().answering(question, passages)
            return [Reading(-one.says, -one.ranks) for one in whole] if parts else whole

    found = retrieval("mosses?", hit("Mosses grow in the shade. Ferns grow in the sun."))
    sentences = SentenceVectors(HashEmbedder())
    ways = [weigh_sentences(found, sentences, Parts("Ferns"), parts=own) for own in (False, True)]
    assert [way[0].text.split()[0] for way in ways] == ["Ferns", "Mosses"]
    assert [way[0].says for way in ways] == [5.0, 5.0]


@pytest.mark.parametrize(("score", "expected"), [(0.5, 0.0), (0.0, -20.0), (1.0, 20.0)])
def test_log_odds_are_bounded(score: float, expected: float) -> None:
    assert log_odds(Quote("p", "abstract", 0, 4, "moss", score)) == pytest.approx(expected)


def test_a_clause_has_words_in_common_with_its_sentence_and_not_with_the_next() -> None:
    sentence = Quote("p", "abstract", 10, 90, "x" * 80)
    assert same_words(sentence, replace(sentence, start=50, shortened=True))
    assert not same_words(sentence, replace(sentence, start=90, end=120))
    assert not same_words(sentence, replace(sentence, field="summary"))
    assert not same_words(sentence, replace(sentence, paper_id="q"))
