"""Votes on an answer and on its sentences become a draft of a case, or say why they do not."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.authoring.verdicts import read_answer
from evals.authoring.votes import LeftOut, case_of, cases_of, comparison_json, vote_json
from evals.cases import case_line, parse_case
from rag.errors import ConfigError
from rag.settings import Configuration
from rag.stored.chosen import Chosen
from rag.stored.database import Database
from rag.stored.votes import Votes
from rag.types import Answer, Citation, PaperScore, Sentence
from rag.wire import read_answer as read_whole
from tests.evals.answers import BRIDGE, TOWER, prose

TODAY = datetime.date(2026, 11, 21)
HEIGHT, RAIN = "The tallest reaches 3.5 m.", "Rain ends 25% of them."
ANSWER = Answer(
    id="a1",
    question="And how tall?",
    asked="How tall do towers of salt get?",
    answer="They reach 3.5 m [1]. Rain ends all of them [1].",
    abstained=False,
    reason="",
    confidence=0.9,
    sentences=(
        Sentence("They reach 3.5 m [1].", (0,), "supported"),
        Sentence("Rain ends all of them [1].", (1,), "unchecked"),
    ),
    citations=(prose(TOWER, HEIGHT), prose(TOWER, RAIN)),
    hits=(PaperScore(BRIDGE.paper_id, 0.8),),
    backend="local",
    timings_ms={},
    papers=(TOWER, BRIDGE),
)
ABSTAINED = replace(ANSWER, abstained=True, answer="They do not say.", sentences=(), citations=())
CONFIGURATION = Configuration.of("local")


@pytest.fixture
def votes() -> Votes:
    return Votes(Database(Path(":memory:")))


def test_what_was_found_right_must_be_said_in_its_words_or_its_quotes(votes: Votes) -> None:
    votes.cast(ANSWER, "up", CONFIGURATION)
    votes.cast(ANSWER, "down", CONFIGURATION, sentence=1)
    case = case_of(votes.all(), TODAY)
    assert case.question == "How tall do towers of salt get?"
    assert case.facts == (("They reach 3.5 m.", HEIGHT),)
    assert case.wrong == (("Rain ends all of them.",),)
    assert case.papers == (TOWER.paper_id,)
    assert case.reference == "They reach 3.5 m."
    assert not case.reviewed
    assert case.provenance
    assert case.provenance.source == "votes on answer a1 of local"
    assert parse_case(case_line(case)) == case


@pytest.mark.parametrize("answer", [ANSWER, ABSTAINED], ids=["answered", "abstained"])
def test_what_was_asked_of_chosen_papers_is_no_case_of_all_papers(
    votes: Votes, answer: Answer
) -> None:
    chosen = Chosen(only=((TOWER.paper_id, TOWER.title),))
    votes.cast(chosen.noted(answer), "up", CONFIGURATION)
    (left,) = cases_of(votes.all(), TODAY)
    assert isinstance(left, LeftOut)
    assert "papers that a person chose" in left.reason


def test_a_sentence_that_was_not_checked_is_right_only_if_it_was_voted_for(votes: Votes) -> None:
    votes.cast(ANSWER, "up", CONFIGURATION)
    assert len(case_of(votes.all(), TODAY).facts) == 1
    votes.cast(ANSWER, "up", CONFIGURATION, sentence=1)
    assert len(case_of(votes.all(), TODAY).facts) == 2


def test_of_a_wrong_answer_the_right_sentences_are_kept(votes: Votes) -> None:
    votes.cast(ANSWER, "down", CONFIGURATION)
    votes.cast(ANSWER, "up", CONFIGURATION, sentence=0)
    case = case_of(votes.all(), TODAY)
    assert case.facts == (("They reach 3.5 m.", HEIGHT),)
    assert case.wrong == ()


def test_a_vote_that_says_only_what_is_wrong_is_no_case_and_says_what_to_do(votes: Votes) -> None:
    votes.cast(ANSWER, "down", CONFIGURATION)
    (left_out,) = cases_of(votes.all(), TODAY)
    assert isinstance(left_out, LeftOut)
    assert left_out.answer_id == "a1"
    assert "vote for a sentence that is right" in left_out.reason


def test_an_answer_without_votes_is_no_case() -> None:
    with pytest.raises(ConfigError, match="nobody has voted"):
        case_of((), TODAY)


def test_a_right_abstention_is_a_question_without_an_answer(votes: Votes) -> None:
    votes.cast(replace(ABSTAINED, missing="not_in_library"), "up", CONFIGURATION)
    case = case_of(votes.all(), TODAY)
    assert (case.kind, case.unanswerable, case.papers) == ("unanswerable", "other_topic", ())
    votes.cast(replace(ABSTAINED, missing="not_in_abstract"), "up", CONFIGURATION)
    case = case_of(votes.all(), TODAY)
    assert (case.unanswerable, case.papers) == ("not_in_abstract", (BRIDGE.paper_id,))


def test_a_wrong_abstention_leaves_the_answer_to_a_person(votes: Votes) -> None:
    votes.cast(ABSTAINED, "down", CONFIGURATION)
    with pytest.raises(ConfigError, match=r"should not have abstained.*eval add"):
        case_of(votes.all(), TODAY)


def test_an_answer_from_the_catalogue_is_a_case_of_that_kind(votes: Votes) -> None:
    dated = Citation(1, TOWER.paper_id, TOWER.title, TOWER.arxiv_id, "published", "2021-12-17")
    listed = replace(
        ANSWER,
        sentences=(Sentence("It came out on 2021-12-17 [1].", (0,), "supported"),),
        citations=(dated,),
    )
    votes.cast(listed, "up", CONFIGURATION)
    case = case_of(votes.all(), TODAY)
    assert case.kind == "catalogue"
    assert case.facts == (("It came out on 2021-12-17.", "2021-12-17"),)


def test_of_two_answers_to_one_question_the_later_one_counts(votes: Votes) -> None:
    votes.cast(replace(ANSWER, id="a0", backend="old"), "up", CONFIGURATION)
    votes.cast(ANSWER, "up", CONFIGURATION)
    (case,) = cases_of(votes.all(), TODAY)
    assert not isinstance(case, LeftOut)
    assert case.provenance
    assert "a1" in case.provenance.source


def test_a_vote_is_told_with_the_whole_answer_which_eval_add_reads(votes: Votes) -> None:
    vote = votes.cast(ANSWER, "down", CONFIGURATION, sentence=1, reason="25%, not all")
    told = json.loads(json.dumps(vote_json(vote)))
    assert (told["verdict"], told["sentence_text"]) == ("down", "Rain ends all of them [1].")
    assert told["configuration"]["settings"]["quotes"] == CONFIGURATION.settings["quotes"]
    assert datetime.datetime.fromisoformat(told["at"]) == vote.at
    assert read_whole(told["answer"]) == ANSWER
    assert read_answer(json.dumps(told["answer"]), "votes.jsonl").answer == ANSWER.answer


def test_a_comparison_is_told_with_both_drafts(votes: Votes) -> None:
    other = replace(ANSWER, id="a2")
    kept = votes.compare(ANSWER, other, "tie", (CONFIGURATION, Configuration.of("extractive")))
    told = json.loads(json.dumps(comparison_json(kept)))
    assert (told["kind"], told["winner"], told["first"]["id"]) == ("comparison", "tie", "a1")
    assert told["second_configuration"]["backend"] == "extractive"
