"""The arXiv client, against a stand-in on loopback that also misbehaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.arxiv import BATCH, PAGE, POLITE, ArxivClient, parse_feed
from ingest.web import Manners
from rag.errors import SourceError
from rag.types import Record
from tests.replies import FakeTime, Reply, answering

ENTRY = """
  <entry>
    <id>http://arxiv.org/abs/{id}v2</id>
    <published>2021-01-01T12:00:00Z</published>
    <title>On
      Moss</title>
    <summary>{abstract}</summary>
    <author><name>Ada King</name></author>
    <author><name>Bo Li</name></author>
    <arxiv:comment>{comment}</arxiv:comment>
    <arxiv:doi>10.1000/X</arxiv:doi>
    <arxiv:journal_ref>Kew Journal 7
      (2021) 1-9</arxiv:journal_ref>
    <arxiv:primary_category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cond-mat.stat-mech" scheme="http://arxiv.org/schemas/atom"/>
    <category term="hep-th" scheme="http://arxiv.org/schemas/atom"/>
    <category term="68T05, 62M45" scheme="http://arxiv.org/schemas/atom"/>
    <category term="I.2.6" scheme="http://arxiv.org/schemas/atom"/>
  </entry>"""
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
ERROR = """
  <entry>
    <id>http://arxiv.org/api/errors#incorrect_id</id>
    <title>Error</title><summary>incorrect id</summary>
  </entry>"""


def entry(paper: str, comment: str = "", abstract: str = "  Mosses grow\n      slowly.  ") -> str:
    return ENTRY.format(id=paper, comment=comment, abstract=abstract)


def feed(*entries: str, total: int | None = None) -> bytes:
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
    if total is not None:
        head += f'<o:totalResults xmlns:o="{OPENSEARCH}">{total}</o:totalResults>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{"".join(entries)}</feed>'.encode()


GOOD = Reply(feed(entry("2101.00001")))
QUICK = Manners(pause_s=0.0, attempts=3, read_s=5.0)


def test_ids_are_asked_for_in_one_request_and_become_records() -> None:
    with answering(GOOD) as (url, queries):
        records = ArxivClient(url, QUICK)(["2101.00001", "hep-th/9901001"])
    assert queries[0].query == {"id_list": "2101.00001,hep-th/9901001", "max_results": "2"}
    assert records == [
        Record(
            source="arXiv",
            position=0,
            docno="2101.00001",
            title="On Moss",
            abstract="Mosses grow slowly.",
            authors=("Ada King", "Bo Li"),
            authors_complete=True,
            published="2021-01-01",
            arxiv_id="2101.00001",
            doi="10.1000/x",
            categories=("cond-mat.stat-mech", "cs.LG", "hep-th"),
            venue="Kew Journal 7 (2021) 1-9",
        )
    ]


def test_many_ids_are_asked_for_in_several_requests() -> None:
    ids = [f"2101.{number:05}" for number in range(BATCH + 1)]
    with answering(Reply(feed(entry(ids[0]))), GOOD) as (url, queries):
        records = ArxivClient(url, QUICK)(ids)
    asked = [one.query["id_list"].split(",") for one in queries]
    assert asked == [ids[:BATCH], ids[BATCH:]]
    assert len(records) == 2


def test_nothing_is_asked_for_no_ids() -> None:
    assert ArxivClient("http://127.0.0.1:9/", QUICK)([]) == []


def test_entries_that_report_an_error_are_left_out() -> None:
    read = parse_feed(feed(ERROR, entry("2101.00001"), "<entry/>"))
    assert [entry.record.docno for entry in read.entries] == ["2101.00001"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    with answering(
        Reply(b"busy", status), Reply(b"", status, {"Retry-After": "0"}), GOOD
    ) as served:
        url, queries = served
        assert len(ArxivClient(url, QUICK)(["2101.00001"])) == 1
    assert len(queries) == 3


def test_a_failure_that_does_not_pass_is_an_error_with_a_remedy() -> None:
    with (
        answering(Reply(b"", 500)) as (url, queries),
        pytest.raises(SourceError, match=r"arXiv: answered 500, 3 times in a row; try again later"),
    ):
        ArxivClient(url, QUICK)(["2101.00001"])
    assert len(queries) == 3


def test_a_refusal_is_not_tried_again() -> None:
    with (
        answering(Reply(b"", 403)) as (url, queries),
        pytest.raises(SourceError, match="answered 403"),
    ):
        ArxivClient(url, QUICK)(["2101.00001"])
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><p>oops", "no XML"),
        (b"", "no XML"),
        (b"<html></html>", "where a feed was due"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>', "declares entities"),
    ],
)
def test_what_is_no_feed_is_an_error(body: bytes, reason: str) -> None:
    with answering(Reply(body)) as (url, _), pytest.raises(SourceError, match=reason):
        ArxivClient(url, QUICK)(["2101.00001"])


def test_a_reply_that_is_cut_off_is_tried_again() -> None:
    cut = Reply(GOOD.body, headers={"Content-Length": "100000"})
    with answering(cut, GOOD) as (url, queries):
        assert len(ArxivClient(url, QUICK)(["2101.00001"])) == 1
    assert len(queries) == 2


def test_a_server_that_does_not_answer_in_time_is_given_up() -> None:
    hasty = Manners(pause_s=0.0, attempts=2, read_s=0.05)
    with (
        answering(replace(GOOD, pause_s=30)) as (url, _),
        pytest.raises(SourceError, match=r"did not answer within 0.05 s, 2 times"),
    ):
        ArxivClient(url, hasty)(["2101.00001"])


def test_without_a_network_it_fails_at_the_first_try() -> None:
    slow = Manners(interval_s=60.0, pause_s=60.0)  # a second try would wait this long
    with pytest.raises(SourceError, match="arXiv: cannot be reached"):
        ArxivClient("http://127.0.0.1:9/", slow)(["2101.00001"])


def test_an_address_that_is_none_names_the_setting() -> None:
    with pytest.raises(SourceError, match="ASKPAPERS_ARXIV_URL"):
        ArxivClient("arxiv", QUICK)(["2101.00001"])


def test_requests_keep_their_distance() -> None:
    timer = FakeTime()
    with answering(GOOD) as (url, _):
        client = ArxivClient(url, clock=timer.clock, sleep=timer.sleep)
        client(["2101.00001"])
        client(["2101.00001"])
        timer.now += 60
        client(["2101.00001"])
    assert timer.slept == [0.0, 3.0, 0.0]


def test_failures_lengthen_the_pause_and_a_reply_may_ask_for_more() -> None:
    timer = FakeTime()
    busy, patient = Reply(b"", 429), Reply(b"", 429, {"Retry-After": "20"})
    with answering(busy, patient, busy, GOOD) as (url, _):
        polite = replace(POLITE, attempts=4)
        ArxivClient(url, polite, timer.clock, timer.sleep)(["2101.00001"])
    assert [seconds for seconds in timer.slept if seconds] == [6.0, 20.0, 24.0]


@pytest.mark.parametrize("wait", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_server_that_wants_to_be_left_alone_for_long_is_left_alone(wait: str) -> None:
    timer = FakeTime()
    with (
        answering(Reply(b"", 429, {"Retry-After": wait})) as (url, queries),
        pytest.raises(SourceError, match="answered 429 and wants to be left alone for"),
    ):
        ArxivClient(url, POLITE, timer.clock, timer.sleep)(["2101.00001"])
    assert len(queries) == 1
    assert not any(timer.slept)


def test_whoever_asks_may_leave_an_address() -> None:
    with answering(GOOD) as (url, asked):
        ArxivClient(url, QUICK, mailto="ada@example.org")(["2101.00001"])
    assert asked[0].headers["User-Agent"] == "askpapers (mailto:ada@example.org)"


def test_ids_that_arxiv_does_not_accept_are_an_error() -> None:
    with (
        answering(Reply(feed(ERROR), 400)) as (url, asked),
        pytest.raises(SourceError, match=r"arXiv: does not accept the ids \(incorrect id\)"),
    ):
        ArxivClient(url, QUICK)(["2101.00001"])
    assert len(asked) == 1


# --- searches ---------------------------------------------------------------------------------


def page(numbers: range, total: int) -> Reply:
    return Reply(feed(*(entry(f"2101.{number:05}") for number in numbers), total=total))


def found(url: str, limit: int, query: str = "cat:cs.LG") -> tuple[int, list[str]]:
    total, entries = ArxivClient(url, QUICK).search(query, limit)
    return total, [one.record.docno for one in entries]


def test_a_search_asks_for_the_newest_papers() -> None:
    with answering(page(range(3), 3)) as (url, asked):
        total, ids = found(url, 50, 'cat:cs.LG AND ti:"reward model"')
    assert (total, ids) == (3, ["2101.00000", "2101.00001", "2101.00002"])
    assert [one.query for one in asked] == [
        {
            "search_query": 'cat:cs.LG AND ti:"reward model"',
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "start": "0",
            "max_results": "50",
        }
    ]


def test_a_long_search_comes_in_pages_up_to_its_limit() -> None:
    pages = [page(range(PAGE), 5000), page(range(PAGE, PAGE + 30), 5000)]
    with answering(*pages) as (url, asked):
        total, ids = found(url, PAGE + 30)
    assert total == 5000
    assert len(set(ids)) == PAGE + 30
    spans = [(one.query["start"], one.query["max_results"]) for one in asked]
    assert spans == [("0", str(PAGE)), (str(PAGE), "30")]


def test_pages_keep_their_distance() -> None:
    timer = FakeTime()
    with answering(page(range(PAGE), PAGE + 1), page(range(PAGE, PAGE + 1), PAGE + 1)) as (url, _):
        client = ArxivClient(url, POLITE, timer.clock, timer.sleep)
        assert len(list(client.search("cat:cs.LG", 500)[1])) == PAGE + 1
    assert timer.slept == [0.0, 3.0]


def test_a_paper_that_slid_onto_the_next_page_comes_once() -> None:
    with answering(
        page(range(PAGE), PAGE + 5), page(range(PAGE - 1, PAGE + 4), PAGE + 5)
    ) as served:
        ids = found(served[0], 1000)[1]
    assert len(ids) == len(set(ids)) == PAGE + 4


def test_a_page_that_arxiv_leaves_empty_is_asked_for_again() -> None:
    empty = page(range(0), PAGE + 1)
    pages = [page(range(PAGE), PAGE + 1), empty, page(range(PAGE, PAGE + 1), PAGE + 1)]
    with answering(*pages) as (url, asked):
        assert len(found(url, 1000)[1]) == PAGE + 1
    assert len(asked) == 3


def test_pages_that_stay_empty_are_an_error() -> None:
    with (
        answering(page(range(PAGE), 5000), page(range(0), 5000)) as (url, asked),
        pytest.raises(SourceError, match=f"left out papers from {PAGE} on"),
    ):
        found(url, 1000)
    assert len(asked) == 4


def test_a_search_without_a_total_ends_at_the_first_empty_page() -> None:
    with answering(Reply(feed(entry("2101.00001"))), Reply(feed())) as (url, asked):
        assert found(url, 1000) == (-1, ["2101.00001"])
    assert len(asked) == 2


@pytest.mark.parametrize("status", [200, 400])
def test_a_search_that_arxiv_does_not_accept_is_an_error(status: int) -> None:
    with (
        answering(Reply(feed(ERROR, total=1), status)) as (url, _),
        pytest.raises(SourceError, match=r"does not accept the search 'cat:' \(incorrect id\)"),
    ):
        found(url, 10, "cat:")


@pytest.mark.parametrize("body", [b"<html>bad request", feed()])
def test_another_bad_request_is_an_error(body: bytes) -> None:
    with (
        answering(Reply(body, 400)) as (url, _),
        pytest.raises(SourceError, match="arXiv: answered 400; try again later"),
    ):
        found(url, 10)


# --- withdrawn papers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("abstract", "comment"),
    [
        ("This paper has been withdrawn by the author due to an error.", ""),
        ("This research article was withdrawn.", ""),
        ("Withdrawn by the authors.", ""),
        ("Withdrawn", ""),
        ("Moss.", "This paper has been temporarily withdrawn by the author"),
        ("Moss.", "Withdrawn due to a sign error in equation 1"),
        ("Moss.", "arXiv admin note: submission has been withdrawn by arXiv administrators"),
    ],
)
def test_a_withdrawn_paper_is_told(abstract: str, comment: str) -> None:
    read = parse_feed(feed(entry("2101.00001", comment, abstract)))
    assert [one.withdrawn for one in read.entries] == [True]


@pytest.mark.parametrize(
    ("abstract", "comment"),
    [
        ("Withdrawn patients were counted. The drug was withdrawn.", "12 pages"),
        ("We study why a paper is withdrawn.", "Accepted at MossConf"),
        ("Moss.", "Replaces 2001.00001, since withdrawn"),
        ("Moss.", "arXiv admin note: text overlap with another article"),
    ],
)
def test_a_paper_that_only_speaks_of_withdrawal_stands(abstract: str, comment: str) -> None:
    read = parse_feed(feed(entry("2101.00001", comment, abstract)))
    assert [one.withdrawn for one in read.entries] == [False]
