"""A case: one question with what a right answer must say and may cite; read from JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from rag.errors import SourceError

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

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


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote a case (`by`), when (an ISO date), and from what; `reviewed` says that someone
    other than a chat model has read it against its papers and answers for it.
    """

    by: str
    date: str = ""
    source: str = ""
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its labels; docs/cases.md says what each is for.

    `papers` name those that may be cited (`arxiv:2112.09332` or the exact title). Every one of
    `facts` must be said; a fact is a tuple of wordings of which one suffices. `wrong` are
    wordings, grouped likewise, that contradict the facts. An unanswerable case has neither, but
    for a false premise, where `wrong` are wordings that take it up; its `papers` are where one
    would look. `history` are the earlier questions of the conversation,
    oldest first; `reference` is an answer as a person would write it.
    """

    id: str
    question: str
    kind: Kind = "fact"
    unanswerable: Unanswerable = ""
    papers: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    split: Split = "dev"
    tags: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    wrong: tuple[tuple[str, ...], ...] = ()
    reference: str = ""
    provenance: Provenance | None = None

    @property
    def answerable(self) -> bool:
        """Whether the papers hold the answer."""
        return self.kind != "unanswerable"

    @property
    def reviewed(self) -> bool:
        """False for a draft that nobody has accepted yet; only what says so is a draft."""
        return self.provenance is None or self.provenance.reviewed


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file of cases: its number from 1, and its case, or else what is wrong with it."""

    number: int
    case: Case | None
    problems: tuple[str, ...] = field(default=())


def load_cases(path: Path = QUESTIONS) -> tuple[Case, ...]:
    """Every case of `path`, in its order, drafts too (see `Case.reviewed`).

    Raises SourceError with the line number for a line that is no case or an id seen before.
    """
    cases = []
    for line in read_lines(path):
        if line.case is None or line.problems:
            told = "; ".join(line.problems)
            remedy = f"`askpapers eval check {path}` lists all that is wrong with it"
            raise SourceError(f"{path}, line {line.number}", f"{told} ({remedy})")
        cases.append(line.case)
    if not cases:
        raise SourceError(str(path), "holds no cases")
    return tuple(cases)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of `path` that are not blank, with all that is wrong with each.

    Raises SourceError if the file cannot be read.
    """
    seen: dict[str, int] = {}
    for number, text in enumerate(text_lines(path), start=1):
        if not text.strip():
            continue
        try:
            case = parse_case(text)
        except CaseError as error:
            yield Line(number, None, error.problems)
            continue
        first = seen.setdefault(case.id, number)
        used = (f"the id {case.id!r} was used before, in line {first}",) if first < number else ()
        yield Line(number, case, used)


def text_lines(path: Path) -> list[str]:
    """The lines of `path` as they stand, without the line feeds between them.

    Raises SourceError if it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read().split("\n")  # JSON may hold every other kind of line break
    except OSError as error:
        reason = error.strerror or error
        remedy = "give the path of a file of JSON lines (docs/cases.md says which)"
        raise SourceError(str(path), f"cannot be read: {reason}; {remedy}") from error
    except UnicodeDecodeError as error:
        raise SourceError(str(path), f"is not UTF-8 text ({error.reason})") from error


