"""Records merged into papers: a function of the set of records, whatever their order or place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ingest.facts import Fact, Facts
from ingest.match import Traits, likeness, traits
from ingest.names import person_key
from ingest.text import digest, words
from rag.sentences import sentence_spans
from rag.types import KeyedRecord, Paper, Record, Work

_TEXT_WORDS = 20  # a shorter abstract ("Not available.") does not identify a paper


@dataclass(frozen=True, slots=True)
class _Node:
    """All records that say the same, wherever they say it."""

    traits: Traits
    records: tuple[KeyedRecord, ...]


def cluster(records: Iterable[Record], facts: Facts) -> list[Work]:
    """The works that `records` are about, by paper id.

    The surest likeness joins first; two groups are kept apart if any record of one contradicts
    any of the other, so that no record in between can join what is different.
    """
    nodes = _nodes(records, facts)
    group: dict[int, list[int]] = {i: [i] for i in range(len(nodes))}
    known: dict[tuple[int, int], float] = {}

    def alike(i: int, j: int) -> float:
        pair = (min(i, j), max(i, j))
        if pair not in known:
            known[pair] = likeness(nodes[pair[0]].traits, nodes[pair[1]].traits)
        return known[pair]

    for i, j in _edges(nodes, alike):
        one, other = group[i], group[j]
        if one is not other and all(alike(m, n) >= 0 for m in one for n in other):
            one.extend(other)
            for member in other:
                group[member] = one
    groups = {id(members): sorted(members) for members in group.values()}
    works = [_work([nodes[i] for i in members]) for members in groups.values()]
    return sorted(_distinct(works), key=lambda work: work.paper.paper_id)


def _nodes(records: Iterable[Record], facts: Facts) -> list[_Node]:
    """Nodes in the order of their contents."""
    same: dict[tuple[str, ...], list[tuple[Traits, Record]]] = {}
    for record in records:
        trait = traits(record, facts)
        same.setdefault(trait.content, []).append((trait, record))
    nodes = []
    for _, members in sorted(same.items()):
        members.sort(key=lambda member: member[1].key)
        keyed = tuple(KeyedRecord(record, tuple(sorted(t.keys))) for t, record in members)
        nodes.append(_Node(members[0][0], keyed))
    return nodes


def _edges(nodes: Sequence[_Node], alike: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """Pairs that share a key and are about one work, the surest first."""
    holders: dict[str, list[int]] = {}
    for i, node in enumerate(nodes):
        for key in node.traits.keys:
            holders.setdefault(key, []).append(i)
    pairs = {pair for held in holders.values() for pair in combinations(held, 2)}
    edges = [(-alike(i, j), i, j) for i, j in pairs if alike(i, j) > 0]
    return [(i, j) for _, i, j in sorted(edges)]


def _work(nodes: Sequence[_Node]) -> Work:
    """One work; its aliases are the ids that its records would have alone."""
    paper = _merge(nodes)
    alone = {_merge([node]).paper_id for node in nodes} if len(nodes) > 1 else set()
    keyed = sorted((k for node in nodes for k in node.records), key=lambda k: k.record.key)
    aliases = tuple(sorted(alone - {paper.paper_id}))
    return Work(replace(paper, aliases=aliases), tuple(keyed))


def _distinct(works: list[Work]) -> list[Work]:
    """Works that would share an id though they contradict get one from all they say."""
    times = Counter(work.paper.paper_id for work in works)
    return [work if times[work.paper.paper_id] == 1 else _renamed(work) for work in works]


def _renamed(work: Work) -> Work:
    paper = work.paper
    said = digest(paper.title, paper.abstract, paper.summary, *paper.authors, paper.published)
    return replace(work, paper=replace(paper, paper_id=f"{paper.paper_id}-{said}"))


def _merge(nodes: Sequence[_Node]) -> Paper:
    """The best value of each field among the records and the fact about them, if there is one."""
    said = [node.records[0].record for node in nodes]
    every = [keyed.record for node in nodes for keyed in node.records]
    fact = next((node.traits.fact for node in nodes if node.traits.fact), None)
    abstract = min((r.abstract for r in said), key=_abstract_rank)
    summary = "\n\n".join(_apart(r.summary for r in said))
    authors, complete = _authors(said, fact)
    dois = {r.doi for r in said} - {""}
    arxiv_ids = {node.traits.arxiv_id for node in nodes} - {""}
    paper = Paper(
        paper_id="",
        title=fact.title if fact else min((r.title for r in said), key=_title_rank),
        abstract=abstract,
        summary=summary,
        authors=authors,
        authors_complete=complete,
        published=min([fact.published] if fact else [r.published for r in said], key=_date_rank),
        arxiv_id=min(arxiv_ids, default=""),
        doi=min(dois, default=""),
        sources=tuple(sorted({r.source for r in every})),
        docnos=tuple(sorted({r.docno for r in every} - {""})),
        categories=tuple(sorted({name for r in said for name in r.categories})),
    )
    return replace(paper, paper_id=_paper_id(paper, nodes, fact))


def _paper_id(paper: Paper, nodes: Sequence[_Node], fact: Fact | None) -> str:
    """arXiv id, DOI, title and first author as one record (or a fact) has them, or the text."""
    if paper.arxiv_id:
        return f"arxiv:{paper.arxiv_id}"
    if paper.doi:
        return f"doi:{paper.doi}"
    if fact:
        return f"title:{digest(' '.join(words(fact.title)), person_key(fact.authors[0]))}"
    headed = sorted(node.traits.headed for node in nodes if node.traits.headed)
    if headed:
        return f"title:{digest(*headed[0])}"
    text = words(paper.abstract) or words(paper.summary)
    first = person_key(paper.authors[0]) if paper.authors else ""
    if paper.title and (first or len(text) < _TEXT_WORDS):
        return f"title:{digest(' '.join(words(paper.title)), first, *text)}"
    return f"text:{digest(*text)}"


def _abstract_rank(abstract: str) -> tuple[int, int, bool, int, str]:
    """The most words first; of equals the one with the most sentences (no full stop is missing),
    that ends one, and has the least markup.
    """
    sentences = len(sentence_spans(abstract))
    unended = not abstract.rstrip().endswith(".")
    return (-len(words(abstract)), -sentences, unended, len(abstract), abstract)


def _title_rank(title: str) -> tuple[int, bool, str]:
    """The longest first; of equals one that is not written all in one case."""
    return (-len(words(title)), title.isupper() or title.islower(), title)


def _date_rank(published: str) -> tuple[int, str]:
    """The most precise first; of equals the earliest."""
    return (-len(published), published)


def _apart(texts: Iterable[str]) -> list[str]:
    """The different texts, the longest first, none of them part of another."""
    kept: list[str] = []
    for text in sorted(set(texts) - {""}, key=lambda text: (-len(text), text)):
        if not any(text in longer for longer in kept):
            kept.append(text)
    return kept


def _authors(records: Collection[Record], fact: Fact | None) -> tuple[tuple[str, ...], bool]:
    """A complete list if there is one; else the longest, and after it who else is known of."""
    lists = sorted(
        {(not r.authors_complete, -len(r.authors), r.authors) for r in records if r.authors}
    )
    if fact:
        partial = not fact.authors_complete
        if not partial or not any(not row[0] for row in lists):
            lists.insert(0, (partial, -len(fact.authors), fact.authors))
    if not lists:
        return (), False
    incomplete, _, names = lists[0]
    if not incomplete:
        return names, True
    known = list(names)
    for _, _, others in lists[1:]:
        people = {person_key(name) for name in known}
        known.extend(name for name in others if person_key(name) not in people)
    return tuple(known), False
