"""Mutated sources of every format: no crash, no hang, every rejection with its reason."""

from __future__ import annotations

import gzip
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from itertools import chain

import pytest

from ingest.readers import read
from rag.errors import SourceError
from rag.types import Record, Reject
from tests.ingest.samples import source_of, with_pages

HANG_SECONDS = 30  # the slowest input takes a fraction of a second; a hang takes for ever

SPICE = (
    b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b", b"\r", b"\n\n", b"\t", b'"', b"'",
    "\u202e\u2066".encode(), "\ufffe".encode(), b"\\ud800", b"\\u0000", b"\xed\xa0\x80",
    b"%PDF-1.7",
    b"@article{", b"TY  - JOUR\n", b"ER  - \n", b"<html>", b"<!--", b"]]>", b"&#0;", b"\\begin{a}",
    b"$", b"1e999", b"9" * 5000, b"-" * 300, b"NaN", b"null", b"{}", b"[]", b"@string{a = a}",
    b"/Length 99999999", b"endobj", b"/Kids [1 0 R]", b"\\'", b",,,,", b";", b"Abstract:",
)  # fmt: skip
NESTS = (b"{", b"[", b'{"a":', b"(", b"<div>", b"<b><i>", b"\\emph{", b"<<", b'"', b"> ", b"# ")

Mutation = Callable[[random.Random, bytes], bytes]


def truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def spiced(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(SPICE) * chance.choice((1, 1, 2, 50)) + data[at:]


def nested(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(NESTS) * chance.choice((10, 1_000, 50_000)) + data[at:]


def stretched(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 5, 80))]
    return data[:start] + piece * chance.choice((2, 100, 20_000)) + data[start:]


def shuffled_lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(chance.choice((1, 4))):
        a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
        if chance.random() < 0.5:
            lines[a], lines[b] = lines[b], lines[a]
        else:
            lines.insert(a, lines[b])
    return b"\n".join(lines)


def fewer_lines(chance: random.Random, data: bytes) -> bytes:
    return b"\n".join(line for line in data.split(b"\n") if chance.random() < 0.8)


def re_encoded(chance: random.Random, data: bytes) -> bytes:
    text = data.decode(errors="replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-le", "latin1", "cp1252", "utf-7")), "replace"
    )


def other_line_ends(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\x0b", "\u2028".encode())))


def packed(chance: random.Random, data: bytes) -> bytes:
    whole = gzip.compress(data, 1)
    return chance.choice((whole, truncated(chance, whole), flipped(chance, whole), whole * 2))


MUTATIONS: tuple[Mutation, ...] = (
    truncated, flipped, spiced, nested, stretched, shuffled_lines, fewer_lines, re_encoded,
    other_line_ends,
)  # fmt: skip


def inputs(seed: int, count: int, pdfs: float) -> Iterator[tuple[str, bytes]]:
    """`count` mutated sources, a share of them PDFs: each starts a process of its own."""
    chance = random.Random(seed)
    samples = with_pages()
    pdf = samples.pop("paper.pdf")
    names = sorted(samples)
    for _ in range(count):
        name = "paper.pdf" if chance.random() < pdfs else chance.choice(names)
        data = pdf if name == "paper.pdf" else samples[name]
        for _ in range(chance.choice((1, 1, 2, 4))):
            if chance.random() < 0.1:  # two formats in one
                other = samples[chance.choice(names)]
                at = chance.randrange(len(data) + 1)
                data = data[:at] + other[chance.randrange(len(other)) :]
            data = chance.choice(MUTATIONS)(chance, data)[:4_000_000]
        if chance.random() < 0.1:
            data = packed(chance, data)
        yield chance.choice((name, name, name, chance.choice(names), "stdin")), data


@contextmanager
def no_hang() -> Iterator[None]:
    """Counts the time on the processor: on a busy machine a reader has to wait for its turn."""

    def ring(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"a reader took longer than {HANG_SECONDS} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


FIELDS = {kind: [field.name for field in fields(kind)] for kind in (Record, Reject)}


def texts(piece: Record | Reject) -> list[str]:
    """Every text of a piece, whichever field it stands in."""
    values = [getattr(piece, name) for name in FIELDS[type(piece)]]
    lists = [value for value in values if isinstance(value, tuple)]
    return [text for text in chain(values, *lists) if isinstance(text, str)]


def check(name: str, data: bytes) -> str:
    """Read `data` to its end; what came of it: `records`, `rejects` or `error`."""
    position = 0
    rejected = 0
    try:
        for piece in read(source_of(data, name)):
            assert piece.source == name
            if isinstance(piece, Record):
                assert piece.position == position
                position += 1
                assert piece.title or piece.abstract or piece.summary or piece.arxiv_id or piece.doi
            else:
                rejected += 1
                assert piece.reason
                assert piece.position >= 1
            whole = " ".join(texts(piece))
            assert "\0" not in whole
            whole.encode()  # half a character could not be stored
    except SourceError as error:
        return "error" if error.source == name and error.reason else "an error without reason"
    assert position or rejected, "nothing was read, and no reason given"
    return "records" if position else "rejects"


def run(seed: int, count: int, pdfs: float) -> None:
    came: dict[str, int] = {}
    for number, (name, data) in enumerate(inputs(seed, count, pdfs)):
        try:
            with no_hang():
                outcome = check(name, data)
        except Exception as error:
            error.add_note(f"input {number} of seed {seed}, called {name}: {data[:200]!r}")
            raise
        came[outcome] = came.get(outcome, 0) + 1
    assert came.keys() <= {"records", "rejects", "error"}
    assert min(came.get("records", 0), came.get("error", 0)) > count / 20  # it reaches both ends


def test_a_few_hundred_mutated_sources_are_read_or_refused_with_a_reason() -> None:
    run(seed=1, count=400, pdfs=0.02)


@pytest.mark.fuzz
def test_ten_thousand_mutated_sources_are_read_or_refused_with_a_reason() -> None:
    run(seed=2, count=10_000, pdfs=0.05)
