"""Probes fitted to whole questions find the direction that answers, one also without its label."""

from __future__ import annotations

import numpy as np

from evals.evidence.probe_fit import Read, fit_probe, fit_ranking
from rag.models.answering import Probe

WIDTH = 6


def reads(count: int, *, labelled: bool) -> list[Read]:
    """Questions of four sentences; the first of an answerable one is marked in one direction."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(count):
        states = rng.normal(size=(4, WIDTH)).astype(np.float32)
        answerable = number % 2 == 0
        if answerable:
            states[0, 2] += 6.0
        says = np.array([answerable and labelled, False, False, False])
        made.append(Read(states, says, np.zeros(4), answerable))
    return made


def surest(probe: Probe, read: Read) -> float:
    return max(probe.log_odds(state) for state in read.states)


def test_questions_are_told_apart_by_their_best_sentence() -> None:
    probe = fit_probe(reads(400, labelled=True))
    unseen = reads(600, labelled=True)[400:]
    low = max(surest(probe, read) for read in unseen if not read.answerable)
    told = [surest(probe, read) > low for read in unseen if read.answerable]
    assert sum(told) > 0.8 * len(told)


def test_the_answering_sentence_is_found_though_no_label_names_it() -> None:
    probe = fit_probe(reads(400, labelled=False))
    assert int(np.argmax(np.abs(probe.weights))) == 2
    assert probe.weights[2] > 0


def test_a_question_of_which_nothing_was_read_is_left_out() -> None:
    nothing = Read(
        np.zeros((0, 0), np.float32), np.zeros(0, np.bool_), np.zeros(0), answerable=False
    )
    some = reads(40, labelled=True)
    with_it, without = fit_probe([*some, nothing]), fit_probe(some)
    assert with_it.bias == without.bias
    assert (with_it.weights == without.weights).all()


def test_the_ranking_puts_first_what_says_it_and_weighs_the_hits() -> None:
    rng = np.random.default_rng(0)

    def asked(*, told: bool) -> Read:
        states = rng.normal(size=(4, WIDTH)).astype(np.float32)
        states[0, 2] += 3.0 * told
        return Read(states, np.arange(4) == 0, np.array([1.0 - told, 0.0, 0.0, 0.0]), True)

    probe, hit = fit_ranking([asked(told=number % 2 == 0) for number in range(200)])
    assert hit > 1.0
    for told in (True, False):
        reads = [asked(told=told) for _ in range(100)]
        odds = [
            [probe.log_odds(state) for state in read.states] + hit * read.hits for read in reads
        ]
        assert np.mean([np.argmax(one) == 0 for one in odds]) > 0.8
        assert abs(np.mean(1 / (1 + np.exp(-np.array(odds)))) - 0.25) < 0.1  # their share


def test_questions_whose_sentences_all_say_it_or_none_rank_nothing() -> None:
    some = reads(40, labelled=True)
    states = np.ones((2, WIDTH), np.float32)
    useless = [Read(states, np.array([said, said]), np.zeros(2), said) for said in (True, False)]
    (one, worth), (other, also) = fit_ranking([*some, *useless]), fit_ranking(some)
    assert (one.weights == other.weights).all()
    assert worth == also
