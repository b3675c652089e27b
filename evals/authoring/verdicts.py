"""What a person says of a question, or of an answer to it, as a case."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from evals.authoring.case_file import id_for
from evals.cases import Case, CaseError, Provenance, parse_case
from evals.runs.reply_lines import parse_reply, said
from evals.scorers.markers import without_markers
from rag.errors import ConfigError, SourceError
from rag.types import Answer

Verdict = Literal["right", "wrong"]
"""What a person said of an answer: a vote for or against it."""

_TAG = "vote"


@dataclass(frozen=True, slots=True)
class Labels:
    """What a person gives of a case; what is left empty is taken from the answer, if there is one.

    The fields are those of `Case`; `by` says who it is.
    """

    question: str = ""
    id: str = ""
    kind: str = ""
    unanswerable: str = ""
    papers: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[tuple[str, ...], ...] = ()
    history: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reference: str = ""
    split: str = "dev"
    by: str = ""


def read_answer(text: str, name: str) -> Answer:
    """The answer that `ask --json` printed as `text`; `name` is where it was read.

    Raises SourceError.
    """
    try:
        row = json.loads(text)
        reply = parse_reply(row, {}) if isinstance(row, dict) else None
    except ValueError as error:  # pydantic's errors are some of these
        raise SourceError(name, f"is no answer of `ask --json`: {said(error)}") from error
    if reply is None or reply.answer is None:
        raise SourceError(name, "is no answer of `ask --json`: give one object with an answer")
    return reply.answer


def labelled_case(labels: Labels, today: datetime.date) -> Case:
    """The case of a person's labels alone. Raises ConfigError naming all that is missing."""
    if not labels.question.strip():
        raise ConfigError("a case needs a question: give it, or an answer with --answer")
    row = asdict(labels)
    by = row.pop("by") or "eval add"
    row["id"] = labels.id or id_for(labels.question, labels.history)
    row["kind"] = labels.kind or ("unanswerable" if labels.unanswerable else "fact")
    row["provenance"] = asdict(Provenance(by, today.isoformat(), reviewed=True))
    try:
        return parse_case(json.dumps(row))
    except CaseError as error:
        raise ConfigError(f"this is no case yet: {error}") from error


def judged_case(answer: Answer, verdict: Verdict, labels: Labels, today: datetime.date) -> Case:
    """The case of an answer that a person found right or wrong.

    A right answer gives its papers and its text as the reference; a right abstention, which needs
    a reason in `labels.unanswerable`, the paper one would look in. What a right answer must say
    no verdict tells: `labels.facts` do. Of a wrong answer only the question is taken. Raises
    ConfigError naming all that is missing.
    """
    labels = replace(labels, question=labels.question or answer.question)
    labels = replace(labels, tags=tuple(dict.fromkeys((*labels.tags, _TAG))))
    if verdict == "right":
        if answer.abstained != bool(labels.unanswerable):
            remedy = "say why with" if answer.abstained else "leave out"
            did = "abstained" if answer.abstained else "answered"
            raise ConfigError(f"the answer {did}, rightly you say: {remedy} --unanswerable")
        labels = replace(
            labels,
            papers=labels.papers or _papers(answer, labels),
            reference=labels.reference
            or ("" if answer.abstained else " ".join(without_markers(answer.answer).split())),
        )
    case = labelled_case(labels, today)
    assert case.provenance  # as labelled_case makes it
    source = f"{verdict} answer {answer.id} of {answer.backend}"
    return replace(case, provenance=replace(case.provenance, source=source))


def _papers(answer: Answer, labels: Labels) -> tuple[str, ...]:
    if not answer.abstained:
        return tuple(dict.fromkeys(citation.paper_id for citation in answer.citations))
    silent = labels.unanswerable in ("not_in_abstract", "false_premise")
    return tuple(hit.paper_id for hit in answer.hits[:1]) if silent else ()


def wordings(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Facts as they are given on the command line, `56% | 56 percent`, as groups of wordings."""
    return tuple(tuple(part.strip() for part in text.split("|")) for text in texts)
