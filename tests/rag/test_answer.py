"""The pipeline on the real sample library with real retrieval and a scripted chat model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from rag.answer import MAX_QUESTION_CHARS, Answerer
from rag.config import Config
from rag.errors import ChatAuthError, QuestionError
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.support.judge_prompts import support_messages
from rag.types import Answer, Delta, Done, Exchange, Message, Prompt, Status
from tests.fakes import HashEmbedder, ScriptedChat

WEBGPT = "How often are WebGPT's answers preferred over the human demonstrators' answers?"


@dataclass(slots=True)
class WarmChat:
    """Keeps what it was to read beforehand, and what it was asked; it declines."""

    name: str = "warm"
    read: list[tuple[Message, ...]] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)

    def warm(self, prompts: Sequence[Sequence[Message]]) -> None:
        self.read += map(tuple, prompts)

    def stream(self, prompt: Prompt) -> Iterator[str]:
        self.prompts.append(prompt)
        yield "[NONE]"


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


@pytest.fixture
def extractive(library: Library, reranker: Reranker) -> Answerer:
    return Answerer(library, ExtractiveChat(), reranker)


def quotes_are_verbatim(answer: Answer, library: Library) -> bool:
    return all(
        library.paper(c.paper_id).abstract[c.start : c.end] == c.quote
        if c.field == "abstract"
        else library.paper(c.paper_id).summary[c.start : c.end] == c.quote
        for c in answer.citations
    )


def test_a_fact_is_answered_with_the_verbatim_quote(extractive: Answerer, library: Library) -> None:
    answer = extractive.ask(WEBGPT)
    assert not answer.abstained
    assert "56%" in answer.answer
    assert {citation.arxiv_id for citation in answer.citations} == {"2112.09332"}
    assert quotes_are_verbatim(answer, library)
    assert {sentence.support for sentence in answer.sentences} == {"supported"}


def test_what_only_the_third_partys_page_says_is_cited_as_its_summary(
    extractive: Answerer, library: Library
) -> None:
    answer = extractive.ask("How much more often is InstructGPT truthful on TruthfulQA?")
    assert "twice as often" in answer.answer
    assert "summary" in {citation.field for citation in answer.citations}
    assert quotes_are_verbatim(answer, library)


@pytest.mark.parametrize(
    ("question", "missing", "reason"),
    [
        (
            "What learning rate was used to train InstructGPT?",
            "not_in_abstract",
            "looked for: learning, rate, train, InstructGPT; no quote gives the learning rate",
        ),
        (
            "Which bacteria turn milk into yoghurt?",
            "not_in_library",
            "looked for: bacteria, turn, milk, yoghurt; no paper in the library comes near",
        ),
        ("Will it rain in Zurich?", "not_about_papers", "this reads as small talk"),
    ],
)
def test_it_abstains_saying_what_is_missing_and_asks_no_chat_model(
    library: Library, reranker: Reranker, question: str, missing: str, reason: str
) -> None:
    chat = ScriptedChat([])
    answer = Answerer(library, chat, reranker).ask(question)
    assert (answer.abstained, answer.missing) == (True, missing)
    assert answer.reason.startswith(reason)
    assert bool(answer.nearest) == (missing == "not_in_abstract")
    assert (answer.sentences, answer.citations) == ((), ())
    assert chat.prompts == []


@pytest.mark.parametrize("question", ["''", "?", "…"])
def test_a_question_without_a_word_is_an_error_and_lists_nothing(
    library: Library, reranker: Reranker, question: str
) -> None:
    with pytest.raises(QuestionError, match="has no word"):
        Answerer(library, ScriptedChat([]), reranker).ask(question)


def test_what_names_a_paper_is_no_small_talk(library: Library, reranker: Reranker) -> None:
    ask = Answerer(library, ScriptedChat(["Nothing of the kind [S1]."]), reranker).ask
    assert ask("hey, all good?").missing == "not_about_papers"
    assert ask("hey, all good? (Ziegler 2019)").missing != "not_about_papers"


def test_small_talk_behind_an_answer_is_not_read_with_what_was_asked_before(
    library: Library, reranker: Reranker
) -> None:
    before = Exchange("How good was GPT-4 at the bar exam?", "How good was GPT-4 at the bar exam?")
    answerer = Answerer(library, ScriptedChat([]), reranker)
    answer = answerer.ask("thanks! and is there a good bar near the station?", history=[before])
    assert (answer.abstained, answer.missing) == (True, "not_about_papers")


def test_what_a_chat_model_wrote_is_checked_numbered_by_paper_and_backed_by_its_quotes(
    library: Library, reranker: Reranker
) -> None:
    chat = ScriptedChat(["People prefer them 56% of the time [S1]. It is 99% sure [S1]. And [S9]."])
    answer = Answerer(library, chat, reranker).ask(WEBGPT)
    first, second, *_ = answer.sentences
    assert (first.text, first.citations) == ("People prefer them 56% of the time [1].", (0,))
    assert "99%" not in answer.answer
    assert (second.text, second.support) == (f"{answer.citations[0].quote} [1]", "supported")
    assert answer.answer.startswith(f"{first.text}\n{second.text}")
    assert answer.removed_markers == 1


def test_a_paper_keeps_the_number_it_was_streamed_with_though_its_sentence_falls(
    library: Library, reranker: Reranker
) -> None:
    question = "What share of HumanEval does Codex solve, and how often is WebGPT preferred?"
    chat = ScriptedChat(["[NONE]"])
    Answerer(library, chat, reranker).ask(question)
    one, *rest = chat.prompts[0].evidence
    other = next(item for item in rest if item.quote.paper_id != one.quote.paper_id)
    draft = f"It took 99.9 years [{one.key}]. {other.quote.text} [{other.key}]"
    answer = Answerer(library, ScriptedChat([draft]), reranker).ask(question)
    assert "99.9" not in answer.answer
    numbers = {cited.paper_id: cited.marker for cited in answer.citations}
    assert numbers == {one.quote.paper_id: 1, other.quote.paper_id: 2}


def test_a_chat_model_that_declines_leads_to_an_abstention(
    library: Library, reranker: Reranker
) -> None:
    answer = Answerer(library, ScriptedChat(["[NONE]"]), reranker).ask(WEBGPT)
    assert answer.abstained
    assert answer.papers[0].arxiv_id == "2112.09332"


@pytest.mark.parametrize("draft", ["Surely 56%.", "People prefer them 99% of the time [S1]."])
def test_of_a_draft_that_does_not_hold_the_quotes_are_left(
    library: Library, reranker: Reranker, draft: str
) -> None:
    answer = Answerer(library, ScriptedChat([draft]), reranker).ask(WEBGPT)
    assert answer.answer == Answerer(library, ExtractiveChat(), reranker).ask(WEBGPT).answer
    assert {sentence.support for sentence in answer.sentences} == {"supported"}
    assert any("the quotes themselves" in note for note in answer.notes)


def test_warming_reads_what_the_prompts_of_answering_and_checking_begin_with(
    library: Library, reranker: Reranker
) -> None:
    chat = WarmChat()
    answerer = Answerer(library, chat, reranker)
    answerer.warm()
    answerer.ask(WEBGPT)
    (asked,) = chat.prompts
    assert [read[:-1] for read in chat.read] == [
        asked.messages[:-1],
        support_messages(["It wins."], "It won.")[:-1],
    ]


def test_the_streamed_pieces_are_the_answers_text(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat(["People prefer them 56% of the time [S1]."])
    events = list(Answerer(library, chat, reranker).stream(WEBGPT))
    assert isinstance(events[0], Status)
    assert isinstance(events[-1], Done)
    streamed = "".join(event.text for event in events if isinstance(event, Delta))
    assert streamed == events[-1].answer.answer


def test_a_key_that_is_not_accepted_is_an_error(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat([ChatAuthError("the endpoint did not accept the key")])
    with pytest.raises(ChatAuthError):
        Answerer(library, chat, reranker).ask(WEBGPT)


@pytest.mark.parametrize("question", ["", "  \n", "why " * MAX_QUESTION_CHARS])
def test_a_question_that_cannot_be_asked_is_an_error(extractive: Answerer, question: str) -> None:
    with pytest.raises(QuestionError):
        extractive.ask(question)


def test_an_empty_library_abstains_naming_ingest(config: Config, reranker: Reranker) -> None:
    with Library.open(config, HashEmbedder()) as library:
        answer = Answerer(library, ExtractiveChat(), reranker).ask(WEBGPT)
    assert answer.abstained
    assert "askpapers ingest" in answer.reason


def test_timings_name_each_stage_and_the_total(extractive: Answerer) -> None:
    timings = extractive.ask(WEBGPT).timings_ms
    assert {"embed", "vectors", "words", "quotes", "chat", "check", "total"} <= set(timings)
    assert timings["total"] >= max(ms for stage, ms in timings.items() if stage != "total")


def test_a_deleted_paper_is_in_no_answer_any_more(
    sample_copy: Config, embedder: Embedder, reranker: Reranker
) -> None:
    with Library.open(sample_copy, embedder) as library:
        answerer = Answerer(library, ExtractiveChat(), reranker)
        assert not answerer.ask(WEBGPT).abstained
        library.delete("2112.09332")
        after = answerer.ask(WEBGPT)
        assert "2112.09332" not in {citation.arxiv_id for citation in after.citations}
        assert "arxiv:2112.09332" not in {hit.paper_id for hit in after.hits}
