"""Sentence spans: where they cut, where they don't, and that they lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence.sentences import sentence_spans


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We train it. It works.", ["We train it.", "It works."]),
        ("Is it so? Yes! 56% agree.", ["Is it so?", "Yes!", "56% agree."]),
        ("We use tools (e.g. GPT-3) and more.", ["We use tools (e.g. GPT-3) and more."]),
        ("Ouyang et al. Show it.", ["Ouyang et al. Show it."]),
        ("By J. Wu and others. Good.", ["By J. Wu and others.", "Good."]),
        ("It solves 28.8% of them. GPT-3 none.", ["It solves 28.8% of them.", "GPT-3 none."]),
        ('He asked "why?" and left. Then (b).', ['He asked "why?" and left.', "Then (b)."]),
        ("- one point\n- another", ["- one point", "- another"]),
        ('They say "stop." We go on.', ['They say "stop."', "We go on."]),
        ("", []),
        ("  \n \n", []),
    ],
)
def test_splits_as_a_reader_would(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@given(st.text(alphabet=st.sampled_from('ab AZ.!?\n\t"()[]$1e.g'), max_size=80))
def test_spans_are_ordered_and_hold_every_visible_character(text: str) -> None:
    spans = sentence_spans(text)
    outside = list(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        outside[start:end] = [" "] * (end - start)
        last = end
    assert not "".join(outside).strip()
