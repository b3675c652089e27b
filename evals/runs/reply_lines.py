"""Replies as lines of JSON: the object of `ask --json` and what else a run notes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from evals.score import Reply
from rag.types import Paper
from rag.wire import answer_json, read_answer, shape

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
        known = _known(row.get("papers"), papers)
        answer = replace(read_answer(fields | {"papers": ()}), papers=known)
    usage = answer.usage if answer else None
    told = {"case_id": row.get("id"), "answer": answer, "error": error or "", "ms": ms}
    reply: Reply = shape(Reply).validate_python(told | {"usage": usage})
    return reply


def _known(ids: object, papers: Mapping[str, Paper]) -> tuple[Paper, ...]:
    listed = ids if isinstance(ids, list) else []
    return tuple(papers[name] for name in listed if isinstance(name, str) and name in papers)


def said(error: Exception) -> str:
    """What a line's error says, in one line: pydantic's findings without its advertisement."""
    from pydantic import ValidationError

    if isinstance(error, KeyError):
        return f"lacks `{error.args[0]}`"
    if not isinstance(error, ValidationError):
        return str(error)
    found = error.errors(include_url=False, include_context=False)
    return "; ".join(f"`{'.'.join(map(str, e['loc']))}`: {e['msg']}" for e in found)
