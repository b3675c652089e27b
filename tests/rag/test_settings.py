"""The knobs of answering: their defaults, and what is refused."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigError
from rag.settings import DEFAULTS, Settings


def test_without_assignments_the_defaults_stand() -> None:
    assert Settings.parse([]) == DEFAULTS == Settings("both", 10, 4, 0.03, 0.6)


def test_assignments_are_read_in_their_types_and_the_later_one_counts() -> None:
    texts = ["hits=3", "ranking=vectors", "least_confidence = 0", "least_odds=1e-2", "hits=2"]
    assert Settings.parse(texts) == Settings("vectors", 2, 4, 0.01, 0.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hits", "'hits': give it as KEY=VALUE"),
        ("", "'': give it as KEY=VALUE"),
        ("hit=2", "no setting 'hit': use one of ranking, hits, quotes, least_odds"),
        ("hits=two", "hits is 'two': give a whole number from 1 to 100"),
        ("hits=2.5", "hits is '2.5': give a whole number from 1 to 100"),
        ("hits=0", "hits is 0: give a whole number from 1 to 100"),
        ("quotes=13", "quotes is 13: give a whole number from 1 to 12"),
        ("ranking=best", "ranking is 'best': give one of both, vectors, words"),
        ("least_confidence=1.1", "least_confidence is 1.1: give a number from 0 to 1"),
        ("least_odds=nan", "least_odds is nan: give a number from 0 to 1"),
        ("least_odds=", "least_odds is '': give a number from 0 to 1"),
    ],
)
def test_what_cannot_be_set_is_named_with_its_value_and_what_is_allowed(
    text: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        Settings.parse([text])


@given(st.lists(st.text(max_size=20)))
def test_any_text_is_read_or_refused_as_a_setting(texts: list[str]) -> None:
    try:
        Settings.parse(texts)
    except ConfigError:
        return
    assert not texts or all("=" in text for text in texts)


SETTINGS = st.builds(
    Settings,
    ranking=st.sampled_from(["both", "vectors", "words"]),
    hits=st.integers(1, 100),
    quotes=st.integers(1, 12),
    least_odds=st.floats(0, 1),
    least_confidence=st.floats(0, 1),
)


@given(SETTINGS)
def test_settings_written_as_assignments_are_read_back(settings: Settings) -> None:
    assert Settings.parse([f"{key}={value}" for key, value in asdict(settings).items()]) == settings
