"""Answers made elsewhere, by another system or another day: lines of JSON become replies.

A line needs `id` and `answer` (text, or null for none) and is graded by what it has besides:

    {"id": "height", "answer": "It reaches 3.5 m [1].",
     "citations": [{"marker": 1, "paper": "arxiv:2112.09332", "quote": "… reaches 3.5 m."}],
     "hits": ["arxiv:2112.09332", "Towers of Salt"], "confidence": 0.9, "abstained": false,
     "error": "", "ms": 812.0, "usage": {"prompt": 900, "completion": 40}}

A citation may be the name of its paper alone; then its marker is its place in the list, from 1,
and `quotes` may give the quotes in the same order. Papers are named by id, `arxiv:` id, DOI or
title. The object of `ask --json` is such a line too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.cases import Case, text_lines
from evals.runs.reply_lines import parse_reply, said
from evals.score import Reply
from evals.scorers.checkworthy import declines
from evals.scorers.markers import marker_texts, without_markers
from evals.scorers.wording import normalised
from rag.errors import SourceError
from rag.evidence.sentences import sentence_spans
from rag.spans import answer_spans
from rag.types import Answer, Citation, Paper, PaperScore, Sentence, Usage
from rag.wire import check_confidence
from rag.writing.assemble import NO_ANSWER
from rag.writing.cite import DECLINED

_OURS = {"sentences", "citations", "hits", "backend", "timings_ms"}
"""Fields by which the object of `ask --json` is known: nobody else has all of them."""

_SHOWN = 80  # characters of a text in an error


class PaperNames:
    """Papers by every name that a person or another system may give them."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._named: dict[str, Paper] = {}
        for paper in papers:
            for name in _names_of(paper):
                self._named.setdefault(normalised(name), paper)

    def find(self, name: str) -> Paper | None:
        """The paper of that id, alias, arXiv id (with `arxiv:` or not), DOI, docno or title."""
        return self._named.get(normalised(name))


def _names_of(paper: Paper) -> Iterable[str]:
    yield from (paper.paper_id, *paper.aliases, *paper.docnos)
    arxiv_id = re.sub(r"v\d+$", "", paper.arxiv_id)
    for prefix, value in (("arxiv", arxiv_id), ("doi", paper.doi)):
        if value:
            yield from (value, f"{prefix}:{value}")
    if paper.title:
        yield paper.title


def read_answers(
    path: Path, cases: Sequence[Case], papers: Mapping[str, Paper]
) -> tuple[Reply, ...]:
    """A reply for each of `cases`, in their order; without a line of its own, a failure.

    Raises SourceError with the line number for what is no answer, for an id given twice, and for
    an id that no case has.
    """
    wanted = {case.id: case for case in cases}
    names = PaperNames(papers.values())
    found: dict[str, Reply] = {}
    for number, line in enumerate(text_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
            case_id = _case_id(row)
            case = wanted.get(case_id)
            if case is None:
                raise ValueError(f"no case asked has the id {case_id!r} (--cases, --split)")
            if case_id in found:
                raise ValueError(f"the id {case_id!r} was used before")
            found[case_id] = read_reply(row, case, papers, names)
        except ValueError as error:
            raise SourceError(where, said(error)) from error
    if not found:
        raise SourceError(str(path), "holds no answers")
    missing = f"no answer in {path.name}"
    return tuple(found.get(case.id) or Reply(case.id, None, missing) for case in cases)


def _case_id(row: object) -> str:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str | int):
        raise ValueError("is no answer: give an object with `id` and `answer`")
    return str(row["id"])


def read_reply(
    row: Mapping[str, Any], case: Case, papers: Mapping[str, Paper], names: PaperNames
) -> Reply:
    """The reply that one line tells, `ask --json` or a bare answer.

    Raises ValueError saying what is wrong.
    """
    if row.keys() >= _OURS and not row.get("error"):
        told = map(_name_of, (*_list(row, "citations"), *_list(row, "hits")))
        named = {name: None for name in told if isinstance(name, str)}
        whole = {"papers": list(named), **row, "id": case.id}
        reply = parse_reply(whole, papers)
        if reply.answer and (rest := _beside_sentences(reply.answer)):
            raise ValueError(f"`sentences` leave out of the `answer`: {rest[:_SHOWN]!r}")
        taken = reply.answer.timings_ms.get("total") if reply.answer else None
        return replace(reply, ms=taken if reply.ms is None else reply.ms)
    bare = _bare(row)
    if bare.error or bare.answer is None:
        return Reply(case.id, None, bare.error or "no answer", bare.ms)
    answer = _answer(bare, case, names)
    return Reply(case.id, answer, ms=bare.ms, usage=bare.usage)


def _beside_sentences(answer: Answer) -> str:
    """What an answer says outside its sentences, where facts would count and support would not."""
    if answer.abstained:
        return ""
    spans = answer_spans(answer)
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(answer.answer)]
    between = (answer.answer[end:start] for end, start in zip(ends, starts, strict=True))
    return " ".join("".join(between).split())


@dataclass(frozen=True, slots=True)
class _BareCitation:
    paper: str
    marker: int
    quote: str = ""


@dataclass(frozen=True, slots=True)
class _Bare:
    """The fields of a line; what else it holds is not looked at."""

    answer: str | None
    citations: tuple[_BareCitation, ...] = ()
    hits: tuple[str, ...] = ()
    abstained: bool | None = None
    confidence: float | None = None
    reason: str = ""
    backend: str = ""
    error: str = ""
    ms: float | None = None
    usage: Usage | None = None


