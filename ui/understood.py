"""The filters that were read from a question, in words for a person."""

from __future__ import annotations

from rag.types import Answer, Understood

_LABELS = {"authors": "author", "categories": "category", "sources": "source"}


def understood_in_words(answer: Answer) -> dict[str, str]:
    """What each wording of the question was taken to mean: `since 2022` for `papers from 2022`."""
    titles = {paper.paper_id: paper.title for paper in answer.papers}
    meant: dict[str, list[str]] = {}
    for one in answer.understood:
        meant.setdefault(one.wording, []).append(_in_words(one, titles))
    return {wording: " and ".join(values) for wording, values in meant.items()}


def _in_words(one: Understood, titles: dict[str, str]) -> str:
    if one.kind == "paper_ids":
        title = titles.get(one.value)
        return f"“{title}”" if title else one.value
    if one.kind != "years":
        return f"{_LABELS[one.kind]} {one.value}"
    low, _, high = one.value.partition("..")
    if low == high:
        return f"papers of {low}"
    if not high:
        return f"papers from {low} on"
    return f"papers up to {high}" if not low else f"papers of {low} to {high}"
