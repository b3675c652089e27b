"""Whom "the other one" means after two papers were spoken of, and when it means nobody for sure."""

from __future__ import annotations

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.followup import stand_alone
from rag.question.sides import sides_of
from rag.types import Exchange

COMPARES = "and how does it compare to the other one?"


def said(question: str, *cited: str, asked: str = "") -> Exchange:
    numbered = tuple((paper_id, number) for number, paper_id in enumerate(cited, start=1))
    return Exchange(question, asked, numbered)


CODEX, WEBGPT = said("What is Codex?", "codex"), said("What can WebGPT do?", "webgpt")
BOTH = said("Is InstructGPT better than GPT-3?", "instruct", "gpt-3")
OPENAI = said("How did OpenAI train Codex?", "codex")


@pytest.mark.parametrize(
    ("history", "asked"),
    [
        ((CODEX, WEBGPT), "how does WebGPT compare to Codex?"),
        ((WEBGPT, CODEX), "how does Codex compare to WebGPT?"),
        ((CODEX, said("And WebGPT?", "webgpt")), "how does WebGPT compare to Codex?"),
        ((BOTH, CODEX, WEBGPT), "how does WebGPT compare to Codex?"),
        (
            (CODEX, said("How well does WebGPT do on ELI5?", "webgpt")),
            "how does WebGPT compare to Codex?",
        ),
        (
            (CODEX, said("and the other?", "opt", asked="How large is OPT?")),
            "how does OPT compare to Codex?",
        ),
    ],
)
def test_the_other_one_is_the_paper_of_the_answer_before_the_last(
    history: tuple[Exchange, ...], asked: str
) -> None:
    standing = stand_alone(COMPARES, history)
    assert (standing.asked, standing.sure) == (asked, True)


@pytest.mark.parametrize(
    ("history", "asked"),
    [
        ((BOTH,), "how does InstructGPT compare to GPT-3?"),
        ((CODEX, BOTH), "how does InstructGPT compare to GPT-3?"),
        ((BOTH, said("How large is GPT-3?", "gpt-3")), "how does GPT-3 compare to InstructGPT?"),
        (
            (said("What are the sizes of Codex and OPT?", "codex", "opt"),),
            "how does OPT compare to Codex?",
        ),
        ((CODEX, said("What is OPT?", "opt", "codex")), "how does OPT compare to Codex?"),
    ],
)
def test_of_an_answer_that_cites_two_papers_the_other_is_the_one_not_last_spoken_of(
    history: tuple[Exchange, ...], asked: str
) -> None:
    assert stand_alone(COMPARES, history).asked == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How does it compare to the other paper?", "How does WebGPT compare to Codex?"),
        ("is it larger than the other?", "is WebGPT larger than Codex?"),
        (
            "Are its answers better than the other one's?",
            "Are WebGPT’s answers better than Codex’s?",
        ),
        ("compare it to the other", "compare WebGPT to Codex"),
        (
            "What is the difference between it and the other one?",
            "What is the difference between WebGPT and Codex?",
        ),
        ("How does the other one compare to it?", "How does Codex compare to WebGPT?"),
        ("How does Codex compare to the other one?", "How does Codex compare to WebGPT?"),
        ("How does the other one compare to Codex?", "How does WebGPT compare to Codex?"),
        (
            "How does it compare to the other one on HumanEval?",
            "How does WebGPT compare to Codex on HumanEval?",
        ),
        (
            "How does this one differ from the other one in size?",
            "How does WebGPT differ from Codex in size?",
        ),
    ],
)
def test_both_papers_are_named_however_the_other_is_spoken_of(question: str, asked: str) -> None:
    assert stand_alone(question, (CODEX, WEBGPT)).asked == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("and the other one?", "What can Codex do?"),
        ("What about the other paper?", "What can Codex do?"),
        ("and in the other?", "What can Codex do?"),
        ("and on the other?", "What can Codex do?"),
        ("and about the other one?", "What can Codex do?"),
        ("Does the other one use search?", "Does Codex use search?"),
    ],
)
def test_the_other_one_alone_is_asked_of_by_its_name(question: str, asked: str) -> None:
    assert stand_alone(question, (CODEX, WEBGPT)).asked == asked


