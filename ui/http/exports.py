"""Kept answers and conversations as files: Markdown, BibTeX and RIS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import FastAPI, Path
from fastapi.responses import PlainTextResponse

from rag.errors import LibraryError
from rag.library import Library
from rag.summary.bibtex import bibtex
from rag.summary.ris import ris
from rag.types import Answer
from ui.export import answer_markdown, cited_papers, conversation_markdown

Format = Literal["markdown", "bibtex", "ris"]
Name = Annotated[str, Path(max_length=64)]

_FILES: dict[Format, tuple[str, str]] = {
    "markdown": ("text/markdown", "md"),
    "bibtex": ("application/x-bibtex", "bib"),
    "ris": ("application/x-research-info-systems", "ris"),
}
"""Their media type, and how a file of that kind is called."""


def add_exports(app: FastAPI, library: Library) -> None:
    """Add the routes; they come before the web app's own, which answers to everything."""

    def answer(name: Name, form: Format) -> PlainTextResponse:
        """What one answer says, or what it cites; 404 if it is not kept."""
        try:
            kept = library.conversations.answer(name)
        except LibraryError as error:
            return PlainTextResponse(str(error), status_code=404)
        return _file(form, "answer", answer_markdown(kept), [kept])

    def conversation(name: Name, form: Format) -> PlainTextResponse:
        """What a conversation says, or what it cites; 404 if it is not kept."""
        try:
            title = library.conversations.get(name).title
            kept = [turn.answer for turn in library.conversations.turns(name)]
        except LibraryError as error:
            return PlainTextResponse(str(error), status_code=404)
        return _file(form, "conversation", conversation_markdown(title, kept), kept)

    app.get("/answer/{name}/{form}", include_in_schema=False)(answer)
    app.get("/conversation/{name}/{form}", include_in_schema=False)(conversation)


def _file(form: Format, called: str, markdown: str, answers: Sequence[Answer]) -> PlainTextResponse:
    write = {"bibtex": bibtex, "ris": ris}
    text = write[form](cited_papers(answers)) if form in write else markdown
    media_type, ending = _FILES[form]
    return PlainTextResponse(
        text,
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{called}.{ending}"'},
    )
