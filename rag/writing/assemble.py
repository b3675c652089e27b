"""Answers put together: a blank one, from the catalogue, from checked sentences, an abstention."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.clock import StageClock
from rag.evidence.missing import Lack
from rag.question.catalogue.statements import CatalogueReply
from rag.support.check import CheckedDraft
from rag.types import Answer, Citation, Evidence, Missing, Paper, Sentence
from rag.writing.cite import number_of

NO_ANSWER = "The papers in this library do not answer this."


def blank(question: str, question_id: str, backend: str) -> Answer:
    """The answer to begin with; without a `question_id` it gets one of its own."""
    return Answer(
        id=question_id or uuid.uuid4().hex,  # whole: whoever knows it may read a kept answer
        question=question,
        answer="",
        abstained=False,
        reason="",
        confidence=0.0,
        sentences=(),
        citations=(),
        hits=(),
        backend=backend,
        timings_ms={},
    )


def abstained(
    draft: Answer,
    reason: str,
    clock: StageClock,
    missing: Missing = "",
    nearest: Sequence[Citation] = (),
    text: str = NO_ANSWER,
) -> Answer:
    """`draft` without an answer, and why."""
    return replace(
        draft,
        answer=text,
        abstained=True,
        reason=reason,
        missing=missing,
        nearest=tuple(nearest),
        timings_ms=clock.total(),
    )


def from_lack(
    draft: Answer, lack: Lack, also: str, numbers: Mapping[str, int], clock: StageClock
) -> Answer:
    """`draft` without an answer: what is missing, `also` why, and what comes near, numbered on
    from the papers that `numbers` knows.
    """
    printed = dict(numbers)
    nearest = [
        prose_citation(number_of(item.paper.paper_id, printed), item) for item in lack.nearest
    ]
    reason = "; ".join(filter(None, (lack.reason, also)))
    return abstained(draft, reason, clock, lack.missing, nearest, lack.text or NO_ANSWER)


def from_checked(
    draft: Answer, checked: CheckedDraft, evidence: Sequence[Evidence], clock: StageClock
) -> Answer:
    """The answer that says what was checked, with a citation for each quote it rests on."""
    cited = dict.fromkeys(i for item in checked.sentences for i in item.sentence.evidence)
    positions = {index: position for position, index in enumerate(cited)}
    citations = tuple(
        prose_citation(checked.numbers[evidence[i].quote.paper_id], evidence[i]) for i in cited
    )
    sentences = tuple(
        Sentence(
            text=item.sentence.text,
            citations=tuple(positions[i] for i in item.sentence.evidence),
            support=item.support,
            reason=item.reason,
        )
        for item in checked.sentences
    )
    return replace(
        draft,
        answer=checked.text,
        sentences=sentences,
        citations=citations,
        timings_ms=clock.total(),
    )


def prose_citation(marker: int, item: Evidence) -> Citation:
    """The citation of a quote, printed as `marker`."""
    quote, paper = item.quote, item.paper
    return Citation(
        marker=marker,
        paper_id=paper.paper_id,
        title=paper.title,
        arxiv_id=paper.arxiv_id,
        field=quote.field,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        shortened=quote.shortened,
    )


def from_catalogue(
    draft: Answer, reply: CatalogueReply, numbers: Mapping[str, int], clock: StageClock
) -> Answer:
    """The answer from catalogue fields: exact, so every sentence is supported.

    Papers that `numbers` knows keep their printed number.
    """
    if not reply.statements:
        return abstained(draft, reply.reason, clock, reply.missing)
    draft = replace(draft, confidence=1.0)
    facts = list(dict.fromkeys(fact for statement in reply.statements for fact in statement.facts))
    printed = dict(numbers)
    citations = tuple(
        _catalogue_citation(number_of(paper.paper_id, printed), paper, field)
        for paper, field in facts
    )
    sentences: list[Sentence] = []
    for statement in reply.statements:
        positions = tuple(facts.index(fact) for fact in statement.facts)
        alone = len(positions) == 1
        text = f"{statement.text} [{citations[positions[0]].marker}]" if alone else statement.text
        sentences.append(Sentence(text, positions, "supported", "stands in the catalogue"))
    return replace(
        draft,
        answer="\n".join(sentence.text for sentence in sentences),
        sentences=tuple(sentences),
        citations=citations,
        papers=tuple(dict.fromkeys(paper for paper, _ in facts)),
        timings_ms=clock.total(),
    )


def _catalogue_citation(marker: int, paper: Paper, field: str) -> Citation:
    value = getattr(paper, field)
    quote = "; ".join(value) if isinstance(value, tuple) else str(value)
    return Citation(marker, paper.paper_id, paper.title, paper.arxiv_id, field, quote)
