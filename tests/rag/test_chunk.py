"""Chunks: whole sentences, exact offsets, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.stored.chunk import chunk_paper
from rag.types import Paper

prose = st.lists(
    st.sampled_from(["We train it.", "It works well!", "Is it so?", "\n", "A long one " * 9 + "."]),
    max_size=30,
).map(" ".join)


@given(prose, prose)
def test_chunks_are_verbatim_spans_that_hold_every_word(abstract: str, summary: str) -> None:
    paper = Paper("p", "T", abstract=abstract, summary=summary)
    chunks = chunk_paper(paper, max_chars=120)
    assert all(paper.text(c.field)[c.start : c.end] == c.text for c in chunks)
    assert len({c.chunk_id for c in chunks}) == len(chunks)
    for field in ("abstract", "summary"):
        held = " ".join(c.text for c in chunks if c.field == field)
        assert held.split() == (abstract if field == "abstract" else summary).split()


@given(prose)
def test_a_chunk_is_longer_than_allowed_only_if_one_sentence_is(abstract: str) -> None:
    for chunk in chunk_paper(Paper("p", "T", abstract=abstract), max_chars=120):
        assert len(chunk.text) <= 120 or chunk.text.count(".") == 1


def test_a_short_abstract_is_one_chunk() -> None:
    (chunk,) = chunk_paper(Paper("p", "T", abstract="One. Two. Three."))
    assert (chunk.chunk_id, chunk.start, chunk.end) == ("p/abstract/0", 0, 16)


def test_a_paper_without_prose_can_still_be_found_by_its_title() -> None:
    (chunk,) = chunk_paper(Paper("p", "Mosses"))
    assert (chunk.title, chunk.text) == ("Mosses", "")
