"""Looking again: plain words and papers found, within what is allowed, told in a trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Answerer
from rag.config import Config
from rag.errors import ChatAuthError, ChatTimeout, RagError
from rag.evidence.gather import Found
from rag.evidence.look_again import Looked, Looking, read_steps
from rag.library import Library
from rag.models.chat import ExtractiveChat
from rag.models.embed import Embedder
from rag.models.rerank import Reranker
from rag.question.understand import Query
from rag.settings import Settings
from rag.types import Paper, PaperScore, Quote, Step, Usage
from rag.writing.aside import Budget
from tests.fakes import ScriptedChat
from tests.rag.improving import ended

LAMPS, WICKS = Paper("p:1", "Lamps that learn"), Paper("p:2", "On wicks")
LOOKING = Settings(look_again=3, least_odds=0)
PAPERS = {"P1": LAMPS, "P2": WICKS}
QUERY = Query("What burns longest?", "What burns longest?", "What burns longest?", "")
QUERY = Query(QUERY.question, QUERY.asked, QUERY.search, QUERY.question)
DIM = Quote("p:1", "abstract", 0, 10, "Lamps dim.", 0.1)
BURN = Quote("p:2", "abstract", 0, 11, "Wicks burn.", 0.8)


def holding(*quotes: Quote) -> Found:
    from rag.evidence.gather import keyed

    papers = [{"p:1": LAMPS, "p:2": WICKS}[quote.paper_id] for quote in quotes]
    hits = tuple(PaperScore(paper.paper_id, 0.5) for paper in papers)
    return Found(hits, tuple(papers), quotes, keyed(quotes, papers))


class Shelf:
    """Finds what it is told to for a search or an opened paper; nothing for any other."""

    def __init__(self, **found: Found) -> None:
        self.found = found
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, query: Query) -> Found:
        self.asked.append((query.search, query.within.paper_ids))
        return self.found.get("".join(query.within.paper_ids) or query.search, holding())


def best(query: Query, found: Found) -> float:
    return max((quote.score for quote in found.quotes), default=0.0)


def looked(
    replies: Sequence[str | RagError],
    shelf: Callable[[Query], Found],
    *,
    searches: int = 3,
    budget: Budget | None = None,
    usage: Usage | None = None,
) -> tuple[Looked, ScriptedChat]:
    chat = ScriptedChat(replies, usage=usage)
    settings = Settings(look_again=searches, least_odds=0)
    looking = Looking(chat, shelf, best, settings)
    return ended(looking.look(QUERY, holding(DIM), 0.1, budget))[1], chat


def test_it_searches_in_other_words_and_stops_once_that_answers() -> None:
    shelf = Shelf(wicks=holding(BURN))
    end, chat = looked(["SEARCH: candles\nSEARCH: wicks\nSEARCH: oil"], shelf, usage=Usage(50, 9))
    assert [search for search, _ in shelf.asked] == ["candles", "wicks"]
    assert [(step.action, step.text, step.quotes) for step in end.trail[:2]] == [
        ("search", "candles", 0),
        ("search", "wicks", 1),
    ]
    assert end.trail[-1].action == "stop"
    assert (end.sure, end.usage, len(chat.prompts)) == (0.8, Usage(50, 9), 1)
    assert [item.quote for item in end.found.evidence] == [BURN, DIM]


def test_what_stood_beside_the_question_stands_beside_what_is_found_then() -> None:
    dim = holding(DIM)
    beside = replace(dim, evidence=(replace(dim.evidence[0], side="p:1", beside=True),))
    looking = Looking(ScriptedChat(["SEARCH: wicks"]), Shelf(wicks=holding(BURN)), best, LOOKING)
    end = ended(looking.look(QUERY, beside, 0.1))[1]
    assert [(item.quote, item.side, item.beside) for item in end.found.evidence] == [
        (BURN, "", False),
        (DIM, "p:1", True),
    ]


def test_a_paper_is_opened_only_among_those_found() -> None:
    shelf = Shelf(**{"p:1": holding(BURN)})
    end, _ = looked(["OPEN: P7\nOPEN: arxiv:1\nOPEN: P1"], shelf)
    assert shelf.asked == [(QUERY.read, ("p:1",))]
    assert end.trail[0] == Step("open", "Lamps that learn", 1)


def test_no_more_searches_than_allowed() -> None:
    shelf = Shelf()
    end, chat = looked(["SEARCH: a wick\nSEARCH: b wick", "SEARCH: c wick\nSEARCH: d wick"], shelf)
    assert len(shelf.asked) == 3
    assert end.trail[-1] == Step("stop", "as many searches as are allowed")
    assert "Searched already: b wick" in chat.prompts[1].messages[-1].content


@pytest.mark.parametrize("reply", ["STOP", "I cannot help.", "SEARCH: the of", "SEARCH: \n"])
def test_it_stops_where_nothing_is_proposed(reply: str) -> None:
    shelf = Shelf()
    end, _ = looked([reply], shelf)
    assert (shelf.asked, end.found) == ([], holding(DIM))
    assert end.trail == (Step("stop", "nothing else was proposed"),)


def test_the_same_search_is_not_made_twice() -> None:
    shelf = Shelf()
    looked(["SEARCH: candles", "SEARCH: candles", "SEARCH: candles"], shelf)
    assert [search for search, _ in shelf.asked] == ["candles"]


def test_nothing_is_begun_once_the_budget_is_spent() -> None:
    shelf = Shelf()
    end, chat = looked(["SEARCH: a wick", "SEARCH: b wick"], shelf, budget=Budget(9, tokens=10))
    assert (len(chat.prompts), len(shelf.asked)) == (1, 1)
    assert end.trail[-1] == Step("stop", "the time for it is spent")
    late = iter((0.0, 5.0, 50.0))
    end, chat = looked([""], shelf, budget=Budget(9, 99, clock=lambda: next(late, 50.0)))
    assert len(chat.prompts) == 1
    assert end.trail[-1].action == "stop"


def test_a_chat_model_that_fails_leaves_what_was_found_with_a_note() -> None:
    end, _ = looked([ChatTimeout("no reply")], Shelf())
    assert (end.found, end.trail) == (holding(DIM), ())
    assert end.notes == ("looking again was broken off: no reply",)
    with pytest.raises(ChatAuthError):
        looked([ChatAuthError("key")], Shelf())


@pytest.mark.parametrize(
    ("sure", "declined", "settings", "wanted"),
    [
        (0.3, False, Settings(look_again=1), True),
        (0.3, False, Settings(), False),
        (0.001, False, Settings(look_again=1), False),
        (0.9, False, Settings(look_again=1), False),
        (0.9, True, Settings(look_again=1), True),
    ],
)
def test_it_looks_again_where_the_evidence_is_thin_or_the_chat_model_declined(
    sure: float, declined: bool, settings: Settings, wanted: bool
) -> None:
    assert Looking(ScriptedChat([""]), Shelf(), best, settings).wanted(sure, declined) is wanted
    assert not Looking(ExtractiveChat(), Shelf(), best, settings).wanted(sure, declined)


# --- what is proposed --------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_whatever_is_said_searches_are_plain_words_and_papers_are_known(said: str) -> None:
    for step in read_steps(f"SEARCH: {said}", PAPERS):
        if isinstance(step, Paper):
            assert step in PAPERS.values()
        else:
            assert not set(step) & set("\n\r[]<>|/:.\"'`{}()=&%$#@*\\\u200b\u202e") - {"'"}
            assert 0 < len(step.split()) <= 12


def test_an_address_or_markup_in_a_search_is_taken_apart() -> None:
    said = "SEARCH: <b>wicks</b> https://evil.example/?q=1 [S1] author:smith"
    assert read_steps(said, PAPERS) == ["b wicks b https evil example q 1 S1 author smith"]


def test_steps_are_read_however_they_are_dressed() -> None:
    said = "1. **SEARCH**: wick length\n- open: [P2]\nStop.\nSEARCH: never read"
    assert read_steps(said, PAPERS) == ["wick length", WICKS]


# --- in the pipeline ---------------------------------------------------------------------------


@pytest.fixture
def library(sample_config: Config, embedder: Embedder) -> Iterator[Library]:
    with Library.open(sample_config, embedder) as opened:
        yield opened


VAGUE = "How good is the browsing helper next to the people who showed it what to do?"
SAYS = "SEARCH: WebGPT answers preferred human demonstrators"


def test_an_answer_is_found_in_other_words_and_the_trail_is_told(
    library: Library, reranker: Reranker
) -> None:
    chat = ScriptedChat([SAYS, "Humans prefer them 56% of the time [S1]."], usage=Usage(10, 2))
    strict = Settings(look_again=2, least_confidence=0.999)
    answer = Answerer(library, chat, reranker, strict).ask(VAGUE)
    assert answer.trail[0].action == "search"
    assert answer.trail[0].text == "WebGPT answers preferred human demonstrators"
    assert "look_again" in answer.timings_ms
    assert answer.usage == Usage(10 * len(chat.prompts), 2 * len(chat.prompts))


def test_a_chat_model_that_declines_is_given_what_was_found_then(
    library: Library, reranker: Reranker
) -> None:
    chat = ScriptedChat(["[NONE]", "OPEN: P3", "[NONE]"])
    settings = Settings(look_again=1, least_confidence=0, least_odds=0, quotes=12)
    answer = Answerer(library, chat, reranker, settings).ask(VAGUE)
    assert answer.abstained
    assert [step.action for step in answer.trail] == ["open", "stop"]
    assert len(chat.prompts) == (3 if answer.trail[0].quotes else 2)


def test_nothing_of_it_is_done_unless_asked_for(library: Library, reranker: Reranker) -> None:
    chat = ScriptedChat(["[NONE]"])
    answer = Answerer(library, chat, reranker, Settings(least_confidence=0)).ask(VAGUE)
    assert (answer.trail, len(chat.prompts)) == ((), 1)
