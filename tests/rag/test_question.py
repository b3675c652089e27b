"""Questions understood, and answered so: follow-ups, filters, comparisons, a whole conversation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.evidence.each_part import find_all
from rag.evidence.gather import Found
from rag.finding.filters import Filter
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.understand import Query, understand
from rag.types import Answer, Evidence, Exchange, Paper, PaperScore, Quote

CODEX = "What share of the HumanEval problems does Codex solve?"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.fixture
def answerer(library: Library, reranker: Reranker) -> Answerer:
    return Answerer(library, ExtractiveChat(), reranker)


def cited(answer: Answer) -> set[str]:
    return {citation.arxiv_id for citation in answer.citations}


# --- understood -----------------------------------------------------------------------------------


def test_a_question_that_stands_alone_is_searched_as_it_is(library: Library) -> None:
    query = understand(library, CODEX, (Exchange("What is WebGPT?"),))
    assert (query.asked, query.search, query.read, query.earlier) == (CODEX, CODEX, CODEX, "")


def test_a_follow_up_is_searched_with_what_it_leans_on_and_read_by_itself(library: Library) -> None:
    earlier = "How does the loss of a language model depend on its size?"
    query = understand(library, "So do the bigger ones need more data?", (Exchange(earlier),))
    assert query.search == query.asked == f"{earlier} So do the bigger ones need more data?"
    assert (query.read, query.earlier) == ("So do the bigger ones need more data?", earlier)


def test_the_words_of_a_filter_are_not_searched_for(library: Library) -> None:
    query = understand(library, "What do papers since 2022 say about rewards?")
    assert query.search == query.read == "What do papers say about rewards?"
    assert query.asked == "What do papers since 2022 say about rewards?"
    assert query.within == Filter((2022, None))


def test_an_author_whom_no_text_names_is_read_as_the_paper(library: Library) -> None:
    query = understand(library, "What does Kaplan say about how loss scales?")
    assert query.read == "What does the paper say about how loss scales?"


def test_what_leads_up_to_a_question_is_not_read(library: Library) -> None:
    query = understand(library, "ok, different paper: what is Codex fine-tuned on?")
    assert query.read == "what is Codex fine-tuned on?"


@pytest.mark.parametrize(
    "question", ["What did they find?", "what have the authors shown", "What are their results?"]
)
def test_of_one_paper_its_authors_are_asked_whatever_was_asked_before(
    library: Library, question: str
) -> None:
    within = Filter(paper_ids=("2001.08361",))
    query = understand(library, question, (Exchange("What is WebGPT?"),), within)
    asked = f"{question.rstrip('?')} in “Scaling Laws for Neural Language Models”?"
    assert (query.asked, query.earlier, query.understood) == (asked, "", ())


def test_of_one_paper_what_speaks_of_others_is_asked_as_it_stands(library: Library) -> None:
    question = "What do labelers say about it when they are asked?"
    within = Filter(paper_ids=("2001.08361",))
    assert understand(library, question, (), within).asked == question
    missing = Filter(paper_ids=("2101.99999",))
    assert understand(library, "What did they find?", (), missing).asked == "What did they find?"


def test_of_several_papers_named_each_is_asked(library: Library) -> None:
    asks = "What can be foreseen, by the GPT-4 report and by the paper on predictability?"
    query = understand(library, asks)
    assert [side.within.paper_ids for side in query.sides] == [
        ("arxiv:2303.08774",),
        ("arxiv:2202.07785",),
    ]


def withins(library: Library, question: str) -> tuple[Filter, list[Filter]]:
    query = understand(library, question)
    return query.within, [side.within for side in query.sides]


INSTRUCTGPT = Filter(paper_ids=("arxiv:2203.02155",))


@pytest.mark.parametrize(
    ("question", "of_all", "of_sides"),
    [
        (
            "How does WebGPT differ from the approach in the InstructGPT paper?",
            Filter(),
            [Filter(paper_ids=("arxiv:2112.09332",)), INSTRUCTGPT],
        ),
        (
            "Compare Codex with the InstructGPT paper.",
            Filter(),
            [Filter(paper_ids=("arxiv:2107.03374",)), INSTRUCTGPT],
        ),
        (
            "Compare the work by Ziegler with the work by Stiennon.",
            Filter(),
            [Filter(paper_ids=("arxiv:1909.08593",)), Filter(paper_ids=("arxiv:2009.01325",))],
        ),
        ("Compare GPT-3 and Codex in the InstructGPT paper", INSTRUCTGPT, [INSTRUCTGPT] * 2),
        (
            "Compare Nakano et al. with the paper on large-batch training.",
            Filter(),
            [Filter(paper_ids=("arxiv:2112.09332",)), Filter(paper_ids=("arxiv:1812.06162",))],
        ),
        (
            "In the InstructGPT paper, how do labelers and models differ?",
            INSTRUCTGPT,
            [INSTRUCTGPT, INSTRUCTGPT],
        ),
        (
            "How does Ouyang et al. compare InstructGPT and GPT-3?",
            Filter(authors=("Ouyang",)),
            [Filter(authors=("Ouyang",))] * 2,
        ),
        (
            "Compare papers before 2020 with papers since 2022 on summaries.",
            Filter(),
            [Filter((None, 2019)), Filter((2022, None))],
        ),
    ],
)
def test_a_filter_in_one_side_keeps_that_side_one_outside_keeps_all(
    library: Library, question: str, of_all: Filter, of_sides: list[Filter]
) -> None:
    assert withins(library, question) == (of_all, of_sides)


def test_papers_keep_the_numbers_of_the_conversation(library: Library) -> None:
    history = (Exchange("a?", cited=(("x", 1), ("y", 2))), Exchange("b?", cited=(("z", 3),)))
    query = understand(library, "Why is that so?", history)
    assert dict(query.numbers) == {"x": 1, "y": 2, "z": 3}
    assert query.spoken_of == ("z",)


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("How large is it?", True),
        ("is the code out?", True),
        ("What do other papers say about it?", False),
        ("How does it compare with Codex?", False),
    ],
)
def test_a_follow_up_is_asked_of_the_papers_spoken_of_unless_it_asks_others_too(
    library: Library, question: str, *, kept: bool
) -> None:
    history = (Exchange("What is WebGPT?", cited=(("arxiv:2112.09332", 1),)),)
    query = understand(library, question, history)
    assert query.goes_on is kept


@pytest.mark.parametrize("courtesy", ["thanks!", "ok", "Really?"])
def test_a_follow_up_leans_on_what_was_asked_before_thanks(library: Library, courtesy: str) -> None:
    asked = Exchange("What is WebGPT?", cited=(("arxiv:2112.09332", 1),))
    query = understand(library, "is the code out?", (asked, Exchange(courtesy)))
    assert (query.earlier, query.spoken_of) == (asked.question, ("arxiv:2112.09332",))
    assert dict(query.numbers) == {"arxiv:2112.09332": 1}


def test_a_follow_up_that_a_chat_model_said_anew_is_asked_of_the_papers_spoken_of(
    library: Library,
) -> None:
    history = (Exchange("What is WebGPT?", cited=(("arxiv:2112.09332", 1),)),)
    said = "Is the code of WebGPT out?"
    query = understand(library, "is the code out?", history, restated=said)
    assert (query.asked, query.goes_on) == (said, True)


def test_without_what_was_cited_a_follow_up_is_asked_of_the_paper_nearest_to_the_earlier_question(
    answerer: Answerer,
) -> None:
    bare = (Exchange("What is WebGPT?"), Exchange("thanks!"))
    told = answerer.ask("how often do people prefer its answers?", history=bare)
    assert cited(told) == {"2112.09332"}
    assert answerer.ask("is the code out?", history=bare).abstained


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which papers use ImageNet?", True),
        ("What do other authors say of it?", True),
        ("Did all the authors of WebGPT work at OpenAI?", False),
        ("How did the authors train WebGPT?", False),
    ],
)
def test_of_several_papers_asks_what_names_papers_not_the_authors_of_one(
    library: Library, question: str, *, several: bool
) -> None:
    query = understand(library, question)
    assert (query.several == 1.0) is several
    assert query.of_several is several


def test_a_paper_near_an_abstention_keeps_its_number_and_is_not_spoken_of(
    library: Library,
) -> None:
    history = (Exchange("a?", cited=(("x", 1),)), Exchange("b?", near=(("x", 1), ("y", 2))))
    query = understand(library, "Why is that so?", history)
    assert dict(query.numbers) == {"x": 1, "y": 2}
    assert query.spoken_of == ()


# --- the sides of a comparison --------------------------------------------------------------------


def found(name: str, text: str) -> Found:
    paper = Paper(name, name.title(), abstract=text)
    quote = Quote(name, "abstract", 0, len(text), text, 0.9)
    evidence = (Evidence("S1", quote, paper),)
    return Found((PaperScore(name, 0.5),), (paper,), (quote,), evidence)


def asked(name: str, *sides: Query, apart: bool = True) -> Query:
    return Query(name, name, name, name, name=name, sides=sides, apart=apart)


FOUND = {
    "moss or fern": found("moss", "Moss grows."),
    "moss": found("moss", "Moss grows."),
    "fern": found("fern", "Ferns unroll."),
}


def sure_of(**weights: float) -> dict[str, float]:
    return {"moss or fern": 0.2, "moss": 0.9, "fern": 0.8} | weights


def joined(weights: dict[str, float], *, apart: bool = True) -> tuple[Found, float]:
    query = asked("moss or fern", asked("moss"), asked("fern"), apart=apart)
    return find_all(query, lambda one: FOUND[one.search], lambda one, _: weights[one.search], 0.5)


def test_each_side_that_is_answered_brings_its_evidence() -> None:
    both, sure = joined(sure_of())
    assert [(item.side, item.quote.text) for item in both.evidence] == [
        ("moss", "Moss grows."),
        ("fern", "Ferns unroll."),
    ]
    assert (sure, both.silent) == (0.9, ())
    assert len({item.key for item in both.evidence}) == 2


def test_a_side_that_nothing_answers_is_named() -> None:
    one, sure = joined(sure_of(fern=0.1))
    assert [item.side for item in one.evidence] == ["moss"]
    assert (one.silent, sure) == (("fern",), 0.9)


def test_of_a_choice_one_side_alone_is_no_answer() -> None:
    whole, sure = joined(sure_of(fern=0.1), apart=False)
    assert (whole, sure) == (FOUND["moss or fern"], 0.2)


def test_where_no_side_is_answered_the_whole_is_as_sure_as_it_was() -> None:
    assert joined(sure_of(moss=0.1, fern=0.1)) == (FOUND["moss or fern"], 0.2)


def test_a_quote_that_names_both_sides_needs_no_search_for_each() -> None:
    said = found("moss", "Moss is older than fern.")
    query = asked("which", asked("moss"), asked("fern"))
    assert find_all(query, lambda _: said, lambda *_: 0.9, 0.5) == (said, 0.9)


# --- answered -------------------------------------------------------------------------------------


def test_both_sides_of_a_comparison_are_quoted(answerer: Answerer) -> None:
    answer = answerer.ask("Compare WebGPT and InstructGPT.")
    assert {"2112.09332", "2203.02155"} <= cited(answer)


def test_a_side_the_library_does_not_know_is_told(answerer: Answerer) -> None:
    answer = answerer.ask("Compare WebGPT with Bard.")
    assert "2112.09332" in cited(answer)
    assert answer.notes == ("No quote answers this for “Bard”.",)


def test_an_answer_keeps_to_the_filter_in_its_question(answerer: Answerer) -> None:
    answer = answerer.ask("What was learned about human preferences before 2020?")
    assert [(one.kind, one.value) for one in answer.understood] == [("years", "..2019")]
    assert {paper.year for paper in answer.papers} <= {2010, 2018, 2019}


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("What is WebGPT?", "2112.09332"),
        ("what is gpt-4", "2303.08774"),
        ("What is HumanEval?", "2107.03374"),
        ("what's instructgpt", "2203.02155"),
    ],
)
def test_what_a_paper_introduces_is_told_by_it(
    answerer: Answerer, question: str, paper: str
) -> None:
    assert cited(answerer.ask(question)) == {paper}


@pytest.mark.parametrize("question", ["What is Bard?", "What is GPT-5?", "What is LoRA?"])
def test_what_no_paper_introduces_is_told_by_none(answerer: Answerer, question: str) -> None:
    assert answerer.ask(question).abstained


@pytest.mark.parametrize("who", ["did Ouyang find", "does the InstructGPT paper say", "is said"])
def test_what_somebody_says_about_a_thing_is_what_speaks_of_it(
    answerer: Answerer, who: str
) -> None:
    answer = answerer.ask(f"What {who} about toxicity?")
    assert cited(answer) == {"2203.02155"}
    assert "toxic" in answer.answer


@pytest.mark.parametrize(
    "question", ["How did GPT-4 do on the bar exam?", "how well did gpt 4 do on the lawyers test"]
)
def test_a_clause_of_a_long_sentence_answers(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert not answer.abstained
    assert "a simulated bar exam with a score around the top 10%" in answer.answer


@pytest.mark.parametrize("thing", ["penguins", "toxicity of penguins"])
def test_what_nobody_speaks_of_is_not_answered_by_what_is_near(
    answerer: Answerer, thing: str
) -> None:
    assert answerer.ask(f"What did Ouyang find about {thing}?").abstained


def test_a_filter_taken_back_leaves_every_paper(answerer: Answerer) -> None:
    asks = "What was learned about human preferences before 2020?"
    answer = answerer.ask(asks, literally=("before 2020",))
    assert answer.understood == ()
    assert max(paper.year or 0 for paper in answer.papers) > 2020


def test_a_filter_that_leaves_nothing_is_told_with_the_words_that_made_it(
    answerer: Answerer,
) -> None:
    answer = answerer.ask("What do papers since 2030 say about alignment?")
    assert answer.abstained
    assert "year 2030.." in answer.reason
    assert "“since 2030”" in answer.reason


def test_a_paper_keeps_its_number_over_a_conversation(answerer: Answerer) -> None:
    first = answerer.ask(CODEX)
    second = answerer.ask("Who wrote the WebGPT paper?", history=[first.exchange])
    third = answerer.ask("And GPT-J?", history=[first.exchange])
    again = answerer.ask(CODEX, history=[second.exchange])
    markers = [{c.marker for c in answer.citations} for answer in (first, second, third, again)]
    assert markers == [{1}, {2}, {1}, {3}]
    assert third.asked == "What share of the HumanEval problems does GPT-J solve?"
    assert cited(third) == cited(first)


def test_it_means_the_paper_of_the_answer_before(answerer: Answerer) -> None:
    first = answerer.ask("How many comparisons did stylistic continuation need?")
    assert cited(first) == {"1909.08593"}
    assert "Daniel M. Ziegler" in answerer.ask("Who wrote it?", history=[first.exchange]).answer
