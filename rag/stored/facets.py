"""What filters look at, as fields of the word index, and a filter as its query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from rag.finding.filters import Filter, category_terms, fold, name_terms, name_words
from rag.types import Paper

_NAMES = ("category", "source", "author")


def add_fields(schema: Any) -> None:
    """Add the fields to a tantivy schema that is being built."""
    schema.add_integer_field("year", indexed=True, fast=True)
    for name in _NAMES:
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")


def field_values(paper: Paper) -> dict[str, list[Any]]:
    """The fields of every chunk of `paper`."""
    return {
        "year": [] if paper.year is None else [paper.year],
        "category": sorted({term for c in paper.categories for term in category_terms(c)}),
        "source": list(paper.sources),
        "author": sorted({term for author in paper.authors for term in name_terms(author)}),
    }


def filter_query(
    schema: Any, within: Filter, paper_ids: Sequence[str], without: Sequence[str] = ()
) -> Any:
    """The query that finds what `within` leaves; `paper_ids`, `without` are its ids, resolved."""
    import tantivy

    kinds = []
    if within.years != (None, None):
        whole = tantivy.FieldType.Integer
        kinds.append(tantivy.Query.range_query(schema, "year", whole, *within.years))
    if within.authors:
        kinds.append(_any([_person(schema, author) for author in within.authors]))
    if within.categories:
        folded = [fold(category).strip(".") for category in within.categories]
        kinds.append(tantivy.Query.term_set_query(schema, "category", folded))
    if within.sources:
        kinds.append(_any([_source(schema, source) for source in within.sources]))
    if within.paper_ids:
        kinds.append(tantivy.Query.term_set_query(schema, "paper_id", list(paper_ids)))
    wanted = [(tantivy.Occur.Must, kind) for kind in kinds or [tantivy.Query.all_query()]]
    if within.without:
        unwanted = tantivy.Query.term_set_query(schema, "paper_id", list(without))
        wanted.append((tantivy.Occur.MustNot, unwanted))
    return tantivy.Query.boolean_query(wanted)


def _any(queries: Sequence[Any]) -> Any:
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _person(schema: Any, author: str) -> Any:
    import tantivy

    words = name_words(author)
    terms = words if len(words) == 1 else list(map(" ".join, combinations(words, 2)))
    term = tantivy.Query.term_query
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, term(schema, "author", t, "basic")) for t in terms]
    )


def _source(schema: Any, source: str) -> Any:
    import tantivy

    exact = tantivy.Query.term_query(schema, "source", source, "basic")
    if not {"*", "?"} & set(source):
        return exact
    signs = {"*": ".*", "?": "."}
    pattern = "".join(signs.get(c, re.escape(c)) for c in source)
    return _any([exact, tantivy.Query.regex_query(schema, "source", pattern)])
