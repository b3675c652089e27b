"""Filters: what they leave, checked paper by paper, and how their values are read."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.config import Config
from rag.errors import PaperNotFound, QuestionError
from rag.finding.filters import Filter, fold, parse_years
from rag.library import Library
from rag.question.catalogue.among import Among
from rag.types import Paper, Work
from tests.fakes import HashEmbedder
from tests.rag.test_library import work

NAMES = (
    "Long Ouyang", "Jeff Wu", "Jeff Long", "Łukasz Kaiser", "Moreno D'Incà", "José García Ruiz",
    "Ruiz José", "X. Wu", "Jean-Luc Wu", "李 明", "Ada",
)  # fmt: skip
CATEGORIES = ("cs.LG", "cs.CL", "csx", "stat.ML", "math", "Machine Learning", "q-bio.NC")
SOURCES = ("a.bib", "b.bib", "b (1).jsonl", "feed", "arxiv")
SAID = {"ł": "l", "Ł": "l"}


def papers() -> list[Work]:
    chance = random.Random(7)
    made = []

    def some(values: Sequence[str], most: int) -> tuple[str, ...]:
        return tuple(chance.sample(values, chance.randint(0, most)))

    for n in range(40):
        text = " ".join(chance.choices(["moss", "fern", "ivy", "wall", "shade", "rain"], k=9))
        blank = work(f"Number {n}", f"{text} {n}.")
        paper = replace(
            blank.paper,
            authors=some(NAMES, 4),
            published=chance.choice(["", "2019", "2020-05", "2021-01-31", "2023"]),
            categories=tuple(sorted(some(CATEGORIES, 3))),
            sources=tuple(sorted(some(SOURCES, 2))),
        )
        made.append(replace(blank, paper=paper))
    return made


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("filtered")
    with Library.open(Config(home=home, cache=home), HashEmbedder()) as made:
        made.write(papers())
        made.fill()
        yield made


# --- an oracle that shares nothing with the index ---------------------------------------------


def said(text: str) -> set[str]:
    letters = "".join(SAID.get(c, c) for c in unicodedata.normalize("NFD", text))
    plain = "".join(c for c in letters if unicodedata.category(c) != "Mn").lower()
    return set(re.findall(r"[^\W_]+", plain))


def leaves(within: Filter, paper: Paper) -> bool:
    low, high = within.years
    year = int(paper.published[:4]) if paper.published else None
    in_years = year is not None and (low or 0) <= year <= (9999 if high is None else high)
    return (
        (within.years == (None, None) or in_years)
        and (
            not within.authors
            or any(said(a) <= said(name) for a in within.authors for name in paper.authors)
        )
        and (
            not within.categories
            or any(
                has.lower() == asked.lower() or has.lower().startswith(f"{asked.lower()}.")
                for asked in within.categories
                for has in paper.categories
            )
        )
        and (
            not within.sources
            or any(fnmatchcase(has, asked) for asked in within.sources for has in paper.sources)
        )
        and (not within.paper_ids or paper.paper_id in within.paper_ids)
        and paper.paper_id not in within.without
    )


def up_to_two(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2)


years = st.sampled_from([None, 2018, 2019, 2020, 2021, 2024])
asked_authors = (
    *NAMES, "ouyang", "WU", "jeff  wu", "wu jeff", "long jeff", "Lukasz", "d'inca", "Nobody",
     "garcia jose ruiz", "ruiz", "luc jean",
)  # fmt: skip
filters = st.builds(
    lambda low, high, *lists: Filter(
        (low, high) if low is None or high is None or low <= high else (high, low),
        *map(tuple, lists),
    ),
    years,
    years,
    up_to_two(*asked_authors),
    up_to_two(*CATEGORIES, "cs", "CS.lg", "stat", "machine learning", "no"),
    up_to_two(*SOURCES, "*.bib", "b*", "?.bib", "B*", "none"),
    st.lists(st.sampled_from([f"title:Number {n}" for n in range(0, 40, 3)]), max_size=12),
    st.lists(st.sampled_from([f"title:Number {n}" for n in range(0, 40, 2)]), max_size=3),
)  # fmt: skip


@given(within=filters)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_filter_leaves_just_the_papers_that_fit_it(library: Library, within: Filter) -> None:
    fitting = {paper.paper_id for paper in library.papers() if leaves(within, paper)}
    assert {one.paper_id for one in Among(library, within).kept(library.papers())} == fitting
    if not within:
        assert len(fitting) == 40
        return
    scope = library.scope(within)
    found, _ = scope.search_vectors(library.embedder.embed(["moss"], "query")[0], 100)
    assert {chunk_id.rsplit("/", 2)[0] for chunk_id, _ in found} == fitting
    assert bool(scope.missing()) == (not fitting)


@pytest.mark.parametrize(
    ("within", "told"),
    [
        (Filter(authors=("Nobody",)), "no paper in the library has author Nobody"),
        (Filter((2020, None), sources=("lost.bib",)), "has source lost.bib"),
        (Filter((1990, 1995), ("wu",)), "has year 1990..1995"),
        (Filter((2019, 2019), ("Ada",), ("q-bio",), ("feed",)), "has all of year 2019, author Ada"),
    ],
    ids=str,
)
def test_a_filter_that_leaves_nothing_says_which_of_its_parts(
    library: Library, within: Filter, told: str
) -> None:
    assert told in library.scope(within).missing()


def test_an_id_that_is_unknown_is_an_error(library: Library) -> None:
    with pytest.raises(PaperNotFound, match="no-such"):
        library.scope(Filter(paper_ids=("no-such",)))


@pytest.mark.parametrize(
    ("text", "range_"),
    [
        ("2022", (2022, 2022)),
        ("2020..2023", (2020, 2023)),
        ("2020..", (2020, None)),
        (" ..2023 ", (None, 2023)),
    ],
)
def test_years_are_read(text: str, range_: tuple[int | None, int | None]) -> None:
    assert parse_years(text) == range_


@pytest.mark.parametrize("text", ["", "..", "20", "20222023", "2020-2023", "x", "2020...2023"])
def test_what_is_no_year_is_told_with_what_is(text: str) -> None:
    with pytest.raises(QuestionError, match=r"2020\.\.2023"):
        parse_years(text)


@pytest.mark.parametrize(
    "values",
    [
        {"years": (2023, 2020)},
        {"authors": ("?!",)},
        {"sources": (" ",)},
        {"categories": ("",)},
        {"paper_ids": ("",)},
        {"years": (-5, None)},
    ],
    ids=str,
)
def test_a_value_that_can_mean_nothing_is_refused(values: dict[str, tuple[object, ...]]) -> None:
    with pytest.raises(QuestionError):
        Filter(**values)  # type: ignore[arg-type]  # a wrong value is the point


@given(st.text(max_size=40))
@example("𝘈")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# --- as the library changes ---------------------------------------------------------------------


def test_a_paper_that_gains_an_author_is_found_by_it_without_new_vectors(config: Config) -> None:
    one = work("Moss", "Mosses grow slowly.")
    with Library.open(config, HashEmbedder()) as library:
        library.write([one])
        library.fill()
        assert library.scope(Filter(authors=("king",))).size == 0
        library.write([replace(one, paper=replace(one.paper, authors=("Ada King",)))])
        assert library.unfinished() == 0
        assert library.scope(Filter(authors=("king",))).size == 1


def test_an_author_gained_just_before_a_kill_is_found_after_the_next_opening(
    config: Config,
) -> None:
    one = work("Moss", "Mosses grow slowly.")
    richer = replace(one, paper=replace(one.paper, authors=("Ada King",)))
    with Library.open(config, HashEmbedder()) as library:
        library.write([one])
        library.fill()
        chunks = {"title:Moss": library.catalogue.chunks_of(["title:Moss"])}
        library.catalogue.put([richer], chunks)
    with Library.open(config, HashEmbedder()) as library:
        assert library.scope(Filter(authors=("king",))).size == 1
        assert library.standing().waiting == 0


def test_a_deleted_paper_is_in_no_scope(config: Config) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([work("Moss", "Mosses grow."), work("Fern", "Ferns grow.")])
        library.fill()
        every = Filter(paper_ids=("title:Moss", "title:Fern"))
        assert library.scope(every).size == 2
        library.delete("title:Fern")
        assert library.scope(Filter(paper_ids=("title:Moss",))).size == 1
        with pytest.raises(PaperNotFound):
            library.scope(every)


def test_words_of_an_earlier_schema_are_made_anew_alone(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(config, HashEmbedder()) as library:
        library.write([replace(w, paper=replace(w.paper, authors=("Wu",))) for w in papers()[:3]])
        library.fill()
        library.write([work("Late", "Its vectors are still to come.")])
        library.catalogue.set_meta("words_schema", "1")
    (config.home / "words" / "0" / "meta.json").write_text("of another schema")
    embedder = HashEmbedder()
    monkeypatch.setattr(HashEmbedder, "embed", None)
    with Library.open(config, embedder) as library:
        assert library.scope(Filter(authors=("wu",))).size == 3
        assert len(library.search_words("number vectors", 10)) == 4
        assert (library.standing().by_words, library.standing().waiting) == (4, 1)
