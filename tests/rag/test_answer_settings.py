"""The pipeline with other settings, with earlier questions, and the tokens it reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag.answer import Answerer
from rag.config import Config
from rag.errors import QuestionError
from rag.finding.filters import Filter
from rag.finding.retrieve import retrieve
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.settings import Settings
from rag.types import Answer, Exchange, Usage
from tests.fakes import HashEmbedder, ScriptedChat

WEBGPT = "How often are WebGPT's answers preferred over the human demonstrators' answers?"
RAIN = "Will it rain in Zurich?"
ALWAYS = Settings(least_confidence=0)


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


def as_said(answer: Answer) -> tuple[object, ...]:
    """What does not differ from one asking to the next."""
    return (answer.answer, answer.citations, answer.hits, answer.confidence, answer.reason)


# --- settings ---------------------------------------------------------------------------------


def test_two_hits_are_all_that_quotes_come_from(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat(["It is so [S1]."])
    wide = Answerer(library, chat, reranker, ALWAYS).ask(WEBGPT)
    narrow = Answerer(library, chat, reranker, Settings(hits=2, least_odds=0)).ask(WEBGPT)
    assert (len(wide.hits), len(narrow.hits)) == (10, 2)
    assert narrow.hits == wide.hits[:2]
    cited = {item.quote.paper_id for item in chat.prompts[1].evidence}
    assert cited <= {hit.paper_id for hit in narrow.hits}


def test_one_hit_is_one_chunk(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat(["It is so [S1]."])
    settings = Settings(hits=1, quotes=12, least_odds=0, least_confidence=0)
    Answerer(library, chat, reranker, settings).ask(WEBGPT)
    chunk = retrieve(library, WEBGPT, 1).hits[0].chunk
    for quote in (item.quote for item in chat.prompts[0].evidence):
        assert (quote.paper_id, quote.field) == (chunk.paper_id, chunk.field)
        assert chunk.start <= quote.start < quote.end <= chunk.end


def test_so_many_quotes_are_given_as_the_settings_say(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat(["It is so [S1]."])
    for quotes in (1, 6):
        Answerer(library, chat, reranker, Settings(quotes=quotes, least_odds=0)).ask(WEBGPT)
    assert [len(prompt.evidence) for prompt in chat.prompts] == [1, 6]


def test_the_ranking_decides_which_papers_are_found(library: Library, reranker: Reranker) -> None:
    found = {
        ranking: Answerer(
            library, ExtractiveChat(), reranker, Settings.parse([f"ranking={ranking}"])
        )
        .ask(WEBGPT)
        .hits
        for ranking in ("both", "vectors", "words")
    }
    assert len({tuple(hit.paper_id for hit in hits) for hits in found.values()}) == 3


@pytest.mark.parametrize(
    "question",
    [RAIN, "What learning rate was used to train InstructGPT?"],
)
def test_with_no_least_confidence_it_answers_what_it_would_abstain_from(
    library: Library, reranker: Reranker, question: str
) -> None:
    assert Answerer(library, ExtractiveChat(), reranker).ask(question).abstained
    answer = Answerer(library, ExtractiveChat(), reranker, ALWAYS).ask(question)
    assert not answer.abstained
    assert answer.citations


def test_a_sentence_that_fails_is_shown_as_such_where_it_is_to_be_marked(
    library: Library, reranker: Reranker
) -> None:
    draft, settings = "People prefer them 99% of the time [S1].", replace(ALWAYS, failing="mark")
    answer = Answerer(library, ScriptedChat([draft]), reranker, settings).ask(WEBGPT)
    assert answer.sentences[0].support in ("unsupported", "contradicted")
    assert {sentence.support for sentence in answer.sentences[1:]} == {"supported"}


def test_with_no_least_confidence_a_chat_model_may_still_decline(
    library: Library, reranker: Reranker
) -> None:
    assert Answerer(library, ScriptedChat(["[NONE]"]), reranker, ALWAYS).ask(RAIN).abstained


def test_with_no_least_confidence_an_empty_library_still_abstains(
    config: Config, reranker: Reranker
) -> None:
    with Library.open(config, HashEmbedder()) as library:
        assert Answerer(library, ExtractiveChat(), reranker, ALWAYS).ask(RAIN).abstained


# --- tokens -----------------------------------------------------------------------------------


def test_an_answer_tells_the_tokens_of_its_chat_model(library: Library, reranker: Reranker) -> None:
    usage = Usage(700, 12, cached=640)
    chat = ScriptedChat(["Humans prefer them 56% of the time [S1].", "[NONE]"], usage=usage)
    answerer = Answerer(library, chat, reranker)
    answers = [answerer.ask(WEBGPT) for _ in range(2)]
    assert [answer.usage for answer in answers] == [usage, usage]
    assert [answer.abstained for answer in answers] == [False, True]


def test_where_no_chat_model_counts_tokens_there_are_none(
    library: Library, reranker: Reranker
) -> None:
    counting = ScriptedChat(["It is so [S1]."], usage=Usage(1, 1))
    assert Answerer(library, ExtractiveChat(), reranker).ask(WEBGPT).usage is None
    assert Answerer(library, counting, reranker).ask(RAIN).usage is None  # it was not asked


# --- earlier questions ------------------------------------------------------------------------


def test_a_question_that_leans_on_an_earlier_one_is_answered_as_both_together(
    library: Library, reranker: Reranker
) -> None:
    answerer = Answerer(library, ExtractiveChat(), reranker)
    alone = answerer.ask("And to Reddit's best?")
    after = answerer.ask("And to Reddit's best?", history=[Exchange(WEBGPT)])
    assert "69%" in after.sentences[0].text
    assert "69%" not in alone.sentences[0].text
    assert {citation.arxiv_id for citation in after.citations} == {"2112.09332"}
    assert after.question == "And to Reddit's best?"


def test_the_chat_model_reads_the_earlier_question_too(
    library: Library, reranker: Reranker
) -> None:
    chat = ScriptedChat(["69% of the time [S1]."])
    Answerer(library, chat, reranker).ask(
        "And compared to Reddit's best?", history=[Exchange(WEBGPT)]
    )
    asked = chat.prompts[0].messages[-1].content
    assert f"Question: {WEBGPT} And compared to Reddit's best?" in asked


def test_a_question_that_stands_by_itself_is_answered_as_without_history(
    library: Library, reranker: Reranker
) -> None:
    answerer = Answerer(library, ExtractiveChat(), reranker)
    history = [Exchange("How many parameters does GPT-3 have?")]
    assert as_said(answerer.ask(WEBGPT, history=history)) == as_said(answerer.ask(WEBGPT))


def test_who_wrote_it_means_the_paper_of_the_question_before(
    library: Library, reranker: Reranker
) -> None:
    answer = Answerer(library, ExtractiveChat(), reranker).ask(
        "Who wrote it?", history=[Exchange(WEBGPT)]
    )
    assert "Reiichiro Nakano" in answer.answer
    assert [citation.arxiv_id for citation in answer.citations] == ["2112.09332"]


def test_earlier_questions_keep_to_the_filter(library: Library, reranker: Reranker) -> None:
    answer = Answerer(library, ExtractiveChat(), reranker).ask(
        "And compared to Reddit's best answer?",
        history=[Exchange(WEBGPT)],
        within=Filter(paper_ids=("2203.02155",)),
    )
    assert {hit.paper_id for hit in answer.hits} == {"arxiv:2203.02155"}


def test_an_earlier_question_that_cannot_be_asked_is_an_error(
    library: Library, reranker: Reranker
) -> None:
    with pytest.raises(QuestionError):
        Answerer(library, ExtractiveChat(), reranker).ask("Why?", history=[Exchange("  ")])
