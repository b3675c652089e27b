"""What a question asks about side by side."""

from __future__ import annotations

import pytest

from rag.question.sides import sides_of


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Compare WebGPT and InstructGPT.", ["What is WebGPT?", "What is InstructGPT?"]),
        (
            "compare the moss paper with the fern paper on growth",
            ["What about moss on growth?", "What about fern on growth?"],
        ),
        ("What is the difference between moss and fern?", ["What is moss?", "What is fern?"]),
        (
            "How does InstructGPT differ from GPT-3?",
            ["What is InstructGPT?", "What is GPT-3?"],
        ),
        (
            "How does Codex compare to GPT-3 on HumanEval?",
            ["What about Codex on HumanEval?", "What about GPT-3 on HumanEval?"],
        ),
        (
            "Compare WebGPT, InstructGPT and Codex.",
            ["What is WebGPT?", "What is InstructGPT?", "What is Codex?"],
        ),
        (
            "What is the difference between moss, black and white fern, and algae?",
            ["What is moss?", "What is black and white fern?", "What is algae?"],
        ),
        (
            "Compare GPT-3 with Codex and GPT-4 on exams",
            [
                "What about GPT-3 on exams?",
                "What about Codex on exams?",
                "What about GPT-4 on exams?",
            ],
        ),
        (
            "Which is larger: GPT-3, Codex, or GPT-4?",
            ["Which is larger: GPT-3?", "Which is larger: Codex?", "Which is larger: GPT-4?"],
        ),
        (
            "What do GPT-3, Codex, and GPT-4 have trouble with?",
            [
                "What do GPT-3 have trouble with?",
                "What do Codex have trouble with?",
                "What do GPT-4 have trouble with?",
            ],
        ),
        ("How do moss and fern differ?", ["What is moss?", "What is fern?"]),
        (
            "How are old mosses and young ferns related in their growth?",
            [
                "What about old mosses in their growth?",
                "What about young ferns in their growth?",
            ],
        ),
        ("What distinguishes moss from fern?", ["What is moss?", "What is fern?"]),
        (
            "In the garden paper, how do moss and fern differ?",
            ["What is moss, in the garden paper?", "What is fern, in the garden paper?"],
        ),
        ("moss vs. fern", ["What is moss?", "What is fern?"]),
        (
            "moss vs fern: which is older?",
            ["What about moss which is older?", "What about fern which is older?"],
        ),
        ("What do moss and fern have in common?", ["What is moss?", "What is fern?"]),
        (
            "Which is larger, GPT-3 or Codex?",
            ["Which is larger: GPT-3?", "Which is larger: Codex?"],
        ),
        (
            "What do GPT-3 and Codex still struggle with?",
            ["What do GPT-3 still struggle with?", "What do Codex still struggle with?"],
        ),
    ],
)
def test_each_side_is_a_question_of_its_own(question: str, asked: list[str]) -> None:
    assert [side.read for side in sides_of(question)] == asked


@pytest.mark.parametrize(
    "question",
    [
        "How does loss scale with model size, dataset size and compute?",
        "Is it safe and sound?",
        "What do you know about bread and butter?",
        "Does moss help or hurt?",
        "What is moss?",
        "",
    ],
)
def test_a_question_about_one_thing_has_no_sides(question: str) -> None:
    assert sides_of(question) == ()


def test_of_a_choice_no_side_is_worth_telling_alone() -> None:
    assert [side.apart for side in sides_of("Which is larger, moss or fern?")] == [False, False]
    assert all(side.apart for side in sides_of("Compare moss and fern."))
