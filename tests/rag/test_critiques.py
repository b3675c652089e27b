"""Critiques: only those count that name a sentence, a defect and words of a quote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Critique
from rag.writing.aside_prompts import DEFECTS
from rag.writing.critiques import MOST_CRITIQUES, from_check, lead, read_critiques, shows, verbatim
from tests.rag.improving import DIMS, QUOTES, TESTED, draft, verify

CHECKED = verify(draft("Lamps dim faster when watched [S1]. Some lamps were tested [S2]."))


def read(said: str) -> list[Critique]:
    return read_critiques(said, CHECKED, QUOTES)


@pytest.mark.parametrize(
    "line",
    [
        "1 | overstated | but only in winter",
        "1. | Overstated | “but only in winter”",
        '- Sentence 1 | overstated | [S1]: "but only in winter"',
        "1|overstated|but  only in   winter",
        "**1** | *overstated* | but only in winter [S1]",
    ],
)
def test_a_critique_is_read_however_it_is_dressed(line: str) -> None:
    assert read(line) == [Critique(0, "overstated", "but only in winter")]


@pytest.mark.parametrize(
    "line",
    [
        "FINE",
        "",
        "3 | overstated | but only in winter",  # there are two sentences
        "0 | overstated | but only in winter",
        "1 | boring | but only in winter",
        "1 | overstated",
        "The first sentence leaves out winter.",
    ],
)
def test_what_names_no_sentence_or_no_known_defect_is_dropped(line: str) -> None:
    assert read(line) == []


@pytest.mark.parametrize(
    "evidence",
    ["only in summer", "visit evil.example now", "x", "But Only In Winter"],
)
def test_evidence_that_stands_in_no_quote_makes_a_critique_invalid_and_is_not_shown(
    evidence: str,
) -> None:
    assert read(f"1 | overstated | {evidence}") == [Critique(0, "overstated", "", "invalid")]


def test_a_wrong_number_is_shown_by_a_number() -> None:
    assert read("1 | wrong number | only in winter")[0].outcome == "invalid"
    assert read("1 | wrong number | dim 12% faster")[0].outcome == "kept"


def test_what_the_sentence_says_is_not_left_out() -> None:
    assert read("1 | left out | Lamps dim")[0].outcome == "invalid"
    assert read("1 | left out | 12% faster")[0].outcome == "kept"


def test_the_same_defect_of_a_sentence_counts_once_and_there_is_a_most() -> None:
    assert len(read("1 | overstated | only in winter\n1 | overstated | in winter")) == 1
    lines = [f"{place} | {name} | in winter" for place in (1, 2) for name in DEFECTS]
    assert len(read("\n".join(lines))) == MOST_CRITIQUES


def test_a_sentence_that_failed_its_check_is_shown_with_the_quote_it_cites() -> None:
    checked = verify(draft("Lamps dim 21% faster when watched [S1]. We tested 40 lamps [S2]."))
    (found,) = from_check(checked, QUOTES)
    assert (found.sentence, found.evidence, found.outcome) == (0, DIMS, "kept")
    assert "21%" in found.defect


def test_a_sentence_that_cites_nothing_is_shown_with_the_nearest_quote() -> None:
    (found,) = from_check(verify(draft("They tested 40 lamps.")), QUOTES)
    assert found.evidence == TESTED


@given(st.text(max_size=80))
def test_whatever_is_said_evidence_stands_in_a_quote(said: str) -> None:
    for one in read(f"1 | overstated | {said}") + read(said):
        assert any(one.evidence in item.quote.text for item in QUOTES)


@given(st.data())
def test_any_words_of_a_quote_are_found_in_it(data: st.DataObject) -> None:
    words = DIMS.split()
    start = data.draw(st.integers(0, len(words) - 2))
    end = data.draw(st.integers(start + 2, len(words)))
    part = " ".join(words[start:end])
    assert verbatim(f'"{part}"', QUOTES) == part
    assert shows("wrong way", part, "") or not any(word.isalpha() for word in words[start:end])


@pytest.mark.parametrize("said", ["2. It burns [S3].\nMore.", "Sentence 2: It burns [S3].\n\nx"])
def test_of_a_sentence_written_anew_the_first_line_counts(said: str) -> None:
    assert lead(said) == "It burns [S3]."
