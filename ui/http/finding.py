"""`/api/search` and `/api/papers`: what the library holds, found, listed, shown and deleted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import JSONResponse

from ingest.removal import remove, restore
from rag.errors import QuestionError
from rag.finding.filters import parse_years
from rag.finding.retrieve import search_papers
from rag.finding.similar import similar_papers
from rag.library import Library
from rag.stored.listing import PAGE, SORTS, Listing, Wanted
from rag.stored.removed import Removed
from rag.wire import hits_json, paper_json
from ui.http.bodies import Count, OfQuery
from ui.http.shapes import ErrorShape, HitShape, PaperShape, PapersShape, WholePaperShape
from ui.whole_paper import whole_paper_json

_WORDS = "Each stands in the title, a name or an identifier."
WRONG: dict[int | str, dict[str, Any]] = {
    422: {"model": ErrorShape, "description": "A parameter that cannot be used."},
    404: {"model": ErrorShape, "description": "No paper has that id."},
}


def add_finding(app: FastAPI, library: Library) -> None:
    """Add the endpoints."""

    def search(q: str, within: OfQuery, k: Count = 10) -> JSONResponse:
        """The papers that fit a query best, each with its best passage: `search --json`."""
        if not q.strip():
            raise QuestionError("the query q is empty; say what to look for")
        scope = library.scope(within) if within else None
        return JSONResponse(hits_json(search_papers(library, q, k, scope)))

    def papers(
        words: Annotated[str, Query(max_length=500, description=_WORDS)] = "",
        year: Annotated[str, Query(description="2022, 2020..2023, 2020.. or ..2023")] = "",
        category: str = "",
        source: str = "",
        sort: Annotated[str, Query(description=", ".join(SORTS))] = "newest",
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        size: Annotated[int, Query(ge=1, le=500)] = PAGE,
    ) -> JSONResponse:
        """A page of the papers that the library holds, newest first, and how many there are."""
        if sort not in SORTS:
            raise QuestionError(f"papers cannot be sorted by {sort!r}: use {', '.join(SORTS)}")
        years = parse_years(year) if year else (None, None)
        found = Listing(library.catalogue).page(
            Wanted(words, years, category, source, sort), page - 1, size
        )
        told = [paper_json(paper) for paper in found.papers]
        return JSONResponse({"total": found.total, "page": page, "size": size, "papers": told})

    def similar(paper_id: str, within: OfQuery, k: Count = 10) -> JSONResponse:
        """The papers most like one: `similar --json`."""
        scope = library.scope(within) if within else None
        return JSONResponse(hits_json(similar_papers(library, paper_id, k, scope).found))

    def show(paper_id: str) -> JSONResponse:
        """One paper, with the records it is merged from and why they are one: `show --json`."""
        return JSONResponse(whole_paper_json(library, paper_id))

    def delete(paper_id: str) -> JSONResponse:
        """Delete a paper from the library; returns what it was. For a day it can be restored."""
        (paper,) = remove(library, [paper_id])
        return JSONResponse(paper_json(paper))

    def undo(paper_id: str) -> JSONResponse:
        """Restore a deleted paper; returns the papers that its records now are in."""
        if not Removed(library.catalogue.database).records([paper_id]):
            raise HTTPException(404, f"no deletion of {paper_id!r} is kept; ingest it again")
        return JSONResponse([paper_json(paper) for paper in restore(library, [paper_id])])

    told: dict[str, Any] = {"tags": ["papers"], "responses": WRONG}
    app.get("/api/papers", response_model=PapersShape, **told)(papers)
    one = "/api/papers/{paper_id:path}"
    app.get("/api/search", response_model=list[HitShape], **told)(search)
    app.get(f"{one}/similar", response_model=list[HitShape], **told)(similar)
    app.get(one, response_model=WholePaperShape, **told)(show)
    app.post(f"{one}/restore", response_model=list[PaperShape], **told)(undo)
    app.delete(one, response_model=PaperShape, **told)(delete)
