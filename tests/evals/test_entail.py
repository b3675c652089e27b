"""Entailers: exact text first, then a likeness held against a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from evals.scorers.cards import card_for
from evals.scorers.entail import (
    WORDS_THRESHOLD,
    Entailer,
    ExactEntailer,
    JudgeEntailer,
    Remembering,
    RerankerEntailer,
    WordEntailer,
    entailer_named,
)
from rag.config import Config
from rag.errors import ChatTimeout, ConfigError, RagError
from rag.models.answering import Reading
from rag.models.rerank import Reranker
from rag.types import Message

QUOTE = "The tallest tower reaches 3.5 m after rain."


@dataclass
class ScriptedJudge:
    """A judge that says Yes with the log-odds that its script has for the last message's claim."""

    odds: dict[str, float]
    name: str = "scripted"
    asked: list[str] = field(default_factory=list)

    def weigh(self, messages: Sequence[Message], options: Sequence[str]) -> tuple[float, ...]:
        assert tuple(options) == ("Yes", "No")
        last = messages[-1].content
        self.asked.append(last)
        found = next((value for claim, value in self.odds.items() if claim in last), None)
        if found is None:
            raise ChatTimeout("no reply within 60 s")
        return found / 2, -found / 2


class Logits:
    """A reranker that gives each passage the logit that it names."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        return [float(passage.split()[-1]) for passage in passages]

    def answering(
        self, question: str, passages: Sequence[str], *, parts: bool = False
    ) -> list[Reading]:
        return [Reading(logit, logit) for logit in self.score(question, passages)]


ENTAILERS = (
    ExactEntailer(),
    WordEntailer(),
    RerankerEntailer(Logits(), threshold=0.0),
    JudgeEntailer(ScriptedJudge({}), threshold=0.0),
)


@pytest.mark.parametrize("entailer", ENTAILERS, ids=lambda entailer: entailer.name)
def test_what_exact_text_or_a_number_decides_asks_no_likeness(entailer: Entailer) -> None:
    verdict = entailer.entails(["Rain ends some.", QUOTE], QUOTE)
    assert (verdict.supported, verdict.certain, verdict.likeness) == (True, True, None)
    verdict = entailer.entails([QUOTE], "The tallest tower reaches 4.5 m.")
    assert (verdict.supported, verdict.certain, verdict.likeness) == (False, True, None)
    verdict = entailer.entails([], "The tallest tower is tall.")
    assert (verdict.supported, verdict.certain, verdict.why) == (False, True, "cites nothing")


def test_the_exact_one_leaves_the_rest_to_a_judge() -> None:
    verdict = ExactEntailer().entails([QUOTE], "After rain, the tallest one is 3.5 m high.")
    assert (verdict.supported, verdict.certain) == (None, False)


def test_a_sentence_of_the_passages_but_for_a_negation_is_certainly_not_borne_out() -> None:
    verdict = ExactEntailer().entails(["Towers of Salt", "Moss helps."], "Moss does not help.")
    assert (verdict.supported, verdict.certain) == (False, True)


@pytest.mark.parametrize(
    ("claim", "likeness"),
    [
        ("The towers reach 3.5 m.", 1.0),  # tower, reach, 3.5 and m, stemmed
        ("Salt towers reach clouds.", 0.5),  # tower and reach of four
        ("It is so.", 0.0),
    ],
)
def test_words_count_the_claims_content_words_that_are_there(claim: str, likeness: float) -> None:
    assert WordEntailer().likeness(["The tallest tower", "reaches 3.5 m."], claim) == likeness


def test_the_threshold_itself_bears_out() -> None:
    claim = "Salt towers reach clouds."
    verdict = WordEntailer(threshold=0.5).entails([QUOTE], claim)
    assert (verdict.supported, verdict.certain, verdict.likeness) == (True, False, 0.5)
    assert verdict.why == "words 0.50 ≥ 0.50"
    assert WordEntailer(threshold=0.51).entails([QUOTE], claim).supported is False


def test_the_reranker_goes_by_the_passage_most_to_the_point() -> None:
    entailer = RerankerEntailer(Logits(), threshold=2.0)
    assert entailer.entails(["this has -4", "this has 2.5"], "Towers grow.").supported is True
    assert entailer.entails(["this has -4", "this has 1.5"], "Towers grow.").supported is False


def test_the_judge_is_asked_with_the_passages_and_the_claim_each_on_one_line() -> None:
    judge = ScriptedJudge({"Towers\u2003grow": 0.0, "Towers grow": 3.0})
    verdict = JudgeEntailer(judge, threshold=1.0).entails(["Some\nrain.", QUOTE], "Towers\n grow.")
    assert (verdict.supported, verdict.likeness) == (True, 3.0)
    assert judge.asked == [
        f"Source: Some rain. {QUOTE}\nClaim: Towers grow.\nDoes the source say so? Yes or No."
    ]
    assert JudgeEntailer(judge).name == "judge:scripted"


def test_a_judge_that_fails_is_no_verdict() -> None:
    with pytest.raises(ChatTimeout):
        JudgeEntailer(ScriptedJudge({})).entails([QUOTE], "Towers grow.")


def test_the_same_thing_is_asked_once() -> None:
    judge = ScriptedJudge({"Towers grow": 1.0})
    entailer = Remembering(JudgeEntailer(judge))
    assert entailer.entails([QUOTE], "Towers grow.") == entailer.entails([QUOTE], "Towers grow.")
    entailer.entails([QUOTE, "More."], "Towers grow.")
    assert len(judge.asked) == 2
    assert entailer.name == "judge:scripted"


def test_entailers_are_had_by_name(config: Config) -> None:
    assert entailer_named("exact", config).name == "exact"
    assert entailer_named("words", config).name == "words"


@pytest.mark.parametrize("name", ["", "nli", "judge", "judge:", "words:1"])
def test_an_unknown_name_is_refused_with_what_there_is(name: str, config: Config) -> None:
    with pytest.raises(ConfigError, match="reranker, local, openai:MODEL"):
        entailer_named(name, config)


def test_the_real_reranker_sees_what_is_to_the_point(reranker: Reranker) -> None:
    entailer = RerankerEntailer(reranker)
    near = entailer.likeness([QUOTE], "The highest tower is 3.5 metres tall.")
    assert near > entailer.likeness(["Mice like cheese."], "The highest tower is 3.5 metres tall.")


def test_a_card_freezes_the_threshold(config: Config) -> None:
    card = card_for("words")
    entailer = entailer_named("words", config)
    assert isinstance(entailer, WordEntailer)
    assert entailer.threshold == (card.threshold if card else WORDS_THRESHOLD)


def test_a_judge_without_key_and_endpoint_is_no_entailer(config: Config) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        entailer_named("openai:some-model", config)


@pytest.mark.parametrize("name", ["openai:some-model", "judge:openai:some-model"])
def test_a_judge_goes_by_the_name_of_its_chat_model(name: str, config: Config) -> None:
    keyed = replace(config, openai_key="sk-test")
    assert entailer_named(name, keyed).name == "judge:openai:some-model"


@pytest.mark.parametrize("name", ["local:nowhere.gguf", "judge:local:nowhere.gguf"])
def test_a_judge_of_a_file_is_opened(name: str, config: Config) -> None:
    with pytest.raises(RagError, match=r"nowhere\.gguf"):
        entailer_named(name, config)
