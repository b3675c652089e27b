"""Sentences held to what they were written from: kept, repaired, dropped; and audited anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.summary.audit import audit, held_to
from rag.summary.material import Material, quotable
from rag.summary.types import Summary, SummaryNode, SummarySentence
from rag.summary.writers import Drafted
from rag.types import Support
from tests.rag.summary_parts import MOSS, ScriptedChecker, paper

PAPER = paper("Moss", MOSS)
QUOTES = quotable(PAPER, 1)
PROBLEM, METHOD, FINDING = (item.text for item in QUOTES)
RULER = "The authors propose a ruler."


def held(*drafted: Drafted) -> tuple[tuple[SummarySentence, ...], int]:
    return held_to(drafted, QUOTES, "", ScriptedChecker())


def test_a_supported_sentence_stands_with_its_quotes() -> None:
    (sentence,), dropped = held(Drafted(METHOD, (1,)))
    assert (sentence.text, sentence.support, dropped) == (METHOD, "supported", 0)
    assert [c.quote for c in sentence.citations] == [METHOD]
    assert (sentence.part, sentence.repaired, sentence.rests_on) == ("method", False, ())


def test_what_is_not_decided_stays_unchecked() -> None:
    (sentence,), _ = held(Drafted(RULER, (1,)))
    assert (sentence.text, sentence.support) == (RULER, "unchecked")


@pytest.mark.parametrize("verdict", ["unsupported", "contradicted"])
def test_a_failed_sentence_gives_way_to_the_one_it_rests_on(verdict: Support) -> None:
    checker = ScriptedChecker({RULER: verdict})
    (sentence,), dropped = held_to([Drafted(RULER, (0, 1))], QUOTES, "", checker)
    assert (sentence.text, sentence.repaired, dropped) == (METHOD, True, 0)
    assert [c.quote for c in sentence.citations] == [METHOD]


def test_a_failed_sentence_may_rest_on_what_it_did_not_cite() -> None:
    wrongly_cited = Drafted(FINDING, (0,))

    class OnlyVerbatim(ScriptedChecker):
        def check(self, claim, quotes, papers=()):  # type: ignore[no-untyped-def]
            verdict = super().check(claim, quotes, papers)
            return verdict if claim in quotes else replace(verdict, support="unsupported")

    (sentence,), _ = held_to([wrongly_cited], QUOTES, "", OnlyVerbatim())
    assert (sentence.text, sentence.support, sentence.repaired) == (FINDING, "supported", False)
    assert [c.quote for c in sentence.citations] == [FINDING]


def test_a_repair_that_is_said_already_is_dropped() -> None:
    checker = ScriptedChecker({RULER: "contradicted"})
    drafted = [Drafted(METHOD, (1,)), Drafted(RULER, (1,))]
    sentences, dropped = held_to(drafted, QUOTES, "", checker)
    assert [s.text for s in sentences] == [METHOD]
    assert dropped == 1


def test_a_sentence_that_cites_nothing_rests_on_what_holds_its_words() -> None:
    (sentence,), _ = held(Drafted("A ruler that is read by light.", ()))
    assert [c.quote for c in sentence.citations] == [METHOD]


def test_a_sentence_that_rests_on_nothing_is_dropped() -> None:
    assert held(Drafted("Whales sing in winter.", ())) == ((), 1)


def test_what_rests_on_an_unchecked_sentence_is_no_better() -> None:
    below = Material(METHOD, PAPER, QUOTES[1].citations, "method", 2, 0, "unchecked")
    (sentence,), _ = held_to([Drafted(METHOD, (0,))], [below], "", ScriptedChecker())
    assert (sentence.support, sentence.rests_on) == ("unchecked", ((2, 0),))
    assert "not checked" in sentence.reason


# --- the audit of a finished tree


def said(place: int, **changed: object) -> SummarySentence:
    made = SummarySentence(QUOTES[place].text, QUOTES[place].citations, "supported")
    return replace(made, **changed)  # type: ignore[arg-type]  # a test's own choice


def tree(*above: SummarySentence) -> Summary:
    below = SummaryNode("paper", "Moss", (said(0), said(1)), paper_id=PAPER.paper_id)
    whole = SummaryNode("whole", "all", above, (below,))
    return Summary("", whole, (PAPER,), "scripted")


def wrong(summary: Summary, failing: str = "") -> list[str]:
    checker = ScriptedChecker({failing: "contradicted"})
    return [finding.what for finding in audit(summary, checker)]


def test_a_sound_tree_has_nothing_wrong() -> None:
    assert wrong(tree(said(1, rests_on=((0, 1),)))) == []


def test_a_sentence_without_a_quote_is_found() -> None:
    assert "cites nothing" in wrong(tree(said(1, citations=(), rests_on=((0, 1),))))


def test_a_quote_that_is_not_verbatim_is_found() -> None:
    moved = replace(QUOTES[1].citations[0], start=3)
    assert any("does not stand in [1]" in w for w in wrong(tree(said(1, citations=(moved,)))))


def test_a_sentence_that_rests_on_nothing_below_is_found() -> None:
    assert "rests on no sentence below it" in wrong(tree(said(1)))


def test_a_sentence_that_cites_more_than_what_it_rests_on_is_found() -> None:
    more = QUOTES[1].citations + QUOTES[0].citations
    found = wrong(tree(said(1, citations=more, rests_on=((0, 1),))))
    assert found == ["cites other quotes than the sentences it rests on"]


def test_a_sentence_that_fails_its_check_is_found() -> None:
    found = wrong(tree(said(1, rests_on=((0, 1),))), METHOD)
    assert found == ["contradicted: as the script says"] * 2