class CaseError(ValueError):
    """What is wrong with something that was to be a case, every one of its `problems`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse_case(line: str) -> Case:
    """The case that one JSON line describes. Raises CaseError."""
    from pydantic import ValidationError

    try:
        case = _schema().validate_json(line, strict=True)
    except ValidationError as error:
        raise CaseError(tuple(_said(e) for e in error.errors(include_url=False))) from error
    if problems := tuple(_broken_rules(case)):
        raise CaseError(problems)
    return case


def case_json(case: Case) -> dict[str, object]:
    """A case as the object of its JSON line, without the optional fields that it leaves empty."""
    row = asdict(case)
    optional = ("history", "wrong", "reference", "provenance")
    return {name: value for name, value in row.items() if value or name not in optional}


def case_line(case: Case) -> str:
    """A case as one JSON line, without its end."""
    return json.dumps(case_json(case), ensure_ascii=False)


@cache
def _schema() -> TypeAdapter[Case]:
    from pydantic import ConfigDict, TypeAdapter, with_config

    # The dataclasses above are the schema; a field that they lack is most likely a slip.
    strict = with_config(ConfigDict(extra="forbid"))
    return TypeAdapter(strict(Case))


def _said(error: ErrorDetails) -> str:
    """One of pydantic's findings, in our words."""
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error["loc"]).lstrip(".")
    match error["type"]:
        case "json_invalid":
            return f"is not JSON: {error['ctx']['error']}".replace(" at line 1 ", " at ")
        case "dataclass_type" | "dataclass_exact_type" if not place:
            return "is not a JSON object"
        case "missing":
            return f"`{place}` is missing"
        case "unexpected_keyword_argument":
            return f"`{place}` is no field of a case{_like(place)}; docs/cases.md lists them"
        case "literal_error":
            allowed = error["ctx"]["expected"].removeprefix("'', ")  # leaving it out says the same
            return f"`{place}` is {error['input']!r}: give one of {allowed}"
        case "string_type":
            return f"`{place}` is {error['input']!r}: give a text"
        case "tuple_type":
            such = (
                f", such as {json.dumps([error['input']])}"
                if isinstance(error["input"], str)
                else ""
            )
            return f"`{place}` is {error['input']!r}: give a list{such}"
        case _:
            return f"`{place}` is {error['input']!r}: {error['msg']}"


def _like(name: str) -> str:
    """The field that someone who wrote `name` most likely meant."""
    near = get_close_matches(name, [known.name for known in fields(Case)], n=1)
    return f", is it `{near[0]}`?" if near else ""


def _broken_rules(case: Case) -> Iterator[str]:
    """What a case of the right shape still does wrong."""
    yield from _empty(case)
    if case.answerable and case.unanswerable:
        yield (
            f"`unanswerable` is {case.unanswerable!r}: then `kind` is 'unanswerable', not"
            f" {case.kind!r}; where papers do answer, leave `unanswerable` out"
        )
    elif case.answerable:
        yield from (
            f"a case that can be answered needs `{name}`"
            for name in ("facts", "papers")
            if not getattr(case, name)
        )
    elif not case.unanswerable:
        yield f"`unanswerable` must say why: {', '.join(filter(None, get_args(Unanswerable)))}"
    if not case.answerable and case.facts:
        yield "an unanswerable case has no facts: leave `facts` out"
    if not case.answerable and case.wrong and case.unanswerable != "false_premise":
        yield "of unanswerable cases only one of a false premise may have `wrong`: what takes it up"
    if EVERY_PAPER in case.papers and case.kind != "catalogue":
        yield f"only a catalogue case may be answered from any paper ({EVERY_PAPER!r} in `papers`)"
    if case.provenance and not _is_date(case.provenance.date):
        yield f"`provenance.date` is {case.provenance.date!r}: give a date such as 2026-11-21"
    said = {wording.casefold() for fact in case.facts for wording in fact}
    if both := [w for group in case.wrong for w in group if w.casefold() in said]:
        yield f"{both[0]!r} is both a fact and wrong"


def _is_date(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _empty(case: Case) -> Iterator[str]:
    for name in ("id", "question"):
        if not getattr(case, name).strip():
            yield f"`{name}` is empty: give some text"
    for name in ("papers", "tags", "history"):
        if not all(text.strip() for text in getattr(case, name)):
            yield f"`{name}` holds an empty text: leave it out"
    for name in ("facts", "wrong"):
        groups = getattr(case, name)
        if not all(group and all(wording.strip() for wording in group) for group in groups):
            yield f"every one of `{name}` needs at least one wording, and none may be empty"
