"""The OpenAlex client, against a stand-in on loopback; replies in the shape of the real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.openalex import BATCH, Found, OpenAlexClient
from ingest.web import Manners
from rag.errors import SourceError
from rag.types import Record
from tests.replies import FakeTime, Reply, answering

QUICK = Manners(pause_s=0.0, read_s=5.0)
MOSS = "10.1000/moss"


def inverted(text: str) -> dict[str, list[int]]:
    """An abstract as OpenAlex gives it: each word with its places."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        index.setdefault(word, []).append(place)
    return index


def work(doi: str = MOSS, **fields: Any) -> dict[str, Any]:
    """A work as OpenAlex gives it, less what nobody reads here."""
    return {
        "id": "https://openalex.org/W2919115771",
        "doi": f"https://doi.org/{doi}",
        "title": "On Moss",
        "publication_date": "2015-05-27",
        "publication_year": 2015,
        "authorships": [
            {"author": {"display_name": "Ada King"}, "raw_author_name": "King, Ada"},
            {"author": {"display_name": "Bo Li"}, "raw_author_name": None},
        ],
        "abstract_inverted_index": inverted("Moss grows slowly where moss grows."),
        "topics": [
            {"display_name": "Bryology", "subfield": {"display_name": "Plant Science"}},
            {"display_name": "Growth", "subfield": {"display_name": "Ecology"}},
            {"display_name": "Mosses", "subfield": {"display_name": "Plant Science"}},
        ],
        "locations": [
            {"landing_page_url": f"https://doi.org/{doi}"},
            {"landing_page_url": "http://arxiv.org/abs/1505.00001"},
        ],
        "primary_location": {"source": {"display_name": "Kew <i>Journal</i>", "type": "journal"}},
        "is_retracted": False,
    } | fields


def one(**fields: Any) -> Reply:
    return Reply(json.dumps(work(**fields)).encode())


def several(*works: Any) -> Reply:
    return Reply(json.dumps({"meta": {"count": len(works)}, "results": works}).encode())


def looked_up(reply: Reply, dois: Sequence[str] = (MOSS,)) -> list[Found]:
    with answering(reply) as (url, _):
        return list(OpenAlexClient(url, manners=QUICK)(dois))


def record(**fields: Any) -> Record:
    (found,) = looked_up(one(**fields))
    return found.record


def test_a_doi_is_asked_for_by_its_own_address_and_becomes_a_record() -> None:
    with answering(one()) as (url, asked):
        found = list(OpenAlexClient(url, manners=QUICK)([MOSS]))
    assert [request.path for request in asked] == [f"/works/doi:{MOSS}"]
    expected = Record(
        source="OpenAlex",
        position=0,
        docno=MOSS,
        title="On Moss",
        abstract="Moss grows slowly where moss grows.",
        authors=("Ada King", "Bo Li"),
        authors_complete=True,
        published="2015-05-27",
        arxiv_id="1505.00001",
        doi=MOSS,
        categories=("Ecology", "Plant Science"),
        venue="Kew Journal",
    )
    assert found == [Found(MOSS, expected)]


def test_several_dois_are_asked_for_in_one_request() -> None:
    dois = ["10.1000/a", "10.1000/b(c)<d>:e;2-o"]
    with answering(several(*(work(doi.upper()) for doi in dois))) as (url, asked):
        found = list(OpenAlexClient(url, manners=QUICK)(dois))
    assert [one.doi for one in found] == dois
    (request,) = asked
    assert request.path == "/works"
    assert request.query["filter"] == "doi:10.1000/a|10.1000/b(c)<d>:e;2-o"
    assert request.query["per-page"] == "2"
    assert "abstract_inverted_index" in request.query["select"].split(",")


def test_many_dois_are_asked_for_in_requests_that_openalex_takes() -> None:
    dois = [f"10.1000/{number:03}" for number in range(BATCH)]
    dois += [f"10.1002/(sici)1097-4571(199806)49:8<693::aid-asi{n}>3.0.co;2-o" for n in range(60)]
    with answering(several()) as (url, asked):
        assert list(OpenAlexClient(url, manners=QUICK)(dois)) == []
    lists = [one.query["filter"].removeprefix("doi:").split("|") for one in asked]
    assert [doi for part in lists for doi in part] == dois
    assert all(len(part) <= BATCH for part in lists)
    assert all(len(request.address) < 4000 for request in asked)


@pytest.mark.parametrize("odd", ["10.1000/a,b", "10.1000/a|b"])
def test_a_doi_that_would_divide_a_list_is_asked_for_alone(odd: str) -> None:
    replies = [Reply(json.dumps(work(odd)).encode()), several(work("10.1000/a"), work("10.1000/b"))]
    with answering(*replies) as (url, asked):
        found = list(OpenAlexClient(url, manners=QUICK)(["10.1000/a", odd, "10.1000/b"]))
    assert [request.path for request in asked] == [f"/works/doi:{odd}", "/works"]
    assert {one.doi for one in found} == {"10.1000/a", odd, "10.1000/b"}


def test_an_unknown_doi_gives_nothing() -> None:
    assert looked_up(Reply(b"<!doctype html>not here", 404)) == []
    assert looked_up(several(work("10.1000/a")), ["10.1000/a", "10.1000/b"])[0].doi == "10.1000/a"


def test_a_work_that_was_given_another_doi_keeps_the_one_asked_for() -> None:
    (found,) = looked_up(one(doi="10.1000/moss.v2"))
    assert (found.doi, found.record.doi, found.record.docno) == (MOSS, MOSS, MOSS)


def test_a_doi_that_openalex_holds_twice_comes_once() -> None:
    assert len(looked_up(several(work(MOSS), work(MOSS)), [MOSS, "10.1000/b"])) == 1


