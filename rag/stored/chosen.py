"""The papers that a person chose for a question: these alone, or all but these."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from rag.finding.filters import EVERYTHING, Filter
from rag.types import Answer

_NOTED = "Asked "


@dataclass(frozen=True, slots=True)
class Chosen:
    """Papers, as (paper id, title), to ask `only`, or to ask `without`; none means all papers."""

    only: tuple[tuple[str, str], ...] = ()
    without: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.only or self.without)

    @property
    def within(self) -> Filter:
        """The papers that are left."""
        if not self:
            return EVERYTHING
        only, without = (
            tuple(paper_id for paper_id, _ in papers) for papers in (self.only, self.without)
        )
        return Filter(paper_ids=only, without=without)

    def ask_only(self, paper_id: str, title: str) -> Chosen:
        """One paper alone; papers that were left out are no matter any more."""
        return Chosen(only=((paper_id, title),))

    def leave_out(self, paper_id: str, title: str) -> Chosen:
        """All but this paper, too."""
        without = dict(self.without) | {paper_id: title}
        return replace(self.freed(paper_id), without=tuple(without.items()))

    def freed(self, paper_id: str) -> Chosen:
        """With this paper neither asked alone nor left out."""
        return Chosen(
            tuple(one for one in self.only if one[0] != paper_id),
            tuple(one for one in self.without if one[0] != paper_id),
        )

    def noted(self, answer: Answer) -> Answer:
        """An answer from these papers, which tells so."""
        parts = (("only", self.only), ("without", self.without))
        told = [
            f"{how} {', '.join(f'“{title}”' for _, title in papers)}"
            for how, papers in parts
            if papers
        ]
        if not told:
            return answer
        return replace(answer, notes=(f"{_NOTED}{' and '.join(told)}.", *answer.notes))

    def told(self) -> str:
        """As JSON; `read` reads it."""
        return json.dumps({"only": self.only, "without": self.without}, ensure_ascii=False)

    @staticmethod
    def read(text: str) -> Chosen:
        """What `told` told, or an empty object."""
        row = json.loads(text)
        only, without = (
            tuple((str(paper_id), str(title)) for paper_id, title in row.get(kind, ()))
            for kind in ("only", "without")
        )
        return Chosen(only, without)


ALL_PAPERS = Chosen()
"""Nothing was chosen."""


def notes_chosen(answer: Answer) -> bool:
    """Whether an answer tells that papers were chosen for it.

    Of answers of older askpapers it is the one thing that is known of them.
    """
    return any(note.startswith(_NOTED) for note in answer.notes)
