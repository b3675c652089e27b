"""Papers deleted from a library, and had back: their records are kept for a day."""

from __future__ import annotations

from collections.abc import Collection

from ingest.facts import Facts, shipped
from ingest.settle import Settler
from ingest.traits import content, record_id
from rag.errors import LibraryError
from rag.library import Library
from rag.stored.removed import UNDO_S, Removed, take_out
from rag.types import Paper


def remove(library: Library, paper_ids: Collection[str]) -> list[Paper]:
    """Delete these papers, all or none; returns what they were.

    They are gone for every reader on return; their vectors follow with the next fill. Raises
    PaperNotFound, LibraryBusy, LibraryError.
    """
    with library.writing():
        papers = take_out(library.catalogue, paper_ids)
        library.write([])  # the words are told; Chroma would hold every thread while it writes
    return papers


def restore(
    library: Library, paper_ids: Collection[str], facts: Facts | None = None
) -> list[Paper]:
    """Undo the deletion of these papers; returns the papers that their records now are in.

    They are merged with what has come in meanwhile, as if they were ingested again. Raises
    LibraryError (none of them is kept any more), LibraryBusy.
    """
    removed = Removed(library.catalogue.database)
    records = removed.records(paper_ids)
    if not records:
        raise LibraryError(
            f"the deletion of {', '.join(paper_ids)} cannot be undone any more, or never was: it is"
            f" kept for {UNDO_S / 3600:.0f} hours (`askpapers restore` lists what is there); else"
            " ingest the source again"
        )
    with library.writing():
        settler = Settler(library, facts or shipped())
        settler.take(records)
        removed.forget(paper_ids)
    ids = [record_id(record, content(record)) for record in records]
    return library.papers(set(library.catalogue.stored.owners(ids).values()))
