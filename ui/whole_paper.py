"""One paper in full, with where it came from: the object that `show --json` and the API give."""

from __future__ import annotations

from rag.library import Library
from rag.wire import paper_json, record_json


def whole_paper_json(library: Library, paper_id: str) -> dict[str, object]:
    """The paper with its records and what ties them together. Raises PaperNotFound."""
    from ingest.evidence import links

    paper = library.paper(paper_id)
    return paper_json(paper) | {
        "url": paper.url or None,
        "authors_complete": paper.authors_complete,
        "docnos": list(paper.docnos),
        "aliases": list(paper.aliases),
        "records": [
            record_json(link.record)
            | {"key": link.record.key, "same_as": link.other or None, "because": link.because}
            for link in links(library.records(paper.paper_id))
        ],
    }
