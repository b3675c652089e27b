"""Papers by the names people give them: "the weak-to-strong paper", "WebGPT", an arXiv id."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import PaperNotFound
from rag.finding.retrieve import rank_papers, retrieve
from rag.finding.terms import content_stems
from rag.library import Library
from rag.question.followup import is_name
from rag.types import Paper

ARXIV_ID = re.compile(r"\b\d{4}\.\d{4,5}\b")
_A_PAPER = re.compile(
    rf"{ARXIV_ID.pattern}|\b(?:papers?|reports?|articles?|stud(?:y|ies)|works?)\b", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_CALLED = re.compile(r"\s+(?:papers?|reports?|articles?|stud(?:y|ies)|works?)$", re.IGNORECASE)
_OFTEN = 3
# "We introduce Codex", "the resulting models InstructGPT", "… Inference (PIGPI)", "HumanEval, a new
# set that we release"; but not "we propose a method tested on ImageNet".
_INTRODUCES = (
    r"\b(?:call|dub|develop|introduc|nam|present|propos|releas|term)(?:e|es|ed|ing|s)?\b"
    r"(?:\W+(?!(?:against|by|for|from|in|of|on|over|than|to|using|with)\b)[\w-]+){{0,6}}?\W+{name}"
    r"|\w+ \({name}\)|{name},? [^.]{{0,40}}\bwe (?:build|introduce|present|propose|release)\b"
)
_CANDIDATES = 20
_SURELY = 2  # times as often as any other paper, one must speak of a name to be the one it means
_MOST_TITLED = 3  # more papers with the name's words in their title are a topic, no name


def papers_named(library: Library, name: str) -> list[Paper]:
    """The papers that a person may mean by `name`; mostly one.

    All words of the name must be in the title; failing that, in the text, and then the paper
    that speaks of it far more often than any other is meant, if it is a name or calls itself a
    paper: "the summaries" of "who wrote the summaries?" are none. A thing's name means the paper
    that brought it up, not one that uses it: ELI5 is not the paper that was tested on it.
    """
    titled, told = _named(library, name)
    thing = _ARTICLE.sub("", _CALLED.sub("", name))
    if titled or not (_A_PAPER.search(name) or is_name(thing)):
        return titled
    meant = [paper for paper, _ in told[:1]] if _is_sure(told) else []
    return [p for p in meant if not is_name(thing) or _brought_up(thing, p)]


def _brought_up(name: str, paper: Paper) -> bool:
    """Whether a paper introduces what it names so, or speaks of it again and again."""
    text = f"{paper.title}. {paper.abstract} {paper.summary}"
    said = rf"(?<!\w){re.escape(name)}(?!\w)"
    often = len(re.findall(said, text, re.IGNORECASE)) >= _OFTEN
    return often or bool(re.search(_INTRODUCES.format(name=said), text, re.IGNORECASE))


def surely_named(library: Library, name: str, *, in_title: bool = False) -> list[Paper]:
    """The papers that `name` can only mean: few that have it in their title, or, unless it must
    be `in_title`, the one that speaks of it far more often than any other.
    """
    titled, told = _named(library, name)
    if titled or in_title:
        return titled if len(titled) <= _MOST_TITLED else []
    return [told[0][0]] if _is_sure(told) else []


def _is_sure(told: Sequence[tuple[Paper, int]]) -> bool:
    return len(told) == 1 or (len(told) > 1 and told[0][1] >= _SURELY * told[1][1])


def _named(library: Library, name: str) -> tuple[list[Paper], list[tuple[Paper, int]]]:
    """Papers with the name in their title, or those that speak of it, with how often."""
    if identifier := ARXIV_ID.search(name):
        try:
            return [library.paper(identifier[0])], []
        except PaperNotFound:
            return [], []
    stems = set(content_stems(name))
    if not stems:
        return [], []
    ranked = rank_papers(retrieve(library, name, _CANDIDATES).hits)
    by_id = {paper.paper_id: paper for paper in library.papers(p.paper_id for p in ranked)}
    papers = [by_id[item.paper_id] for item in ranked if item.paper_id in by_id]
    titled = [(paper, set(content_stems(paper.title))) for paper in papers]
    exact = [paper for paper, title in titled if stems == title]
    within = exact or [paper for paper, title in titled if stems <= title]
    if within:
        return within, []
    mentions = [
        (paper, content_stems(f"{paper.title} {paper.abstract} {paper.summary}"))
        for paper in papers
    ]
    told = [
        (paper, sum(word in stems for word in words))
        for paper, words in mentions
        if stems <= {*words}
    ]
    return [], sorted(told, key=lambda item: -item[1])
