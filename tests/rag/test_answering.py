"""The probes of the reranker's states: what is kept comes back, and they hear what is asked."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.config import Config
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
from rag.models.lean import lean
from rag.models.manifest import RERANKER
from rag.models.onnx import OnnxModel
from rag.models.rerank import MAX_TOKENS, CrossEncoder

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


def test_parts_are_read_by_other_layers_that_are_loaded_once_and_at_need(
    reranker: CrossEncoder, config: Config
) -> None:
    whole, of_part = (reranker.states("How many?", [STATES], parts=own) for own in (False, True))
    assert not np.allclose(whole, of_part, atol=0.05)
    loaded: list[str] = []

    def load(name: str) -> OnnxModel:
        loaded.append(name)
        time.sleep(0.05)  # so that the others ask while it is being loaded
        return OnnxModel.load(RERANKER, config, MAX_TOKENS, rewrite=lean)

    own = CrossEncoder(load("whole"), lambda: load("parts"), lambda: load("logits"))
    own.answering("How many?", [STATES])
    assert loaded == ["whole"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: own.states("How many?", [STATES], parts=True), range(4)))
    assert loaded == ["whole", "parts"]


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
