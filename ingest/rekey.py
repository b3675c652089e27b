"""Stored records given identities and match keys anew, after the way to compute them changed."""

from __future__ import annotations

from ingest.facts import Facts
from ingest.traits import MATCH_VERSION, traits
from rag.library import Library

_STAMP = "match_version"


def rekey(library: Library, facts: Facts) -> None:
    """Bring the library's records up to this version's match keys; at once if they are.

    All or nothing, also when the process is killed. Raises LibraryBusy, LibraryError.
    """
    catalogue = library.catalogue
    if catalogue.meta(_STAMP) == MATCH_VERSION:
        return
    with library.writing(), catalogue.transaction():
        catalogue.stored.forget_keys()
        for page in catalogue.stored.pages():
            anew = [(name, traits(old.record, facts).keyed, old.record_id) for name, old in page]
            catalogue.stored.rekey(anew)
        catalogue.set_meta(_STAMP, MATCH_VERSION)
