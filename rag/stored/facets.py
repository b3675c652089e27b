"""What filters look at, as fields of the word index, and a filter as its query."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
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


def fits(
    paper: Paper, within: Filter, paper_ids: Collection[str], without: Collection[str]
) -> bool:
    """Whether `within` leaves the paper, as the query finds it: for papers that are at hand."""
    values = field_values(paper)
    first, last = (end if end is not None else paper.year for end in within.years)
    year = within.years == (None, None) or any(first <= one <= last for one in values["year"])
    held = {fold(category).strip(".") for category in within.categories}
    return (
        year
        and (not held or not held.isdisjoint(values["category"]))
        and (not within.authors or any(_terms(a) <= {*values["author"]} for a in within.authors))
        and (not within.sources or any(_is_from(paper, source) for source in within.sources))
        and (not within.paper_ids or paper.paper_id in paper_ids)
        and paper.paper_id not in without
    )


def _is_from(paper: Paper, source: str) -> bool:
    return source in paper.sources or any(
        re.fullmatch(_pattern(source), one) for one in paper.sources
    )


def _terms(author: str) -> set[str]:
    """What one who is called so is indexed by."""
    words = name_words(author)
    return set(words) if len(words) == 1 else set(map(" ".join, combinations(words, 2)))


def author_query(schema: Any, name: str, *, nearly: bool = False) -> Any:
    """The query of papers one of whose authors is called so, or, if `nearly`, has a word in the
    name that differs from this one by a letter.
    """
    import tantivy

    if nearly:
        return tantivy.Query.fuzzy_term_query(schema, "author", fold(name))
    return _person(schema, name)


def _any(queries: Sequence[Any]) -> Any:
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _person(schema: Any, author: str) -> Any:
    import tantivy

    term = tantivy.Query.term_query
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, term(schema, "author", t, "basic")) for t in sorted(_terms(author))]
    )


def _source(schema: Any, source: str) -> Any:
    import tantivy

    exact = tantivy.Query.term_query(schema, "source", source, "basic")
    if not {"*", "?"} & set(source):
        return exact
    return _any([exact, tantivy.Query.regex_query(schema, "source", _pattern(source))])


def _pattern(source: str) -> str:
    """The regular expression of a name in which `*` and `?` may stand."""
    signs = {"*": ".*", "?": "."}
    return "".join(signs.get(c, re.escape(c)) for c in source)
