"""Records merged into papers: a function of the set of records, whatever their order or place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TypeVar

from ingest.facts import Fact
from ingest.identifiers import arxiv_month
from ingest.match import Apart, likeness, set_apart
from ingest.names import person_key
from ingest.text import digest, words
from ingest.traits import Traits, text_id, work_id
from rag.evidence.sentences import sentence_spans
from rag.stored.records import MOST_HOLDERS
from rag.types import Paper, Record, Work

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Node:
    """All records that say the same (but for the venue, perhaps), wherever they say it."""

    records: tuple[Traits, ...]

    @property
    def traits(self) -> Traits:
        """What all of them say."""
        return self.records[0]


def cluster(
    records: Iterable[Traits], apart: Apart = frozenset(), common: Collection[int] = ()
) -> list[Work]:
    """The works that `records` are about, by paper id.

    Records that would have one id alone are one work. Of the others the surest likeness joins
    first; two groups are kept apart if any record of one contradicts any of the other, so that
    no record in between can join what is different. `apart` are a person's decisions; `common`
    are keys known to be held by too many works to be evidence.
    """
    nodes = _nodes(records)
    named = {handle for pair in apart for handle in pair}
    decided = [_decided(node, named) for node in nodes]
    group: dict[int, list[int]] = {}
    alone: dict[str, list[int]] = {}
    for i, node in enumerate(nodes):
        group[i] = [] if decided[i] else alone.setdefault(node.traits.alone, [])
        group[i].append(i)
    known: dict[tuple[int, int], float] = {}

    def alike(i: int, j: int) -> float:
        pair = (min(i, j), max(i, j))
        if pair not in known:
            known[pair] = _alike(nodes[pair[0]], nodes[pair[1]], apart)
        return known[pair]

    for i, j in _edges(nodes, group, alike, common):
        one, other = group[i], group[j]
        if one is not other and all(alike(m, n) >= 0 for m in one for n in other):
            one.extend(other)
            for member in other:
                group[member] = one
    groups = {id(members): sorted(members) for members in group.values()}
    works = [_work([nodes[i] for i in members]) for members in groups.values()]
    return sorted(_distinct(works), key=lambda work: work.paper.paper_id)


def _nodes(records: Iterable[Traits]) -> list[_Node]:
    """Nodes in the order of their contents."""
    same: dict[int, list[Traits]] = {}
    for trait in records:
        same.setdefault(trait.content, []).append(trait)
    for members in same.values():
        members.sort(key=lambda trait: trait.keyed.record_id)
    return [_Node(tuple(members)) for _, members in sorted(same.items())]


def _decided(node: _Node, named: Collection[int]) -> bool:
    """Whether a person's decision names any record of this node."""
    return bool(named) and any(h in named for trait in node.records for h in trait.handles)


def _alike(a: _Node, b: _Node, apart: Apart) -> float:
    if apart and any(set_apart(x, y, apart) for x in a.records for y in b.records):
        return -9.0
    return likeness(a.traits, b.traits)


def _edges(
    nodes: Sequence[_Node],
    group: dict[int, list[int]],
    alike: Callable[[int, int], float],
    common: Collection[int],
) -> list[tuple[int, int]]:
    """Pairs of different groups that share a key and are about one work, the surest first."""
    holders: dict[int, list[int]] = {}
    for i, node in enumerate(nodes):
        for key in node.traits.keys:
            holders.setdefault(key, []).append(i)
    pairs: set[tuple[int, int]] = set()
    for key, held in holders.items():
        if len(held) == 1 or key in common:
            continue
        if len({nodes[i].traits.alone for i in held}) <= MOST_HOLDERS:
            pairs.update(_across(held, group))
    same: dict[str, list[int]] = {}
    for i, node in enumerate(nodes):
        same.setdefault(node.traits.alone, []).append(i)
    for held in same.values():  # apart only if a person's decision names one of them
        if len(held) > 1:
            pairs.update(_across(held, group))
    edges = [(-alike(i, j), i, j) for i, j in pairs if alike(i, j) > 0]
    return [(i, j) for _, i, j in sorted(edges)]


def _across(held: Sequence[int], group: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of `held` that are not of one group."""
    parts: dict[int, list[int]] = {}
    for i in held:
        parts.setdefault(id(group[i]), []).append(i)
    for one, other in combinations(parts.values(), 2):
        yield from ((min(i, j), max(i, j)) for i, j in product(one, other))


def _work(nodes: Sequence[_Node]) -> Work:
    """One work; its aliases are the ids that its records would have alone."""
    paper = _merge(nodes)
    alone = {node.traits.alone for node in nodes}
    keyed = sorted(
        (trait.keyed for node in nodes for trait in node.records),
        key=lambda keyed: keyed.record_id,
    )
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
    said = [node.traits.record for node in nodes]
    every = [trait.record for node in nodes for trait in node.records]
    fact = next((node.traits.fact for node in nodes if node.traits.fact), None)
    authors, complete = _authors(said, fact)
    arxiv_id = min({node.traits.arxiv_id for node in nodes} - {""}, default="")
    published = _best((r.published for r in said), _date_rank) or arxiv_month(arxiv_id)
    paper = Paper(
        paper_id="",
        title=fact.title if fact else _best((r.title for r in said), _title_rank),
        abstract=_best((r.abstract for r in said), _abstract_rank),
        summary="\n\n".join(_different(r.summary for r in said)),
        authors=authors,
        authors_complete=complete,
        published=fact.published if fact else published,
        arxiv_id=arxiv_id,
        doi=min({r.doi for r in said} - {""}, default=""),
        sources=tuple(sorted({r.source for r in every})),
        docnos=tuple(sorted({r.docno for r in every} - {""})),
        categories=tuple(sorted({name for r in said for name in r.categories})),
        venue=_best((r.venue for r in every), _venue_rank),
    )
    return replace(paper, paper_id=_paper_id(paper, nodes, fact))


def _best(values: Iterable[_Value], rank: Callable[[_Value], tuple[object, ...]]) -> _Value:
    """The first by rank; ranking is dear, and mostly there is nothing to choose from."""
    different = set(values)
    return min(different, key=rank) if len(different) > 1 else different.pop()


def _paper_id(paper: Paper, nodes: Sequence[_Node], fact: Fact | None) -> str:
    """arXiv id, DOI, title and first author as one record (or a fact) has them, or the text."""
    if len(nodes) == 1:
        return nodes[0].traits.alone
    headed = min((node.traits.headed for node in nodes if node.traits.headed), default=None)
    found = work_id(paper.arxiv_id, paper.doi, fact, headed)
    said = Record("", 0, "", paper.title, paper.abstract, paper.summary, paper.authors)
    return found or text_id(said)


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


def _venue_rank(venue: str) -> tuple[bool, int, int, str]:
    """A name before a reference to volume and page, and of names the one most spelled out."""
    digits = sum(map(str.isdecimal, venue))
    return (not venue, digits, -sum(map(str.isalpha, venue)), venue)


def _different(texts: Iterable[str]) -> list[str]:
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
