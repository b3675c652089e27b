"""Where the parts of a question begin, of which papers each is asked, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from rag.config import Config
from rag.evidence.each_part import find_all
from rag.evidence.each_side import find_sides
from rag.evidence.gather import Found, keyed
from rag.finding.filters import Filter
from rag.library import Library
from rag.models.embed import Embedder
from rag.question.parts import parts_of
from rag.question.understand import Query, understand
from rag.types import Exchange, Paper, PaperScore, Quote

WEBGPT = "arxiv:2112.09332"
INSTRUCT, SURPRISE = "arxiv:2203.02155", "arxiv:2202.07785"
BATCHES, LAWS, GENERATIVE = "arxiv:1812.06162", "arxiv:2001.08361", "arxiv:2010.14701"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "How fast does moss grow, and where does fern live?",
            ["How fast does moss grow", "where does fern live"],
        ),
        (
            "How tall is it and does light matter? Also, between which poles does it live?",
            ["How tall is it", "does light matter", "between which poles does it live"],
        ),
        ("What is moss; and who eats it?", ["What is moss", "who eats it"]),
        ("moss: light in winter? and does water matter?", ["light in winter", "does water matter"]),
        ("Is moss greener? By how much? Who saw", ["Is moss greener, By how much", "Who saw"]),
    ],
)
def test_each_part_asks_something(question: str, parts: list[str]) -> None:
    parted = parts_of(question)
    assert parted
    assert list(parted.parts) == parts


@pytest.mark.parametrize(
    "question",
    [
        "How and why does moss grow?",
        "What do Ziegler et al. say about moss?",
        "Does the paper say which mosses grow and where?",
        "What is the moss that grows in bogs, which is red?",
        "Did Green and co. publish their data?",
        "Which is greener, moss or fern?",
        "",
    ],
)
def test_a_question_that_asks_one_thing_is_whole(question: str) -> None:
    assert parts_of(question) is None


def test_what_is_said_before_and_behind_the_parts_is_kept_apart() -> None:
    parted = parts_of("Advice on moss: when is it cut, and how is it kept? (green, brown)")
    assert parted
    assert (parted.lead, parted.hints) == ("Advice on moss", "green, brown")


def asked(library: Library, question: str, *earlier: str) -> list[tuple[str, tuple[str, ...]]]:
    query = understand(library, question, [Exchange(text) for text in earlier])
    return [(part.read, part.within.paper_ids) for part in query.parts]


def test_each_part_is_asked_of_the_paper_that_it_names(library: Library) -> None:
    question = (
        "For whom do Ganguli et al. write, and how small is the model in the InstructGPT paper?"
    )
    assert asked(library, question) == [
        ("For whom do the paper write?", (SURPRISE,)),
        ("how small is the model?", (INSTRUCT,)),
    ]


def test_a_paper_named_before_all_parts_is_asked_for_each(library: Library) -> None:
    assert asked(library, "henighan et al: what does loss mean, and how do exponents vary?") == [
        ("what does loss mean?", (GENERATIVE,)),
        ("how do exponents vary?", (GENERATIVE,)),
    ]
    assert asked(library, "kaplan scaling laws: sample efficiency? and does width matter?") == [
        ("sample efficiency?", (LAWS,)),
        ("does width matter?", (LAWS,)),
    ]


@pytest.mark.parametrize(
    "lead",
    [
        "In the WebGPT and InstructGPT papers",
        "The WebGPT and the InstructGPT reports",
        "in both papers, webgpt and instructgpt",
    ],
)
def test_papers_named_together_before_all_parts_are_asked_for_each(
    library: Library, lead: str
) -> None:
    query = understand(library, f"{lead}: what was collected, and how many labelers were there?")
    assert [part.within.paper_ids for part in query.parts] == [(WEBGPT, INSTRUCT)] * 2


def test_what_is_said_before_all_parts_and_names_no_paper_is_searched_for_with_each(
    library: Library,
) -> None:
    query = understand(
        library, "growth of mosses: how fast are they seen to be, and how large do ferns become?"
    )
    assert all("growth of mosses" in part.search for part in query.parts)
    assert "mosses" not in query.parts[1].read


def test_papers_named_behind_the_question_are_each_asked(library: Library) -> None:
    question = "How do sizes matter, and how do both treat risk? (Kaplan 2020, ganguli)"
    first, second = understand(library, question).parts
    assert first.within.paper_ids == (LAWS, SURPRISE)
    assert [side.within.paper_ids for side in second.sides] == [(LAWS,), (SURPRISE,)]


def test_the_first_of_something_else_is_not_the_first_paper(library: Library) -> None:
    question = (
        "What did the first model learn, and who saw the latter effect? (Kaplan 2020, ganguli)"
    )
    assert [(read, set(ids)) for read, ids in asked(library, question)] == [
        ("What did the first model learn?", {LAWS, SURPRISE}),
        ("who saw the latter effect?", {LAWS, SURPRISE}),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("What does the first say on size", "how is risk seen in the second"),
        ("What is size in the former, with books", "how does the second paper see risk"),
        ("How does size matter in the first one", "what is risk in the latter with games"),
    ],
)
def test_the_first_of_the_papers_named_is_asked_alone(
    library: Library, first: str, second: str
) -> None:
    query = understand(library, f"{first}, and {second}? (Kaplan 2020, ganguli)")
    assert [part.within.paper_ids for part in query.parts] == [(LAWS,), (SURPRISE,)]


def test_a_part_that_only_names_papers_is_none(library: Library) -> None:
    question = (
        "Does size help with batches? What do the large-batch paper and the InstructGPT paper say"
    )
    query = understand(library, question)
    assert not query.parts
    assert [side.within.paper_ids for side in query.sides] == [(BATCHES,), (INSTRUCT,)]


def test_a_part_that_is_cut_short_is_said_in_full(library: Library) -> None:
    question = "How many labelers were there for InstructGPT, and how many for WebGPT?"
    assert [read for read, _ in asked(library, question)] == [
        "How many labelers were there for InstructGPT?",
        "How many labelers were there for WebGPT?",
    ]


def test_a_part_that_says_all_that_it_asks_stays_as_it_is(library: Library) -> None:
    question = "How well did GPT-4 do in law, and how many of the problems did Codex solve?"
    assert [read for read, _ in asked(library, question)] == [
        "How well did GPT-4 do in law?",
        "how many of the problems did Codex solve?",
    ]


def test_a_part_that_is_cut_short_may_describe_what_it_is_asked_of(library: Library) -> None:
    question = (
        "How many labelers were there for InstructGPT, and how many for a model that browses?"
    )
    assert [read for read, _ in asked(library, question)] == [
        "How many labelers were there for InstructGPT?",
        "How many labelers were there for InstructGPT for a model that browses?",
    ]


def test_a_contrast_of_two_papers_is_put_to_each_once(library: Library) -> None:
    question = "Smooth or sudden? Contrast how Kaplan sees loss with how Ganguli sees capabilities."
    contrast = understand(library, question).parts[-1]
    assert [side.within.paper_ids for side in contrast.sides] == [(LAWS,), (SURPRISE,)]
    assert not any(side.sides for side in contrast.sides)


def test_a_second_part_is_understood_after_the_first(library: Library) -> None:
    query = understand(library, "How large is GPT-3, and how many labelers did it have?")
    assert [part.read for part in query.parts] == [
        "How large is GPT-3?",
        "how many labelers did GPT-3 have?",
    ]


def test_a_paper_that_was_taken_back_is_not_kept_to(library: Library) -> None:
    question = "For whom do Ganguli et al. write, and how large is Codex?"
    query = understand(library, question, literally=("Ganguli et al.",))
    assert SURPRISE not in query.parts[0].within.paper_ids


def test_a_side_is_not_asked_of_the_paper_of_a_namesake(library: Library) -> None:
    query = understand(library, "Compare GPT-4, GPT-4o and WebGPT on factuality")
    assert [(side.name, bool(side.within.paper_ids)) for side in query.sides] == [
        ("GPT-4", True),
        ("GPT-4o", False),
        ("WebGPT", True),
    ]


# --- what the parts come to -------------------------------------------------------------------

PAPERS = {name: Paper(paper_id=name, title=name.title()) for name in ("moss", "fern")}


def found(paper: str, *texts: str) -> Found:
    quotes = tuple(Quote(paper, "abstract", n, n + 1, text, 0.5) for n, text in enumerate(texts))
    hits = (PaperScore(paper, 1.0, 1.0, 1.0),)
    return Found(hits, (PAPERS[paper],), quotes, keyed(quotes, PAPERS.values()))


def part(name: str, *, leans: bool = False) -> Query:
    return Query(question=name, asked=name, search=name, read=name, name=name, leans=leans)


def of_moss(name: str) -> Query:
    """A part that names its paper."""
    return replace(part(name), within=Filter(paper_ids=("moss",)))


def joined(parts: Sequence[Query], sure: dict[str, float]) -> tuple[Found, float, list[Query]]:
    whole = Query("q", "q", "q", "q", parts=tuple(parts))
    tried: list[Query] = []

    def find(query: Query) -> Found:
        tried.append(query)
        return found(
            "fern" if query.name == "b" and not query.leans else "moss", query.name, "both"
        )

    told, weight = find_all(whole, find, lambda query, _: sure.get(query.name, 0.0), 0.35)
    return told, weight, tried


def test_each_part_gets_quotes_of_its_own_and_none_twice() -> None:
    told, _, _ = joined([part("a"), part("b", leans=True)], {"a": 0.9, "b": 0.9})
    assert [(item.side, item.quote.text) for item in told.evidence] == [("a", "a"), ("a", "both")]


def test_a_part_that_nothing_answers_is_named_and_the_other_told() -> None:
    told, sure, _ = joined([part("a"), part("b")], {"a": 0.9, "b": 0.1})
    assert (told.silent, {item.side for item in told.evidence}, sure) == (("b",), {"a"}, 0.9)


def test_a_part_that_names_nothing_is_asked_of_the_paper_that_answers_the_one_before() -> None:
    _, _, tried = joined([part("a"), part("b", leans=True)], {"a": 0.9, "b": 0.9})
    assert tried[1].within.paper_ids == ("moss",)
    assert tried[1].spoken_of == ("moss",)


def test_where_no_part_is_answered_the_whole_is_asked() -> None:
    told, sure, tried = joined([part("a"), part("b")], {})
    assert (sure, told.silent, tried[-1].question) == (0.0, (), "q")


def test_parts_of_a_named_paper_that_are_all_half_sure_are_told_by_none() -> None:
    told, sure, tried = joined([of_moss("a"), of_moss("b")], {"a": 0.2, "b": 0.2, "": 0.1})
    assert (sure, told.silent, tried[-1].question) == (0.1, (), "q")


def test_a_part_of_a_named_paper_may_be_half_as_sure_beside_another() -> None:
    told, sure, _ = joined([of_moss("a"), part("b")], {"a": 0.2, "b": 0.6})
    assert ({item.side for item in told.evidence}, told.silent, sure) == ({"a", "b"}, (), 0.6)


def test_how_sure_the_parts_are_is_how_sure_the_surest_is() -> None:
    _, sure, _ = joined([of_moss("a"), of_moss("b")], {"a": 0.2, "b": 0.4})
    assert sure == 0.4


def test_of_two_tries_at_a_side_the_surer_is_kept() -> None:
    of_fern = replace(part("b", leans=True), within=Filter(paper_ids=("fern",)))
    whole = Query("q", "q", "q", "q", sides=(part("a"), of_fern))

    def find(query: Query) -> Found:
        texts = ["a", "b"] if query.name == "b" else ["a"]
        return found("fern" if query.within.paper_ids == ("fern",) else "moss", *texts)

    def weigh(query: Query, told: Found) -> float:
        of_moss = told.papers[0].paper_id == "moss"
        return {"a": 0.9, "b": 0.3 if of_moss else 0.1}.get(query.name, 0.0)

    told, sure = find_sides(whole, find, weigh, 0.35)
    assert [(item.side, item.quote.paper_id) for item in told.evidence] == [
        ("a", "moss"),
        ("b", "moss"),
    ]
    assert sure == 0.9


def test_a_side_that_names_its_paper_need_not_be_spoken_of_there() -> None:
    of_moss = replace(part("Ziegler"), within=Filter(paper_ids=("moss",)))
    of_fern = replace(part("Stiennon"), within=Filter(paper_ids=("fern",)))
    whole = Query("q", "q", "q", "q", sides=(of_moss, of_fern))

    def find(query: Query) -> Found:
        return found(query.within.paper_ids[0] if query.within.paper_ids else "moss", query.name)

    told, _ = find_sides(whole, find, lambda query, _: 0.9 if query.name else 0.1, 0.35)
    assert [item.quote.paper_id for item in told.evidence] == ["moss", "fern"]
    assert told.silent == ()
