"""Papers as BibTeX: what it holds can be read back, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.bibtex import read
from rag.summary.bibtex import bibtex, cite_keys
from rag.types import Paper, Record

WEBGPT = Paper(
    "arxiv:2112.09332",
    "WebGPT: Browser-assisted question-answering",
    authors=("Reiichiro Nakano", "Jacob Hilton"),
    published="2021-12-17",
    arxiv_id="2112.09332",
    categories=("cs.CL",),
)
NATURE = Paper(
    "doi:10.1038/x_y",
    "Über 50% & more of $x_{1}$: the case #1",
    authors=("Jürgen Müller", "Søren Ångström"),
    authors_complete=True,
    published="2015",
    doi="10.1038/x_y",
)


MEETING = replace(WEBGPT, venue="Proceedings of the 31st Conference on Ferns & Moss_es")
JOURNAL = replace(NATURE, venue="Zeitschrift für 50% Moose")


def read_back(*papers: Paper) -> list[Record]:
    pieces = read("a.bib", bibtex(papers).splitlines(keepends=True))
    return [piece for piece in pieces if isinstance(piece, Record)]


@pytest.mark.parametrize(
    "paper", [WEBGPT, NATURE, MEETING, JOURNAL], ids=["arXiv", "DOI", "meeting", "journal"]
)
def test_an_entry_reads_back_as_the_paper(paper: Paper) -> None:
    (record,) = read_back(paper)
    assert (record.title, record.authors) == (paper.title, paper.authors)
    assert (record.arxiv_id, record.doi) == (paper.arxiv_id, paper.doi)
    assert paper.published.startswith(record.published)
    assert record.authors_complete == paper.authors_complete
    assert record.venue == paper.venue


@pytest.mark.parametrize(
    ("venue", "kind", "field"),
    [
        ("Kew Journal", "article", "journal"),
        ("Proceedings of the National Academy of Sciences", "article", "journal"),
        ("Phys.Rev.D76:013009,2007", "article", "journal"),
        ("Advances in Neural Information Processing Systems", "inproceedings", "booktitle"),
        ("International Conference on Machine Learning", "inproceedings", "booktitle"),
        ("Proc. 31st Int. Conf. on Moss", "inproceedings", "booktitle"),
        ("AAAI Conferences", "inproceedings", "booktitle"),
    ],
)
def test_a_meeting_stands_as_book_title_and_a_journal_as_journal(
    venue: str, kind: str, field: str
) -> None:
    entry = bibtex([replace(WEBGPT, venue=venue)])
    assert entry.startswith(f"@{kind}{{")
    assert f"{field} = {{{venue}}}" in entry
    assert "eprint = {2112.09332}" in entry


def test_a_key_is_author_year_and_first_word() -> None:
    assert cite_keys([WEBGPT, NATURE]) == {
        "arxiv:2112.09332": "nakano2021webgpt",
        "doi:10.1038/x_y": "muller2015uber",
    }


def test_papers_that_share_a_key_get_letters_in_whatever_order() -> None:
    twin = Paper("arxiv:1", WEBGPT.title, authors=WEBGPT.authors, published="2021")
    keys = cite_keys([WEBGPT, twin])
    assert keys == cite_keys([twin, WEBGPT])
    assert sorted(keys.values()) == ["nakano2021webgpta", "nakano2021webgptb"]


def test_capitals_within_a_word_are_protected() -> None:
    assert "{{WebGPT}: Browser" in bibtex([WEBGPT])


def test_no_papers_are_no_entries() -> None:
    assert bibtex([]) == ""


PRINTED = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=60)


def test_an_author_of_signs_alone_has_an_entry() -> None:
    odd = Paper("title:1", "Moss", authors=("¯",), published="2020")
    assert "{anonymous2020moss," in bibtex([odd])


@given(PRINTED, st.lists(PRINTED, max_size=3), PRINTED)
def test_whatever_a_title_holds_the_next_entry_is_whole(
    title: str, authors: list[str], venue: str
) -> None:
    odd = Paper("title:1", title, authors=tuple(authors), published="2020", venue=venue)
    assert read_back(odd, WEBGPT)[-1].title == WEBGPT.title


@pytest.mark.parametrize(
    "title",
    [
        r"On $\input{/etc/passwd}$",
        r"On $\immediate\write18{ls}$",
        r"On $\csname input\endcsname$",
        "On $^^5cinput{/etc/passwd}$",
    ],
)
def test_no_title_has_latex_do_more_than_print(title: str) -> None:
    printed = bibtex([Paper("title:1", title, published="2020")])
    assert r"\$" in printed  # a dollar sign to be printed: nothing is math
    assert "^^" not in printed
    assert "\\input{" not in printed


@pytest.mark.parametrize(
    "odd",
    [
        Paper("title:1", "On $}, note = {x$", published="2020"),
        Paper("doi:1", "On moss", doi="10.1234/a},note={x"),
        Paper("arxiv:1", "On moss", arxiv_id="2001.00001", categories=("cs}, note = {x",)),
    ],
    ids=["title", "doi", "category"],
)
def test_no_value_begins_another_field(odd: Paper) -> None:
    from bibtexparser.entrypoint import parse_string

    (entry,) = parse_string(bibtex([odd])).entries
    assert "note" not in entry.fields_dict


def test_math_that_only_prints_stays_math() -> None:
    title = r"Mosses at $\alpha_{1} \leq \frac{1}{2}$ of $\mathcal{O}(n)$"
    assert r"$\alpha_{1} \leq \frac{1}{2}$" in bibtex([Paper("title:1", title)])
    assert r"$\mathcal{O}(n)$" in bibtex([Paper("title:1", title)])
