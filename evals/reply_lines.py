"""Replies as lines of JSON: the object of `ask --json` and what else a run notes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from evals.score import Reply
from rag.types import Answer, Paper
from rag.wire import answer_json

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_ABOUT_THE_REPLY = ("error", "ms")


def reply_json(reply: Reply) -> dict[str, object]:
    """One line of a run's answers: after an error only `id`, `error` and `ms`.

    Papers are named by their ids: their texts would be written again with every answer.
    """
    about: dict[str, object] = {"id": reply.case_id, "error": reply.error, "ms": reply.ms}
    if reply.answer is None:
        return about
    answer, usage = reply.answer, reply.tokens
    return (
        answer_json(answer)
        | {
            "papers": [paper.paper_id for paper in answer.papers],
            "removed_markers": answer.removed_markers,
            "usage": asdict(usage) if usage else None,
        }
        | about
    )


def parse_reply(row: Mapping[str, object], papers: Mapping[str, Paper]) -> Reply:
    """The reply that `reply_json` wrote; `papers` are looked up by id, others left out.

    An error counts, whatever stands beside it. Raises ValueError saying which field is wrong.
    """
    error, ms = (row.get(field) for field in _ABOUT_THE_REPLY)
    answer = None
    if not error:
        fields = {name: value for name, value in row.items() if name not in _ABOUT_THE_REPLY}
        fields["papers"] = _known(row.get("papers"), papers)
        for name in ("citations", "nearest"):
            if isinstance(cited := row.get(name), list):
                fields[name] = [_without_null(citation) for citation in cited]
        answer = _checked(_shape(Answer).validate_python(fields))
    usage = answer.usage if answer else None
    told = {"case_id": row.get("id"), "answer": answer, "error": error or "", "ms": ms}
    reply: Reply = _shape(Reply).validate_python(told | {"usage": usage})
    return reply


def check_confidence(value: float) -> None:
    """Raise ValueError for what is no number from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"`confidence` is {value}: give a number from 0 to 1")


def _checked(answer: Answer) -> Answer:
    """An answer of the right shape. Raises ValueError if it does not fit together."""
    check_confidence(answer.confidence)
    there = len(answer.citations)
    for sentence in answer.sentences:
        if wrong := [place for place in sentence.citations if not 0 <= place < there]:
            raise ValueError(
                f"`sentences`: {sentence.text!r} has citation {wrong[0]} of {there}: give"
                " places in `citations`, from 0"
            )
    return answer


@cache
def _shape(kind: type) -> TypeAdapter[Any]:
    """What reads values of a dataclass; to make one takes longer than to read a line."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _known(ids: object, papers: Mapping[str, Paper]) -> tuple[Paper, ...]:
    listed = ids if isinstance(ids, list) else []
    return tuple(papers[name] for name in listed if isinstance(name, str) and name in papers)


def _without_null(citation: object) -> object:
    """A citation whose `arxiv_id` is text again: on the way out none became null."""
    if not isinstance(citation, dict):
        return citation
    return citation | {"arxiv_id": citation.get("arxiv_id") or ""}


def said(error: Exception) -> str:
    """What a line's error says, in one line: pydantic's findings without its advertisement."""
    from pydantic import ValidationError

    if isinstance(error, KeyError):
        return f"lacks `{error.args[0]}`"
    if not isinstance(error, ValidationError):
        return str(error)
    found = error.errors(include_url=False, include_context=False)
    return "; ".join(f"`{'.'.join(map(str, e['loc']))}`: {e['msg']}" for e in found)
