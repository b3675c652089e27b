"""Quotes as they are printed: one that is a part only says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Citation


def quoted(citation: Citation) -> str:
    """The quote, with '…' where the rest of its sentence or of its value is left out."""
    if not citation.shortened:
        return citation.quote
    if citation.start is None:  # a value of the catalogue is only ever cut at its end
        return f"{citation.quote}…"
    return f"… {citation.quote} …"  # it is not known on which side its sentence goes on
