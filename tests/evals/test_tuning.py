"""Tuning computes the layers that the model has, and learns from its lessons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.evidence.tuned_layers import BEFORE, frozen_weights
from evals.evidence.tuning import no_additions, tune, tuned_states
from evals.evidence.tuning_batches import Lesson
from rag.config import Config
from rag.models.answering import WIDTH, Probe, Probes
from rag.models.graph import cut
from rag.models.lean import lean
from rag.models.manifest import RERANKER
from rag.models.onnx import OnnxModel
from rag.models.rerank import MAX_TOKENS
from rag.models.tuned import learned_additions, with_additions
from rag.models.weights import ensure

QUESTION = "How many crates of apples did the orchard give?"
PASSAGES = (
    "Moss and apples. The orchard gave 412 crates of apples in a dry year.",
    "Moss and apples. Moss grows on walls.",
    "Ferns. In wet years ferns grow between the stones of old walls, in dry ones they do not.",
)
START = Probes(
    Probe(0.0, np.zeros(WIDTH, np.float32)), Probe(0.0, np.zeros(2 * WIDTH, np.float32)), 0.0
)


@pytest.fixture
def graph(config: Config) -> bytes:
    return (ensure(RERANKER.name, config) / RERANKER.files[0].name).read_bytes()


@pytest.fixture
def lesson(config: Config) -> Lesson:
    model = OnnxModel.load(RERANKER, config, MAX_TOKENS, rewrite=lambda graph: cut(graph, BEFORE))
    pairs = [(QUESTION, passage) for passage in PASSAGES]
    states = tuple(output.astype(np.float16) for output in model.outputs(pairs))
    says = np.array([True, False, False])
    return Lesson(states, model.first_tokens(pairs[0]), says, np.zeros(3), answerable=True)


@pytest.mark.parametrize("learned", [False, True])
def test_the_layers_compute_what_the_graph_with_these_additions_does(
    graph: bytes, lesson: Lesson, config: Config, learned: bool
) -> None:
    additions = learned_additions() if learned else no_additions()
    (own,) = tuned_states([lesson], frozen_weights(graph), additions)
    probed = OnnxModel.load(
        RERANKER, config, MAX_TOKENS, rewrite=lambda whole: with_additions(lean(whole), additions)
    )
    other = [
        states[1:].mean(axis=0) for states in probed.states((QUESTION, text) for text in PASSAGES)
    ]
    assert own.shape == (3, 2 * WIDTH)
    # Not to the bit: the graph rounds to eight bits what these keep in sixteen.
    assert np.corrcoef(own.ravel(), np.concatenate(other))[0, 1] > 0.998
    assert np.abs(own - np.stack(other)).mean() < 0.02


def test_a_lesson_is_learned(graph: bytes, lesson: Lesson) -> None:
    beside = replace(
        lesson,
        states=lesson.states[1:],
        says=np.array([False, False]),
        hits=np.zeros(2),
        answerable=False,
    )
    lessons, told = [lesson, beside], []
    frozen = frozen_weights(graph)
    additions, probes = tune(
        lessons,
        frozen,
        (no_additions(), START),
        epochs=12,
        progress=lambda *step: told.append(step),
    )
    assert told[-1][1:] == (12, 12)
    states, _ = tuned_states(lessons, frozen, additions)
    says, ranks = ([probe.log_odds(one) for one in states] for probe in (probes.says, probes.ranks))
    assert says[0] == max(says)
    assert ranks[0] == max(ranks)
    assert any(np.abs(up).max() > 0 for _, up in additions.values())
