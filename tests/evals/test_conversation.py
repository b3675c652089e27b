"""The recorded conversation: its script holds what it should, and its transcript all that came."""

from __future__ import annotations

from dataclasses import replace

from evals.writing.conversation import SCRIPT, Told, Turn, summary_answer, transcript
from rag.summary.types import Summary, SummaryNode, SummarySentence
from rag.types import Citation, Exchange, Paper, Sentence, Understood
from tests.ui.scripted import ABSTAINED, LAMPS_ANSWER

WEBGPT = Paper("arxiv:1", "WebGPT", abstract="It browses. It wins.")


def test_the_script_has_ten_turns_with_a_summary_a_comparison_filters_and_follow_ups() -> None:
    shows = [turn.shows for turn in SCRIPT]
    assert len(SCRIPT) == 10
    assert sum("follow-up" in one for one in shows) >= 2
    assert sum("filter" in one for one in shows) >= 2
    assert sum(one.startswith("nothing") for one in shows) == 2
    assert {"a comparison", "a summary"} <= {*shows}


def test_a_transcript_tells_how_a_turn_was_understood_its_answer_and_its_quotes() -> None:
    since = Understood("years", "2022..", "since 2022")
    answer = replace(
        LAMPS_ANSWER, question="And since 2022?", asked="How fast since 2022?", understood=(since,)
    )
    text = transcript([Told(Turn("And since 2022?", "a filter"), answer)], "askpapers x")
    assert "## 1. And since 2022?" in text
    assert "understood as: How fast since 2022?" in text
    assert "kept to years 2022.., from “since 2022”" in text
    assert "“Lamps dim 12% faster when watched.”" in text
    assert "*unsupported*" in text
    assert "`askpapers x`" in text


def test_an_abstention_is_told_with_its_reason() -> None:
    text = transcript([Told(Turn("How heavy?", "nothing in it"), ABSTAINED)], "askpapers x")
    assert "No sentence gives the weight of a lamp" in text


def test_what_papers_say_is_no_markup_of_the_transcript() -> None:
    sentence = Sentence("<b>Bold</b> [x](http://y)", (), "unchecked")
    answer = replace(LAMPS_ANSWER, answer=sentence.text, sentences=(sentence,), citations=())
    text = transcript([Told(Turn("What?", "a question"), answer)], "askpapers x")
    assert "<b>" not in text
    assert "[x](" not in text


def test_a_summary_is_told_in_the_numbers_of_the_conversation() -> None:
    quote = Citation(1, WEBGPT.paper_id, "WebGPT", "", "abstract", "It browses.", 0, 11)
    node = SummaryNode(
        "paper", "WebGPT", (SummarySentence("It browses.", (quote,), "supported", part="method"),)
    )
    summary = Summary("", node, (WEBGPT,), "extractive")
    history = [Exchange("a?", cited=(("arxiv:2", 1), (WEBGPT.paper_id, 7)))]
    answer = summary_answer("summarise", summary, history)
    assert answer.answer == "Method: It browses. [7]"
    assert [one.marker for one in answer.citations] == [7]
    assert answer.sentences[0].citations == (0,)