def test_a_retracted_work_is_told() -> None:
    assert [found.fault for found in looked_up(one(is_retracted=True))] == ["has been retracted"]


def test_a_work_with_neither_title_nor_abstract_gives_nothing() -> None:
    assert looked_up(one(title=None, abstract_inverted_index=None)) == []


def test_a_work_of_which_little_is_known_is_a_record() -> None:
    bare = record(
        abstract_inverted_index=None,
        authorships=[],
        publication_date=None,
        publication_year=None,
        topics=None,
        locations=None,
        primary_location=None,
    )
    assert bare == Record("OpenAlex", 0, docno=MOSS, title="On Moss", doi=MOSS)


def test_markup_and_label_are_taken_off() -> None:
    read = record(
        title="Growth of <i>Bryum</i> at CO<sub>2</sub> &lt; 400&amp;nbsp;ppm",
        abstract_inverted_index=inverted("Abstract <jats:p>Moss, where a < b, grows.</jats:p>"),
    )
    assert read.title == "Growth of Bryum at CO2 < 400&nbsp;ppm"
    assert read.abstract == "Moss, where a < b, grows."


def test_a_paper_about_abstracts_keeps_its_first_word() -> None:
    read = record(
        title="Abstract Interpretation of Moss",
        abstract_inverted_index=inverted("Abstract Interpretation is old."),
    )
    assert read.abstract == "Abstract Interpretation is old."


def test_the_first_of_january_stands_for_the_year() -> None:
    assert record(publication_date="2015-01-01").published == "2015"


def test_authors_that_are_cut_off_are_not_called_complete() -> None:
    names = [{"author": {"display_name": f"Ada King{n}"}} for n in range(100)]
    assert not record(authorships=names).authors_complete


def test_a_repository_is_no_venue() -> None:
    zenodo = {"source": {"display_name": "Zenodo", "type": "repository"}}
    assert record(primary_location=zenodo).venue == ""
    assert record(primary_location={"source": None}).venue == ""


def test_two_arxiv_ids_are_none() -> None:
    places = [{"landing_page_url": f"http://arxiv.org/abs/1505.0000{n}"} for n in (1, 2)]
    assert record(locations=places).arxiv_id == ""


def test_characters_that_are_no_text_are_left_out() -> None:
    reply = json.dumps(work()).replace("On Moss", "On\\u0000 M\\ud83doss")
    (found,) = looked_up(Reply(reply.encode()))
    assert found.record.title == "On Moss"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"<html>"), "no JSON"),
        (Reply(b"[" * 100_000), "no JSON"),
        (Reply(b"\xff\xfe{"), "no JSON"),
        (Reply(b"[1]"), "no JSON object"),
    ],
)
def test_what_is_no_work_is_an_error(reply: Reply, reason: str) -> None:
    with pytest.raises(SourceError, match=f"OpenAlex: sent (something that is )?{reason}"):
        looked_up(reply)


@pytest.mark.parametrize(
    "odd",
    [
        {"authorships": ["Ada King"]},
        {"abstract_inverted_index": {"a": "b", "c": [1]}},
        {"title": ["x"]},
        {"topics": 7},
    ],
)
def test_a_work_of_unknown_shape_has_a_fault_and_the_others_come(odd: dict[str, Any]) -> None:
    broken, good = looked_up(several(work(**odd), work("10.1000/b")), [MOSS, "10.1000/b"])
    assert broken.doi == MOSS
    assert "in a shape that is not understood" in broken.fault
    assert (good.doi, good.fault) == ("10.1000/b", "")


@pytest.mark.parametrize("reply", [Reply(b"{}"), Reply(b'{"results": [1]}'), Reply(b"", 404)])
def test_what_is_no_list_of_works_is_an_error(reply: Reply) -> None:
    with pytest.raises(SourceError, match=r"OpenAlex: (sent no list of works|answered 404)"):
        looked_up(reply, ["10.1000/a", "10.1000/b"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(field=st.sampled_from(sorted(work())), value=JSON)
def test_any_value_of_a_field_is_read_or_refused(field: str, value: Any) -> None:
    from ingest.openalex import _found  # the server would cost a second for each example

    record = _found(work() | {field: value}).record
    texts = [record.title, record.abstract, record.published, *record.authors, *record.categories]
    texts.append(record.venue)
    assert "".join(texts).encode() is not None  # can be stored
    assert record.source == "OpenAlex"


def test_a_used_up_allowance_names_the_key_and_is_not_tried_again() -> None:
    timer = FakeTime()
    spent = Reply(b"{}", 429, {"Retry-After": "40000"})
    with answering(spent) as (url, asked):
        client = OpenAlexClient(url, clock=timer.clock, sleep=timer.sleep)
        with pytest.raises(
            SourceError, match="left alone for 40,000 s; set ASKPAPERS_OPENALEX_KEY"
        ):
            list(client([MOSS]))
    assert len(asked) == 1


def test_the_key_goes_into_a_header_and_into_no_error() -> None:
    with answering(Reply(b"{}", 401)) as (url, asked):
        client = OpenAlexClient(url, "swordfish", "ada@example.org", manners=QUICK)
        with pytest.raises(
            SourceError, match="answered 401; check ASKPAPERS_OPENALEX_KEY"
        ) as caught:
            list(client([MOSS]))
    assert asked[0].headers["Authorization"] == "Bearer swordfish"
    assert asked[0].headers["From"] == "ada@example.org"
    assert "swordfish" not in asked[0].address + str(caught.value) + repr(client)


def test_without_a_network_it_says_so() -> None:
    with pytest.raises(SourceError, match="OpenAlex: cannot be reached; try again later"):
        list(OpenAlexClient("http://127.0.0.1:9")([MOSS]))