def _bare(row: Mapping[str, Any]) -> _Bare:
    from pydantic import TypeAdapter

    if "answer" not in row and not row.get("error"):
        raise ValueError("has no `answer`: give its text, or null with the `error`")
    fields = {"answer": None} | {name: row[name] for name in _Bare.__slots__ if name in row}
    fields["citations"] = _numbered(row)
    fields["hits"] = [_name_of(hit) for hit in _list(row, "hits")]
    bare = TypeAdapter(_Bare).validate_python(fields)
    if bare.confidence is not None:
        check_confidence(bare.confidence)
    return bare


def _numbered(row: Mapping[str, Any]) -> list[object]:
    """The citations as objects with paper, marker and quote."""
    cited, quotes = _list(row, "citations"), _list(row, "quotes")
    if len(quotes) > len(cited):
        raise ValueError(f"has {len(quotes)} `quotes` of {len(cited)} `citations`")
    quotes += [""] * (len(cited) - len(quotes))
    found: list[object] = []
    for place, (citation, quote) in enumerate(zip(cited, quotes, strict=True), start=1):
        told = citation if isinstance(citation, dict) else {}
        marker, quoted = told.get("marker", place), told.get("quote") or quote
        found.append({"paper": _name_of(citation), "marker": marker, "quote": quoted})
    return found


def _list(row: Mapping[str, Any], field: str) -> list[Any]:
    value = row.get(field) or []
    if not isinstance(value, list):
        raise ValueError(f"`{field}` is {value!r}: give a list")
    return list(value)


def _name_of(value: object) -> object:
    """The name of a paper, told alone or within an object."""
    if isinstance(value, dict):
        return value.get("paper") or value.get("paper_id")
    return value


def _answer(bare: _Bare, case: Case, names: PaperNames) -> Answer:
    text = (bare.answer or "").strip()
    citations = tuple(_citation(told, names) for told in bare.citations)
    sentences = marked_sentences(text, citations)
    abstained = _says_none(text, sentences) if bare.abstained is None else bare.abstained
    known = [names.find(name) for name in (*(c.paper for c in bare.citations), *bare.hits)]
    places = {name: place for place, name in reversed([*enumerate(bare.hits)])}
    hits = [(_id_of(name, names), 1 / (1 + place)) for name, place in places.items()]
    hits.sort(key=lambda hit: -hit[1])
    sure = 0.0 if abstained else 1.0
    return Answer(
        id=case.id,
        question=case.question,
        answer=text,
        abstained=abstained,
        reason=bare.reason,
        confidence=sure if bare.confidence is None else bare.confidence,
        sentences=() if abstained else sentences,
        citations=citations,
        hits=tuple(PaperScore(*hit) for hit in hits),
        backend=bare.backend or "elsewhere",
        timings_ms={},
        papers=tuple({paper.paper_id: paper for paper in known if paper}.values()),
        usage=bare.usage,
    )


def _says_none(text: str, sentences: Sequence[Sentence]) -> bool:
    """Whether an answer that is not marked as an abstention is one."""
    said = [without_markers(sentence.text) for sentence in sentences]
    return text in ("", NO_ANSWER, DECLINED) or declines(said)


def _id_of(name: str, names: PaperNames) -> str:
    paper = names.find(name)
    return paper.paper_id if paper else name


def _citation(told: _BareCitation, names: PaperNames) -> Citation:
    """A citation, with the place of its quote if that stands in the paper as given."""
    paper = names.find(told.paper)
    if paper is None:  # of no paper of the library: kept, and wrong
        return Citation(told.marker, told.paper, told.paper, "", "abstract", told.quote)
    field = "abstract"
    if told.quote and told.quote not in paper.abstract and told.quote in paper.summary:
        field = "summary"
    text = paper.abstract if field == "abstract" else paper.summary
    start = text.find(told.quote) if told.quote else -1
    span = (start, start + len(told.quote)) if start >= 0 else (None, None)
    return Citation(
        told.marker, paper.paper_id, paper.title, paper.arxiv_id, field, told.quote, *span
    )


def marked_sentences(text: str, citations: Sequence[Citation]) -> tuple[Sentence, ...]:
    """The sentences of an answer, each with the citations whose markers it prints.

    A marker belongs to the sentence that it stands in or behind; where it begins a line that goes
    on, to what follows.
    """
    marks, bare, position = [], text, 0
    for printed, numbers in marker_texts(text):
        position = text.index(printed, position)
        end = position + len(printed)
        marks.append((position, end, numbers))
        bare = bare[:position] + " " * len(printed) + bare[end:]
        position = end
    spans = sentence_spans(bare)
    bounds = [[start, end] for start, end in spans]
    for start, end, _ in marks:
        owner = _owner(start, end, bare, spans)
        if owner is not None:
            bounds[owner] = [min(bounds[owner][0], start), max(bounds[owner][1], end)]
    found = []
    for left, right in bounds:
        said = text[left:right]
        mine = {number for _, numbers in marker_texts(said) for number in numbers}
        cited = tuple(place for place, c in enumerate(citations) if c.marker in mine)
        found.append(Sentence(said, cited, "unchecked"))
    return tuple(found)


def _owner(start: int, end: int, bare: str, spans: Sequence[tuple[int, int]]) -> int | None:
    """Which of the sentences a marker at `start` to `end` belongs to; None if there is none."""
    before = sum(left < start for left, _ in spans) - 1
    line = bare[:start].rpartition("\n")[2]
    goes_on = bare[end:].partition("\n")[0].strip()
    if before < 0 or (not line.strip() and goes_on):
        return before + 1 if before + 1 < len(spans) else None
    return before
