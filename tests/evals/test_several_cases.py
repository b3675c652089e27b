"""Of a question to several papers each is asked as answering asks it, for its own fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from evals.cases import Case
from evals.evidence.confidence_cases import Asked
from evals.evidence.several_cases import ask_each, ask_sides, sides_of
from rag.config import Config
from rag.finding.filters import Filter
from rag.library import Library
from rag.question.understand import Query
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

MOSS = "Mosses on walls are hard to count by eye. MossNet was tested on 40 old walls of Wales."
FERN = "Ferns hide among other plants. FernNet was tested on 12 gardens near the sea."
CASE = Case(
    id="tested",
    question="On what were MossNet and FernNet tested?",
    kind="several",
    papers=("MossNet: counting mosses", "FernNet: finding ferns"),
    facts=(("walls of Wales",), ("12 gardens",)),
)
SILENT = replace(CASE, kind="unanswerable", unanswerable="not_in_abstract", facts=())


@pytest.fixture
def library(config: Config) -> Iterator[Library]:
    with Library.open(config, HashEmbedder()) as opened:
        opened.write([work(CASE.papers[0], MOSS), work(CASE.papers[1], FERN)])
        opened.write([work(f"Garden {n}", f"Roses were grown in bed {n}.") for n in range(5)])
        opened.fill()
        yield opened


def told(one: Asked) -> list[str]:
    sentences = zip(one.candidates.sentences, one.says, strict=True)
    return [quote.text for (quote, _), says in sentences if says]


def test_each_side_is_read_in_its_own_words_for_its_own_fact(library: Library) -> None:
    moss, fern = ask_sides(library, [CASE], "garden")
    assert [one.candidates.asked for one in (moss, fern)] == [
        "On what were MossNet tested?",
        "On what were FernNet tested?",
    ]
    assert told(moss) == ["MossNet was tested on 40 old walls of Wales."]
    assert told(fern) == ["FernNet was tested on 12 gardens near the sea."]
    assert [one.case.facts for one in (moss, fern)] == [(("walls of Wales",),), (("12 gardens",),)]


def test_a_side_of_what_no_paper_says_has_no_answer(library: Library) -> None:
    sides = ask_sides(library, [SILENT], "garden")
    assert [(one.case.answerable, told(one)) for one in sides] == [(False, [])] * 2


def test_a_side_in_a_paper_that_the_case_does_not_name_is_left_out(library: Library) -> None:
    case = replace(CASE, kind="fact", papers=CASE.papers[:1], facts=CASE.facts[:1])
    (moss,) = ask_sides(library, [case], "garden")
    assert told(moss) == ["MossNet was tested on 40 old walls of Wales."]


def test_parts_are_asked_and_their_sides_instead_of_those_that_have_any() -> None:
    def query(
        read: str, *papers: str, parts: tuple[Query, ...] = (), sides: tuple[Query, ...] = ()
    ) -> Query:
        within = Filter(paper_ids=papers)
        return Query(read, read, read, read, within=within, parts=parts, sides=sides)

    moss, fern, both = query("moss?", "m"), query("fern?", "f"), query("both?", "m", "f")
    unnamed, of_two = query("which?"), query("moss and fern?", sides=(moss, fern, both))
    assert sides_of(of_two) == [moss, fern]
    assert sides_of(query("rain?")) == []
    parts = query("moss, fern, then which?", parts=(of_two, unnamed, moss), sides=(both,))
    assert sides_of(parts) == [moss, fern]
    assert sides_of(query("moss? or which?", parts=(moss, unnamed))) == [moss]


def test_each_paper_is_asked_the_whole_of_it_and_so_is_the_nearest_other(library: Library) -> None:
    asked = ask_each(library, [CASE], "garden")
    assert {one.candidates.asked for one in asked} == {CASE.question}
    assert [one.case.answerable for one in asked] == [True, True, False]
