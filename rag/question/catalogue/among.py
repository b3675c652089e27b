"""The papers that a question about the library is asked of: all, or those that a filter leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.finding.filters import EVERYTHING, Filter
from rag.library import Library
from rag.stored.facets import fits
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Among:
    """What `within` leaves of a library, by what the catalogue says of each paper.

    Methods raise PaperNotFound where a paper that `within` names is there no more.
    """

    library: Library
    within: Filter = EVERYTHING

    @property
    def place(self) -> str:
        """Where a paper is then, in words: “no paper in the library”."""
        return "among those chosen" if self.within else "in the library"

    def kept(self, papers: Iterable[Paper]) -> list[Paper]:
        """Those of the papers that are left, in their order."""
        if not self.within:
            return list(papers)
        only, without = (
            frozenset(self.library.paper(name).paper_id for name in names)
            for names in (self.within.paper_ids, self.within.without)
        )
        return [paper for paper in papers if fits(paper, self.within, only, without)]

    def one_named(self) -> list[Paper]:
        """The one paper that `within` names, if it names one; whatever else is asked means it."""
        if len(self.within.paper_ids) != 1:
            return []
        return self.kept([self.library.paper(self.within.paper_ids[0])])
