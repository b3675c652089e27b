"""Defects put into answers on purpose: what a metric is worth shows in whether it notices."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from rag.errors import ConfigError
from rag.evidence.sentences import sentence_spans
from rag.types import Answer, Citation, Exchange, Paper, TextField

if TYPE_CHECKING:
    from evals.runs.asking import Asker

Defect = Callable[[Answer, random.Random], Answer]


def shuffled_citations(answer: Answer, chance: random.Random) -> Answer:
    """The papers that the answer found or cites change places under its citations.

    No cited paper keeps its own: a citation of one points at a sentence of another, drawn by
    chance and quoted exactly, or at the same field where a field was cited. Text, markers and
    everything else stay. An answer with a single paper stays as it was.
    """
    by_id = {paper.paper_id: paper for paper in answer.papers}
    cited = list(dict.fromkeys(citation.paper_id for citation in answer.citations))
    places = cited + sorted(set(by_id) - set(cited))
    if len(by_id) < 2 or not set(cited) <= set(by_id):
        return answer
    chance.shuffle(places)  # each paper gives way to the next of one ring, so none stays
    following = dict(zip(places, places[1:] + places[:1], strict=True))
    moved = tuple(
        _pointed_at(by_id[following[citation.paper_id]], citation, chance)
        for citation in answer.citations
    )
    return replace(answer, citations=moved)


def _pointed_at(paper: Paper, citation: Citation, chance: random.Random) -> Citation:
    there = replace(citation, paper_id=paper.paper_id, title=paper.title, arxiv_id=paper.arxiv_id)
    if citation.field not in get_args(TextField):
        value = getattr(paper, citation.field)
        return replace(there, quote="; ".join(value) if isinstance(value, tuple) else str(value))
    field: TextField = "abstract" if paper.abstract else "summary"
    text = paper.text(field)
    start, end = chance.choice(sentence_spans(text) or [(0, 0)])
    return replace(there, field=field, quote=text[start:end], start=start, end=end)


DEFECTS: Mapping[str, Defect] = MappingProxyType({"shuffled-citations": shuffled_citations})


@dataclass(frozen=True, slots=True)
class Defective:
    """An Asker whose answers have a defect; the same case has the same one every time."""

    asker: Asker
    defect: Defect

    def ask(
        self, question: str, *, question_id: str = "", history: Sequence[Exchange] = ()
    ) -> Answer:
        """The answer, damaged. Raises as the asker behind it does."""
        answer = self.asker.ask(question, question_id=question_id, history=history)
        return self.defect(answer, random.Random(question_id or question))


def with_defect(asker: Asker, name: str) -> Asker:
    """The asker, its answers damaged as `name` says; itself for none. Raises ConfigError."""
    return Defective(asker, defect_named(name)) if name else asker


def defect_named(name: str) -> Defect:
    """The defect of that name. Raises ConfigError."""
    if name not in DEFECTS:
        raise ConfigError(f"there is no defect {name!r}: use one of {', '.join(DEFECTS)}")
    return DEFECTS[name]
