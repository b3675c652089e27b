"""Answers that name papers, each with the sentence in which it says what is asked of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.clock import StageClock
from rag.support.layers import WORD_FOR_WORD
from rag.types import Answer, Evidence, Sentence
from rag.writing.assemble import prose_citation
from rag.writing.cite import number_of
from rag.writing.markers import unmarked


def from_sayings(
    draft: Answer,
    said: Sequence[Evidence],
    more: int,
    numbers: Mapping[str, int],
    clock: StageClock,
) -> Answer:
    """The answer that names papers, each with the sentence in which it says what was asked; `more`
    say it too.

    Papers that `numbers` knows keep their printed number.
    """
    printed = dict(numbers)
    citations = tuple(
        prose_citation(number_of(item.paper.paper_id, printed), item) for item in said
    )
    sentences = tuple(
        Sentence(
            f"“{unmarked(item.paper.title)}”: {unmarked(item.quote.text)} [{citation.marker}]",
            (position,),
            "supported",
            WORD_FOR_WORD,
        )
        for position, (item, citation) in enumerate(zip(said, citations, strict=True))
    )
    left = f"{more:,} more paper{'' if more == 1 else 's'} may say it; ask for less at a time."
    return replace(
        draft,
        answer="\n".join(sentence.text for sentence in sentences),
        sentences=sentences,
        citations=citations,
        notes=(*draft.notes, *((left,) if more else ())),
        timings_ms=clock.total(),
    )
