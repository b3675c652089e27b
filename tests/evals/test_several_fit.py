"""What tells questions to several papers, and what reads parts of their answers, is learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.cases import Case
from evals.evidence.confidence_cases import SEVERAL, Observed
from evals.evidence.probe_fit import Read, levelled
from evals.evidence.several_fit import FEWEST, fit_several
from evals.evidence.several_run import calibrated, fit_parts
from rag.evidence.confidence import confidence
from rag.models.answering import WIDTH, Probe, Probes
from rag.question.several import signs_of
from rag.types import Quote


def asked(number: int, *, several: bool) -> Case:
    """A question of a thing in one paper, or in that paper and the next."""
    question = f"what of thing {number} in both" if several else f"what of thing {number}"
    papers = (f"p{number}", f"p{number + 1}") if several else (f"p{number}",)
    facts = tuple(("x",) for _ in papers)
    return Case(id=str(number), question=question, kind="fact", papers=papers, facts=facts)


def test_the_words_that_ask_of_several_are_learned_and_rare_ones_not_weighed() -> None:
    cases = [asked(number, several=number % 2 == 0) for number in range(3 * FEWEST)]
    fitted = fit_several(cases)
    assert fitted.probability(signs_of("what of moss in both")) > 0.7
    assert fitted.probability(signs_of("what of moss")) < 0.2
    assert {"both", "in both"} <= set(fitted.worth)
    assert "7" not in fitted.worth


def read(number: int, *, tells: bool, silent: bool = False) -> Observed:
    """Of four sentences the first tells a part, by one direction of its states."""
    drawn = np.random.default_rng(number)
    states = drawn.normal(size=(4, 2 * WIDTH)).astype(np.float32)
    states[0, 2] += 4.0 * tells
    says = np.array([tells, False, False, False])
    case = replace(asked(number, several=True), tags=("silent",) if silent else ())
    return Observed(case, SEVERAL, Read(states, says, np.zeros(4), tells))


def test_parts_are_told_by_probabilities_that_the_confidence_makes_of_them() -> None:
    every = [read(n, tells=n % 2 == 0, silent=n % 4 == 1) for n in range(800)]
    probes = calibrated(fit_parts(every[:500]), every[500:])

    def sure(one: Observed) -> float:
        says = max(probes.says.log_odds(states) for states in one.read.states)
        return confidence([Quote("p", "abstract", 0, 1, "x", 0.5, says=says)])

    surely = {
        tells: [sure(o) for o in every[500:] if o.read.answerable is tells]
        for tells in (True, False)
    }
    assert np.mean(surely[True]) > 0.7
    assert np.mean(surely[False]) < 0.3


def test_what_ranks_is_right_on_average_over_questions_not_fitted_on() -> None:
    flat = Probe(7.0, np.zeros(2 * WIDTH, dtype=np.float32))
    reads = [read(number, tells=True).read for number in range(20)]
    level = levelled(Probes(flat, flat, 0.0), reads)
    assert 1 / (1 + np.exp(-level.ranks.log_odds(reads[0].states[0]))) == pytest.approx(
        0.25, abs=0.01
    )
    assert level.says is flat
