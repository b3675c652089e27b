"""How texts are shared among the cores, with a graph that only counts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, get_ident

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.models.onnx import OnnxModel

TEXTS = ["a" * length for length in (3, 9, 1, 7, 5)]


@dataclass
class Encoding:
    """A token a letter."""

    ids: list[int]

    @property
    def attention_mask(self) -> list[int]:
        return [1] * len(self.ids)

    type_ids = attention_mask


class Letters:
    """A tokenizer whose tokens are letters."""

    def encode(self, *texts: str) -> Encoding:
        return Encoding([ord(letter) for text in texts for letter in text])


@dataclass
class Session:
    """A graph that gives the number of tokens, and remembers them in the order it read them."""

    before: Callable[[int], None] = lambda _: None
    read: list[int] = field(default_factory=list)

    def run(self, _: None, inputs: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        tokens = inputs["input_ids"].shape[1]
        self.read.append(tokens)
        self.before(tokens)
        return [np.full((1, tokens, 2), tokens, np.float32)]


def model(monkeypatch: pytest.MonkeyPatch, session: Session, cores: int) -> OnnxModel:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    return OnnxModel(session, Letters())  # type: ignore[arg-type]  # a fake of what it asks


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_texts_come_back_in_their_order(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    own = model(monkeypatch, Session(), cores)
    assert [row.tolist() for row in own.firsts(TEXTS)] == [[len(t), len(t)] for t in TEXTS]
    assert [states.shape for states in own.outputs(TEXTS)] == [(len(t), 2) for t in TEXTS]
    assert own.firsts([]) == []


def test_the_longest_is_read_first(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    model(monkeypatch, session, 1).firsts(TEXTS)
    assert session.read == [9, 7, 5, 3, 1]


def test_the_caller_reads_too_beside_as_many_as_there_are_other_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both, readers = Event(), set[int]()

    def meet(_: int) -> None:
        readers.add(get_ident())
        if len(readers) == 2:
            both.set()
        assert both.wait(10)

    model(monkeypatch, Session(meet), 2).firsts(TEXTS)
    assert len(readers) == 2
    assert get_ident() in readers


@pytest.mark.parametrize("cores", [1, 2])
def test_behind_an_error_nothing_more_is_read(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    def fails(tokens: int) -> None:
        if tokens == 9:
            raise IndexError("no such token")

    session = Session(fails)
    with pytest.raises(IndexError, match="no such token"):
        model(monkeypatch, session, cores).firsts(["a" * 9] * 50)
    assert len(session.read) <= cores


def test_an_error_of_another_core_is_raised_by_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    caller, failed = get_ident(), Event()

    def fails(_: int) -> None:
        if get_ident() != caller:
            failed.set()
            raise ValueError("spoilt")
        assert failed.wait(10)

    with pytest.raises(ValueError, match="spoilt"):
        model(monkeypatch, Session(fails), 2).firsts(TEXTS)
