"""The probe of the reranker's states: what is kept comes back, and it hears what is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.models import answering
from rag.models.answering import Probe, fitted_probe, write_probe
from rag.models.rerank import CrossEncoder

TITLE = "A Harvest of Pears"
STATES = f"{TITLE}. The orchard gave 40 crates of pears in 2021."
BESIDE = f"{TITLE}. Pears of the orchard are sweet and keep well in crates."


def test_a_probe_that_was_written_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Probe(-1.25, np.linspace(-1, 1, 384, dtype=np.float32))
    write_probe(probe, tmp_path / "probe.json")
    monkeypatch.setattr(answering, "WEIGHTS", tmp_path / "probe.json")
    fitted_probe.cache_clear()
    again = fitted_probe()
    fitted_probe.cache_clear()
    assert again.bias == probe.bias
    assert np.abs(again.weights - probe.weights).max() <= 0.5e-4


def test_a_sentence_that_says_it_is_likelier_to_answer_than_one_beside_it(
    reranker: CrossEncoder,
) -> None:
    says, beside = reranker.answering("How many crates did the orchard give?", [STATES, BESIDE])
    assert says > beside


def test_the_states_are_those_of_the_question_alone(reranker: CrossEncoder) -> None:
    first, second = reranker.states("How many crates?", [STATES, BESIDE])
    assert first.shape == second.shape == (384,)
    assert not np.allclose(first, second)  # its words have looked at the passage
