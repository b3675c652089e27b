"""The probes of the reranker's states: what is kept comes back, and they hear what is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.models import answering
from rag.models.answering import (
    LAYERS,
    WIDTH,
    Probe,
    Probes,
    fitted_part_probes,
    fitted_probes,
    write_probes,
)
from rag.models.rerank import CrossEncoder

TITLE = "A Harvest of Pears"
STATES = f"{TITLE}. The orchard gave 40 crates of pears in 2021."
BESIDE = f"{TITLE}. Pears of the orchard are sweet and keep well in crates."


def test_probes_that_were_written_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = Probe(-1.25, np.linspace(-1, 1, 384, dtype=np.float32))
    probes = Probes(says, Probe(0.5, np.linspace(0, 2, 768, dtype=np.float32)), 2.25)
    write_probes(probes, tmp_path / "probe.json")
    monkeypatch.setattr(answering, "WEIGHTS", tmp_path / "probe.json")
    fitted_probes.cache_clear()
    again = fitted_probes()
    fitted_probes.cache_clear()
    assert (again.hit, again.says.bias, again.ranks.bias) == (2.25, -1.25, 0.5)
    assert np.abs(again.says.weights - says.weights).max() <= 0.5e-4
    assert np.abs(again.ranks.weights - probes.ranks.weights).max() <= 0.5e-4


def test_probes_of_parts_are_kept_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = Probe(0.0, np.zeros(768, dtype=np.float32))
    monkeypatch.setattr(answering, "PART_WEIGHTS", tmp_path / "parts.json")
    write_probes(Probes(flat, flat, 1.5), tmp_path / "parts.json")
    read = fitted_part_probes().hit, fitted_probes().hit
    fitted_part_probes.cache_clear()
    assert read == (1.5, fitted_probes().hit)
    assert fitted_probes().hit != 1.5


def test_what_is_half_of_an_answer_is_likelier_as_a_part_of_one(reranker: CrossEncoder) -> None:
    asked = "How many crates did the pear orchard give, and what does the paper on plums warn of?"
    other = "Tides. The moon draws the sea to and fro."
    told, beside = reranker.answering(asked, [STATES, other], parts=True)
    assert told.says > beside.says + 2


def test_a_sentence_that_says_it_is_likelier_to_answer_than_one_beside_it(
    reranker: CrossEncoder,
) -> None:
    says, beside = reranker.answering("How many crates did the orchard give?", [STATES, BESIDE])
    assert says.says > beside.says
    assert says.ranks > beside.ranks


def test_the_states_are_those_of_the_question_alone(reranker: CrossEncoder) -> None:
    first, second = reranker.states("How many crates?", [STATES, BESIDE])
    assert first.shape == second.shape == (len(LAYERS) * WIDTH,)
    assert not np.allclose(first, second)  # its words have looked at the passage
