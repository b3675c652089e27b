"""A case: one question with what a right answer must say and may cite; read from JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from rag.errors import SourceError

Kind = Literal["fact", "several", "catalogue", "unanswerable"]
"""What the question asks for: one paper's fact, several papers', the library's list, or nothing."""

Unanswerable = Literal["", "not_in_abstract", "other_topic", "not_about_papers", "false_premise"]
"""Why the papers do not answer: the right paper is silent, no paper is about it, it is no question
to papers at all, or it takes for granted what is not so. Empty for a question they do answer."""

Split = Literal["dev", "test"]
"""`dev` is for tuning, `test` for reporting only."""

QUESTIONS = Path(__file__).with_name("questions.jsonl")
EVERY_PAPER = "*"
"""In `Case.papers`: any paper of the library may be cited."""

_FIELDS = ("id", "question", "kind", "unanswerable", "papers", "facts", "split", "tags")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote a case (`by`), when (an ISO date), and from what; `reviewed` by a person or not."""

    by: str
    date: str = ""
    source: str = ""
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its labels.

    `papers` name those that may be cited (`arxiv:2112.09332` or the exact title). Every one of
    `facts` must be said; a fact is a tuple of wordings of which one suffices. `wrong` are
    wordings, grouped likewise, that contradict the facts. An unanswerable case has no facts; its
    `papers` are where one would look. `history` are the earlier questions of the conversation,
    oldest first; `reference` is an answer as a person would write it.
    """

    id: str
    question: str
    kind: Kind
    unanswerable: Unanswerable
    papers: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    split: Split
    tags: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    wrong: tuple[tuple[str, ...], ...] = ()
    reference: str = ""
    provenance: Provenance | None = None

    @property
    def answerable(self) -> bool:
        """Whether the papers hold the answer."""
        return self.kind != "unanswerable"


def load_cases(path: Path = QUESTIONS) -> tuple[Case, ...]:
    """Every case of `path`, in its order.

    Raises SourceError with the line number for a line that is no case or an id seen before.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"cannot be read as questions: {error}") from error
    cases: list[Case] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = parse_case(line)
        except ValueError as error:
            raise SourceError(f"{path}, line {number}", str(error)) from error
        if case.id in seen:
            raise SourceError(f"{path}, line {number}", f"the id {case.id!r} was used before")
        seen.add(case.id)
        cases.append(case)
    if not cases:
        raise SourceError(str(path), "holds no questions")
    return tuple(cases)


def parse_case(line: str) -> Case:
    """The case that one JSON line describes. Raises ValueError saying what is wrong with it."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("is not a JSON object")
    if wrong := sorted(set(_FIELDS).symmetric_difference(row)):
        raise ValueError(f"must have exactly the fields {', '.join(_FIELDS)}; see to {wrong}")
    facts = row["facts"]
    if not isinstance(facts, list):
        raise ValueError(f"`facts` is {facts!r}: give a list of lists of wordings")
    case = Case(
        id=_text(row, "id"),
        question=_text(row, "question"),
        kind=cast(Kind, _one_of(row, "kind", get_args(Kind))),
        unanswerable=cast(Unanswerable, _one_of(row, "unanswerable", get_args(Unanswerable))),
        papers=_texts(row["papers"], "papers"),
        facts=tuple(_texts(fact, "facts") for fact in facts),
        split=cast(Split, _one_of(row, "split", get_args(Split))),
        tags=_texts(row["tags"], "tags"),
    )
    _check(case)
    return case


def _check(case: Case) -> None:
    if case.answerable == bool(case.unanswerable):
        raise ValueError("`unanswerable` must say why for an unanswerable case, and only there")
    if case.answerable and not (case.facts and case.papers):
        raise ValueError("a case that can be answered needs `facts` and `papers`")
    if case.facts and not case.answerable:
        raise ValueError("an unanswerable case has no facts")
    if not all(case.facts):
        raise ValueError("a fact needs at least one wording")


def _text(row: dict[str, object], field: str) -> str:
    value = row[field]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"`{field}` is {value!r}: give some text")
    return value


def _texts(value: object, field: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise ValueError(f"`{field}` holds {value!r}: give a list of texts")
    return tuple(value)


def _one_of(row: dict[str, object], field: str, allowed: Iterable[str]) -> str:
    value = row[field]
    if value not in tuple(allowed):
        raise ValueError(f"`{field}` is {value!r}: give one of {', '.join(map(repr, allowed))}")
    return str(value)
