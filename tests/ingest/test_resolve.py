"""Merging: which records are one work, and what the paper made of them says."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import resolve
from ingest.facts import Fact, Facts, shipped
from ingest.match import same_work as alike
from ingest.names import author_list
from ingest.readers import read
from ingest.sources import find, sample_sources
from ingest.traits import traits
from rag.types import Paper, Record, Work

NO_FACTS = Facts([])
MOSS = (
    "Mosses grow slowly on the north side of old walls, where water stays. We measured four"
    " hundred walls over ten years and found that shade matters more than stone does."
    " The effect is largest in towns, and it does not depend on the kind of moss at all."
)
FERN = (
    "Ferns unroll their leaves in spring, one after another. This report follows three hundred"
    " of them through a cold season and asks which ones are late, and why that may be so."
)


def record(n: int = 0, **fields: Any) -> Record:
    return replace(Record(f"s{n}.txt", n), **fields)


def cluster(records: Iterable[Record], facts: Facts) -> list[Work]:
    return resolve.cluster([traits(record, facts) for record in records])


def same_work(a: Record, b: Record, facts: Facts) -> bool:
    return alike(traits(a, facts), traits(b, facts))


def papers(*records: Record, facts: Facts = NO_FACTS) -> list[Paper]:
    return [work.paper for work in cluster(records, facts)]


def merge(*records: Record) -> bool:
    """Whether all the records become one paper; `same_work` has to agree for two."""
    one = len(papers(*records)) == 1
    if len(records) == 2:
        a, b = records
        assert same_work(a, b, NO_FACTS) == same_work(b, a, NO_FACTS) == one
    return one


# --- what is one work


def test_an_identifier_in_common_decides() -> None:
    assert merge(record(0, arxiv_id="2101.00001", title="A"), record(1, arxiv_id="2101.00001"))
    assert merge(record(0, doi="10.1/a", title="A", abstract=MOSS), record(1, doi="10.1/a"))


def test_identifiers_that_differ_decide_even_against_equal_text() -> None:
    same = {"title": "On the growth of moss", "abstract": MOSS, "authors": ("Ada King",)}
    one = record(0, arxiv_id="2101.00001", **same)
    assert not merge(one, record(1, arxiv_id="2101.00002", **same))


@pytest.mark.parametrize(
    "other",
    [
        MOSS.replace("water stays. We", "water stays --- We").rstrip("."),
        MOSS + " Code is available on request. It runs on any machine of the last ten years.",
        MOSS[: MOSS.index("The effect")],
        MOSS.replace("four hundred", r"four$\,$hundred"),
        MOSS[:60],
    ],
    ids=["punctuation", "longer", "shorter", "latex", "cut in its first sentence"],
)
def test_near_duplicate_texts_under_one_title_are_one_work(other: str) -> None:
    assert merge(
        record(0, title="On moss", abstract=MOSS), record(1, title="On Moss.", abstract=other)
    )


def test_near_duplicate_texts_without_titles_are_one_work() -> None:
    assert merge(record(0, abstract=MOSS), record(1, abstract=MOSS + " We thank the walls."))
    assert merge(record(0, abstract=MOSS), record(1, title="On moss", abstract=MOSS))


def test_a_short_stock_sentence_is_no_evidence() -> None:
    stock = "No abstract is available for this article."
    assert not merge(
        record(0, title="On moss", abstract=stock), record(1, title="X", abstract=stock)
    )


def test_equal_titles_without_authors_do_not_make_different_texts_one_work() -> None:
    assert not merge(
        record(0, title="Summary", abstract=MOSS), record(1, title="Summary", abstract=FERN)
    )


def test_a_short_title_and_an_author_do_not_make_different_texts_one_work() -> None:
    by = ("Ada King",)
    one = record(0, title="Summary", abstract=MOSS, authors=by)
    assert not merge(one, record(1, title="Summary", abstract=FERN, authors=by))


def test_a_telling_title_and_its_first_author_make_one_work_of_rewritten_texts() -> None:
    title = "On the growth of moss"
    one = record(0, title=title, abstract=MOSS, authors=("Ada King", "Bo Li"))
    assert merge(one, record(1, title=title, abstract=FERN, authors=("A. King",)))


def test_a_record_without_abstract_joins_its_title_unless_its_authors_are_others() -> None:
    one = record(0, title="On moss", abstract=MOSS, authors=("Ada King",), authors_complete=True)
    assert merge(one, record(1, title="On moss"))
    assert not merge(one, record(1, title="On moss", authors=("Cy Fox",), authors_complete=True))


def test_a_record_in_between_does_not_join_what_contradicts() -> None:
    one, other = (record(i, title="Summary", abstract=text) for i, text in enumerate((MOSS, FERN)))
    assert len(papers(one, other, record(2, title="Summary"))) == 2


def test_a_bare_summary_joins_the_work_of_its_authors_and_date_only() -> None:
    by = {"authors": ("Ada King", "Bo Li", "Cy Fox"), "published": "2021-03-05"}
    listed = record(0, title="On moss", abstract=MOSS, **by)
    assert merge(listed, record(1, summary="Goal:\nTo see moss grow.", **by))
    later = by | {"published": "2021-06-07"}
    assert not merge(listed, record(1, summary="Goal:\nTo see moss grow.", **later))


# --- what the paper says


def test_the_best_value_of_each_field_is_kept_and_every_source() -> None:
    (paper,) = papers(
        record(0, title="On moss", abstract=MOSS[:150], published="2021", docno="7"),
        record(1, title="On moss", abstract=MOSS, authors=("Ada King",)),
        record(2, abstract=MOSS, summary="A view.", docno="3"),
        record(3, title="On moss", published="2021-03-05", doi="10.1/a"),
    )
    assert paper.abstract == MOSS
    assert paper.summary == "A view."
    assert (paper.authors, paper.authors_complete) == (("Ada King",), False)
    assert paper.published == "2021-03-05"
    assert paper.sources == ("s0.txt", "s1.txt", "s2.txt", "s3.txt")
    assert paper.docnos == ("3", "7")
    assert paper.paper_id == "doi:10.1/a"


@pytest.mark.parametrize(
    ("kept", "others"),
    [
        ("Kew Journal", ["", ""]),
        ("Physical Review D", ["Phys.Rev.D76:013009,2007", "Phys. Rev. D"]),
        ("Advances in Neural Information Processing Systems", ["NeurIPS", "Proc. NIPS 2017"]),
    ],
)
def test_a_venue_beats_none_and_its_name_spelled_out_a_reference(
    kept: str, others: list[str]
) -> None:
    said = [record(n, title="On moss", abstract=MOSS, venue=v) for n, v in enumerate(others, 1)]
    for records in (
        [*said, record(0, title="On moss", venue=kept)],
        [replace(said[0], venue=kept)],
    ):
        (paper,) = papers(*records)
        assert paper.venue == kept


def test_records_that_differ_in_the_venue_only_are_of_one_paper_and_all_kept() -> None:
    said = [record(0, title="On moss", docno="7", venue=v) for v in ("", "Kew", "Kew Journal")]
    (work,) = cluster(said, NO_FACTS)
    assert work.paper.venue == "Kew Journal"
    assert sorted(k.record.venue for k in work.records) == ["", "Kew", "Kew Journal"]


def test_incomplete_author_lists_are_put_together_and_a_complete_one_stands_alone() -> None:
    first = record(0, arxiv_id="2101.00001", authors=("Ada King", "Bo Li"))
    second = record(1, arxiv_id="2101.00001", authors=("A. King", "Cy Fox"))
    whole = record(2, arxiv_id="2101.00001", authors=("Ada King",), authors_complete=True)
    (paper,) = papers(first, second)
    assert (paper.authors, paper.authors_complete) == (("A. King", "Cy Fox", "Bo Li"), False)
    (paper,) = papers(first, second, whole)
    assert (paper.authors, paper.authors_complete) == (("Ada King",), True)


def test_ids_come_from_arxiv_then_doi_then_title_and_author_then_text() -> None:
    whole = record(
        title="On the growth of moss",
        abstract=MOSS,
        authors=("Ada King",),
        arxiv_id="2101.00001",
        doi="10.1/a",
    )
    without_arxiv = replace(whole, arxiv_id="")
    without_doi = replace(without_arxiv, doi="")
    without_authors = replace(without_doi, authors=())
    (first,), (second,) = papers(whole), papers(without_arxiv)
    assert (first.paper_id, second.paper_id) == ("arxiv:2101.00001", "doi:10.1/a")
    (third,), (fourth,) = papers(without_doi), papers(without_authors)
    assert third.paper_id.startswith("title:")
    assert fourth.paper_id.startswith("text:")


def test_the_ids_that_records_would_have_alone_are_aliases() -> None:
    bare, named = record(0, abstract=MOSS), record(1, abstract=MOSS, arxiv_id="2101.00001")
    ((alone,), (paper,)) = papers(bare), papers(bare, named)
    assert paper.aliases == (alone.paper_id,)


def test_three_papers_called_summary_have_three_ids() -> None:
    texts = (MOSS, FERN, "Short.")
    found = papers(*(record(i, title="Summary", abstract=text) for i, text in enumerate(texts)))
    assert len({paper.paper_id for paper in found}) == 3


@pytest.mark.parametrize("text", ["", "Short.", MOSS])
def test_papers_of_one_short_title_by_strangers_have_ids_of_their_own(text: str) -> None:
    """Also alone: what arrives later must not take the place of what is there."""
    one, other = (
        record(i, title="Editorial", abstract=text, authors=(name,), authors_complete=True)
        for i, name in enumerate(("Ada King", "Cy Fox"))
    )
    assert not merge(one, other)
    assert papers(one)[0].paper_id != papers(other)[0].paper_id


# --- facts


MOSS_FACT = Fact("On moss", ("Ada King", "Bo Li", "Cy Fox"), True, "2021-03-05", "2101.00001")


@pytest.mark.parametrize(
    "known",
    [
        {"arxiv_id": "2101.00001"},
        {"title": "On Moss"},
        {"summary": "A view.", "authors": ("A. King", "B. Li", "C. Fox"), "published": "2021"},
    ],
)
def test_a_fact_names_a_paper_and_is_no_source_of_it(known: dict[str, Any]) -> None:
    (paper,) = papers(record(**known), facts=Facts([MOSS_FACT]))
    assert (paper.paper_id, paper.title) == ("arxiv:2101.00001", "On moss")
    assert (paper.authors, paper.published) == (MOSS_FACT.authors, "2021-03-05")
    assert paper.sources == ("s0.txt",)


def test_a_fact_is_not_for_other_people_or_another_id() -> None:
    facts = Facts([MOSS_FACT])
    others = record(title="On moss", authors=("Dee Roe",))
    assert facts.of(others) is None
    assert facts.of(record(title="On moss", arxiv_id="2101.99999")) is None


def test_a_fact_joins_records_that_share_nothing_else() -> None:
    by_id = record(0, arxiv_id="2101.00001", abstract=MOSS)
    by_title = record(1, title="On moss", abstract=FERN)
    assert len(papers(by_id, by_title, facts=Facts([MOSS_FACT]))) == 1


def test_the_shipped_facts_are_well_formed() -> None:
    facts = shipped()
    assert len(facts) == 21
    for paper in sample_papers():
        assert paper.title
        assert paper.authors
        assert paper.authors == author_list(", ".join(paper.authors))[0]


# --- the sample library


def sample_records() -> list[Record]:
    names = sample_sources()
    sources = [find(name, None).sources[0] for name in names]  # type: ignore[arg-type]  # no "-"
    return [piece for source in sources for piece in read(source) if isinstance(piece, Record)]


def sample_papers() -> list[Paper]:
    return papers(*sample_records(), facts=shipped())


def test_the_sample_holds_21_papers_and_every_arxiv_paper_has_its_id() -> None:
    found = sample_papers()
    assert len(found) == 21
    assert [p.title for p in found if not p.arxiv_id] == [
        "An Exact Dynamic Programming Solution for a Decentralized Two-Player Markov Decision"
        " Process"
    ]
    assert {name for paper in found for name in paper.sources} == {
        record.source for record in sample_records()
    }


def test_the_summary_page_belongs_to_instructgpt_and_is_not_its_abstract() -> None:
    (paper,) = (paper for paper in sample_papers() if paper.summary)
    assert paper.arxiv_id == "2203.02155"
    assert "about twice as often as GPT-3" in paper.summary
    assert "about twice as often" not in paper.abstract
    assert len(paper.sources) == 3


def test_the_longer_text_of_a_page_that_cuts_it_is_kept() -> None:
    (paper,) = (p for p in sample_papers() if p.arxiv_id == "2501.16496")
    assert "This review collects the perspectives" in paper.abstract


def test_without_facts_the_sample_merges_by_what_the_pages_say() -> None:
    found = papers(*sample_records())
    assert len(found) == 21


def test_the_order_of_records_and_the_names_of_files_make_no_difference() -> None:
    records = sample_records()
    expected = sample_papers()
    for seed in range(5):
        random.Random(seed).shuffle(records)
        copies = [replace(r, source=f"copy of {r.source}") for r in records[seed * 5 :]]
        found = papers(*records, *copies, facts=shipped())
        assert [replace(p, sources=()) for p in found] == [replace(p, sources=()) for p in expected]


# --- any records


TEXTS = st.sampled_from(["", MOSS, MOSS[:150], MOSS + " More.", FERN, "Short.", "Not available."])
ANY = st.builds(
    Record,
    source=st.sampled_from(["a", "b"]),
    position=st.integers(0, 3),
    docno=st.sampled_from(["", "1", "2"]),
    title=st.sampled_from(["", "Summary", "On the growth of moss", "On the growth of moss: II"]),
    abstract=TEXTS,
    summary=st.sampled_from(["", "", "A view."]),
    authors=st.sampled_from([(), ("Ada King",), ("Ada King", "Bo Li"), ("Cy Fox",)]),
    authors_complete=st.booleans(),
    published=st.sampled_from(["", "2021", "2021-03-05"]),
    arxiv_id=st.sampled_from(["", "", "2101.00001", "2101.00002"]),
    doi=st.sampled_from(["", "", "10.1/a", "10.1/b"]),
    venue=st.sampled_from(["", "", "Kew Journal", "Kew J. 7 (2021)"]),
).filter(lambda r: bool(r.title or r.abstract or r.summary or r.arxiv_id or r.doi))


@settings(max_examples=300, deadline=None)
@given(st.lists(ANY, max_size=7), st.randoms(use_true_random=False))
def test_merging_is_a_function_of_the_set_and_gives_every_record_one_paper(
    records: list[Record], rng: random.Random
) -> None:
    works = cluster(records, NO_FACTS)
    assert sorted(map(repr, records)) == sorted(
        repr(keyed.record) for work in works for keyed in work.records
    )
    assert len({work.paper.paper_id for work in works}) == len(works)
    for work in works:
        assert len({r.record.arxiv_id for r in work.records} - {""}) <= 1
    rng.shuffle(records)
    assert [w.paper for w in cluster(records, NO_FACTS)] == [w.paper for w in works]


@given(ANY, ANY)
def test_records_of_one_work_share_a_key(a: Record, b: Record) -> None:
    together = len(cluster([a, b], NO_FACTS)) == 1
    assert together == same_work(a, b, NO_FACTS) == same_work(b, a, NO_FACTS)
    if together:
        one, other = traits(a, NO_FACTS), traits(b, NO_FACTS)
        assert one.alone == other.alone or one.keys & other.keys