@pytest.mark.parametrize(
    "history",
    [
        (WEBGPT,),
        (WEBGPT, WEBGPT),
        (CODEX, said("What can WebGPT do?", "webgpt", "gpt-3")),
        (CODEX, said("What can WebGPT do?", "webgpt", "gpt-3", "codex")),
        (CODEX, said("What can WebGPT do?")),
        (CODEX, said("Is there more?"), WEBGPT),
        (said("Who hired labelers?", "instruct"), WEBGPT),
        (said("Which models browse?", "webgpt", "gpt-3"),),
        (said("How well does Codex do on HumanEval?", "codex", "gpt-j"),),
        (said("Compare Codex with OPT.", "codex", "opt"), said("What was measured?", "codex")),
        (OPENAI, said("Is WebGPT better than OPT?", "webgpt")),
    ],
)
def test_where_not_just_two_papers_are_in_play_by_name_the_other_one_is_left_as_it_is(
    history: tuple[Exchange, ...],
) -> None:
    standing = stand_alone(COMPARES, history)
    assert (standing.asked.endswith(COMPARES), standing.sure) == (True, False)


@pytest.mark.parametrize(
    "question", [COMPARES, "and the other one?", "Does the other one use search?"]
)
@pytest.mark.parametrize(
    "history",
    [
        (OPENAI, WEBGPT),
        (WEBGPT, OPENAI),
        (said("What did Ouyang find about InstructGPT?", "instruct"), WEBGPT),
        (WEBGPT, said("What did Ouyang find about InstructGPT?", "instruct")),
        (said("Does RLHF improve InstructGPT?", "instruct"), WEBGPT),
        (WEBGPT, said("Does RLHF improve InstructGPT on TruthfulQA?", "instruct")),
    ],
)
def test_where_a_lab_an_author_or_a_method_acts_the_other_one_is_left_as_it_is(
    history: tuple[Exchange, ...], question: str
) -> None:
    plain = tuple(Exchange(one.question) for one in history)
    standing = stand_alone(question, history)
    assert standing == stand_alone(question, plain)
    assert standing.asked.endswith(question)


@pytest.mark.parametrize(
    "question",
    [
        "Is it faster on the one hand and cheaper on the other?",
        "Does it use one loss or the other?",
        "How does it compare to the other models?",
        "How does it compare to the others?",
        "How does the other work?",
        "Does Gopher beat the other one?",
        "Is the other one larger?",
        "Does the other paper say how it was trained?",
        "Does it hold for the other one too?",
    ],
)
def test_what_is_not_plainly_the_other_of_two_papers_is_left_as_it_is(question: str) -> None:
    plain = tuple(Exchange(one.question) for one in (CODEX, WEBGPT))
    assert stand_alone(question, (CODEX, WEBGPT)) == stand_alone(question, plain)


def test_a_comparison_with_the_other_one_has_both_for_its_sides() -> None:
    asked = stand_alone(COMPARES, (CODEX, WEBGPT)).asked
    assert [side.name for side in sides_of(asked)] == ["WebGPT", "Codex"]


def test_a_comparison_with_the_other_one_is_answered_from_both_papers(
    sample_config: Config, embedder: Embedder, reranker: Reranker
) -> None:
    with Library.open(sample_config, embedder) as library:
        answerer = Answerer(library, ExtractiveChat(), reranker)
        codex = answerer.ask("What is Codex?")
        webgpt = answerer.ask("What is WebGPT?", history=[codex.exchange])
        answer = answerer.ask(COMPARES, history=[codex.exchange, webgpt.exchange])
    papers = [{one.paper_id for one in said.citations} for said in (codex, webgpt, answer)]
    assert [len(one) for one in papers] == [1, 1, 2]
    assert papers[0] | papers[1] == papers[2]
