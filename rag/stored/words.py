"""The word half of the index: BM25 over titles and prose, kept on disk by tantivy."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rag.errors import LibraryError
from rag.finding.terms import is_asking
from rag.stored.facets import add_fields, field_values
from rag.types import Chunk, Paper

WORDS_SCHEMA = "2"
"""Which fields the index has; one of another schema is made anew from the catalogue."""

_HEAP_BYTES = 50_000_000  # tantivy's writer takes at least 15 MB; 50 indexes 5,000 chunks at once
# A title counts as if it stood this often before its prose, in one field (BM25F; Robertson,
# Zaragoza and Taylor, 2004): 3 was best, while scoring it as a field of its own with a boost of
# 1.5, as a query string does, lost 0.05 nDCG@10 (docs/ranking.md).
TITLE_TIMES = 3
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


Narrow = Callable[[Any], Any]
"""Given the schema, the tantivy query of the chunks that may be found."""


class WordIndex:
    """BM25 (Robertson et al., 1994) over the chunks of one library; safe to share by threads."""

    def __init__(self, folder: Path, title_times: int = TITLE_TIMES) -> None:
        """The index in `folder`, opened or created at first use."""
        self._folder = folder
        self._title_times = title_times
        self._lock = threading.RLock()
        self._opened: Any = None

    def _index(self) -> Any:
        """The open index. Raises LibraryError if it cannot be used."""
        import tantivy

        with self._lock:
            if self._opened is None:
                schema = tantivy.SchemaBuilder()
                schema.add_text_field("chunk_id", stored=True, tokenizer_name="raw")
                schema.add_text_field("paper_id", stored=False, tokenizer_name="raw")
                schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
                add_fields(schema)
                try:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._opened = tantivy.Index(schema.build(), path=str(self._folder), reuse=True)
                except (ValueError, OSError) as error:
                    raise self._error(error) from error
            return self._opened

    def _error(self, error: Exception) -> LibraryError:
        return LibraryError(
            f"the word index in {self._folder} cannot serve ({error});"
            " `askpapers index --rebuild` makes it anew from the catalogue"
        )

    def replace(
        self, paper_ids: Sequence[str], chunks: Sequence[Chunk], papers: Iterable[Paper] = ()
    ) -> None:
        """Remove everything of `paper_ids`, then add `chunks`, in one commit.

        Filters find the chunks of `papers` only.
        """
        import tantivy

        facets = {paper.paper_id: field_values(paper) for paper in papers}
        with self._lock:
            index = self._index()
            try:
                writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
                # What a killed process wrote and did not commit has the names of what comes next.
                writer.garbage_collect_files()
                for paper_id in paper_ids:
                    writer.delete_documents_by_term("paper_id", paper_id)
                for chunk in chunks:
                    writer.add_document(
                        tantivy.Document(
                            chunk_id=[chunk.chunk_id],
                            paper_id=[chunk.paper_id],
                            text=[*[chunk.title] * self._title_times, chunk.text],
                            **facets.get(chunk.paper_id, {}),
                        )
                    )
                writer.commit()
                writer.wait_merging_threads()
                index.reload()
            except (ValueError, OSError) as error:
                raise self._error(error) from error

    def reload(self) -> None:
        """See what others have written since the index was opened."""
        with self._lock:
            if self._opened is not None:
                try:
                    self._opened.reload()
                except (ValueError, OSError) as error:
                    self._opened = None
                    raise self._error(error) from error

    def drop(self) -> None:
        """Delete the whole index."""
        with self._lock:
            self._opened = None
            shutil.rmtree(self._folder, ignore_errors=True)

    def search(self, query: str, k: int, within: Narrow | None = None) -> list[tuple[str, float]]:
        """The `k` best chunks for the words of `query`: `(chunk_id, BM25)`, best first.

        With `within`, of those chunks alone; their scores stay what they are among all.
        """
        parsed = self._parsed(query)
        if parsed is None:
            return []
        return self._found(self._both(within, parsed) if within else parsed, k)

    def holding(self, query: str) -> int:
        """Number of chunks that hold a word of `query`."""
        parsed = self._parsed(query)
        return 0 if parsed is None else self.count(lambda _: parsed)

    def _parsed(self, query: str) -> Any:
        """What finds the chunks that hold a word of `query`; None if it has no words."""
        words = " ".join(_telling(query))
        if not words:
            return None
        try:
            parsed, _ = self._index().parse_query_lenient(words, default_field_names=["text"])
        except ValueError as error:
            raise self._error(error) from error
        return parsed

    def scores(self, query: str, chunk_ids: Sequence[str]) -> dict[str, float]:
        """BM25 of those of the chunks that hold a word of `query`, by id."""
        return dict(self.search(query, len(chunk_ids), _named(chunk_ids))) if chunk_ids else {}

    def among(self, chunk_ids: Sequence[str], within: Narrow) -> set[str]:
        """Those of the chunks that `within` leaves."""
        if not chunk_ids:
            return set()
        both = self._both(within, _named(chunk_ids)(self._index().schema))
        return {chunk_id for chunk_id, _ in self._found(both, len(chunk_ids))}

    def all_within(self, within: Narrow, most: int) -> list[str]:
        """Ids of the chunks that `within` leaves, sorted; only `most` of them if there are more."""
        query = within(self._index().schema)
        return sorted(chunk_id for chunk_id, _ in self._found(query, most))

    def count(self, within: Narrow | None = None) -> int:
        """Number of chunks, or of those that `within` leaves."""
        index = self._index()
        searcher = index.searcher()
        if within is None:
            return int(searcher.num_docs)
        try:
            return int(searcher.search(within(index.schema), 1, count=True).count)
        except (ValueError, OSError) as error:
            raise self._error(error) from error

    def _both(self, within: Narrow, query: Any) -> Any:
        """`query` among what `within` leaves, which does not touch its scores."""
        import tantivy

        unscored = tantivy.Query.const_score_query(within(self._index().schema), 0.0)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, unscored), (must, query)])

    def _found(self, query: Any, k: int) -> list[tuple[str, float]]:
        searcher = self._index().searcher()
        try:
            found: Any = searcher.search(query, k, count=False).hits
            return [(_chunk_id(searcher, address), float(score)) for score, address in found]
        except (ValueError, OSError) as error:
            raise self._error(error) from error

    def ids(self) -> list[str]:
        """Ids of every stored chunk, sorted."""
        import tantivy

        searcher = self._index().searcher()
        found: Any = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
        return sorted(_chunk_id(searcher, address) for _, address in found)


def _named(chunk_ids: Sequence[str]) -> Narrow:
    import tantivy

    return lambda schema: tantivy.Query.term_set_query(schema, "chunk_id", list(chunk_ids))


def _telling(query: str) -> list[str]:
    """The words of `query` in small letters, without those that only ask, unless it has no other.

    Every word of a question like "what is known about" would count by how rare it is, and in
    abstracts such words are rare.
    """
    words = [word.lower() for word in _WORD.findall(query)]
    return [word for word in words if not is_asking(word)] or words


def _chunk_id(searcher: Any, address: Any) -> str:
    return str(searcher.doc(address)["chunk_id"][0])
