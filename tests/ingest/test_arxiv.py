"""The arXiv client, against a stand-in on loopback that also misbehaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.arxiv import BATCH, POLITE, ArxivClient, parse_feed
from ingest.web import Manners
from rag.errors import SourceError
from rag.types import Record

ENTRY = """
  <entry>
    <id>http://arxiv.org/abs/{id}v2</id>
    <published>2021-01-01T12:00:00Z</published>
    <title>On
      Moss</title>
    <summary>  Mosses grow
      slowly.  </summary>
    <author><name>Ada King</name></author>
    <author><name>Bo Li</name></author>
    <arxiv:doi>10.1000/X</arxiv:doi>
  </entry>"""
ERROR = """
  <entry>
    <id>http://arxiv.org/api/errors#incorrect_id</id>
    <title>Error</title><summary>incorrect id</summary>
  </entry>"""


def feed(*entries: str) -> bytes:
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{"".join(entries)}</feed>'.encode()


Reply = tuple[int, dict[str, str], bytes]
GOOD: Reply = (200, {}, feed(ENTRY.format(id="2101.00001")))


@contextmanager
def stand_in(*replies: Reply, delay_s: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these replies in turn, the last one for ever.

    Yields its address and the queries of the requests it gets.
    """
    queries: list[str] = []
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            queries.append(urlsplit(self.path).query)
            status, headers, body = replies[min(len(queries), len(replies)) - 1]
            closing.wait(delay_s)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/query", queries
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


QUICK = Manners(pause_s=0.0, attempts=3, read_s=5.0)


def test_ids_are_asked_for_in_one_request_and_become_records() -> None:
    with stand_in(GOOD) as (url, queries):
        records = ArxivClient(url, QUICK)(["2101.00001", "hep-th/9901001"])
    asked = parse_qs(queries[0])
    assert asked == {"id_list": ["2101.00001,hep-th/9901001"], "max_results": ["2"]}
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
        )
    ]


def test_many_ids_are_asked_for_in_several_requests() -> None:
    ids = [f"2101.{number:05}" for number in range(BATCH + 1)]
    with stand_in((200, {}, feed(ENTRY.format(id=ids[0]))), GOOD) as (url, queries):
        records = ArxivClient(url, QUICK)(ids)
    asked = [parse_qs(query)["id_list"][0].split(",") for query in queries]
    assert asked == [ids[:BATCH], ids[BATCH:]]
    assert len(records) == 2


def test_nothing_is_asked_for_no_ids() -> None:
    assert ArxivClient("http://127.0.0.1:9/", QUICK)([]) == []


def test_entries_that_report_an_error_are_left_out() -> None:
    read = parse_feed(feed(ERROR, ENTRY.format(id="2101.00001"), "<entry/>"))
    assert [entry.record.docno for entry in read.entries] == ["2101.00001"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    with stand_in((status, {}, b"busy"), (status, {"Retry-After": "0"}, b""), GOOD) as served:
        url, queries = served
        assert len(ArxivClient(url, QUICK)(["2101.00001"])) == 1
    assert len(queries) == 3


def test_a_failure_that_does_not_pass_is_an_error_with_a_remedy() -> None:
    with (
        stand_in((500, {}, b"")) as (url, queries),
        pytest.raises(SourceError, match=r"arXiv: answered 500, 3 times in a row; try again later"),
    ):
        ArxivClient(url, QUICK)(["2101.00001"])
    assert len(queries) == 3


def test_a_refusal_is_not_tried_again() -> None:
    with (
        stand_in((403, {}, b"")) as (url, queries),
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
    with stand_in((200, {}, body)) as (url, _), pytest.raises(SourceError, match=reason):
        ArxivClient(url, QUICK)(["2101.00001"])


def test_a_reply_that_is_cut_off_is_tried_again() -> None:
    cut = (200, {"Content-Length": "100000"}, GOOD[2])
    with stand_in(cut, GOOD) as (url, queries):
        assert len(ArxivClient(url, QUICK)(["2101.00001"])) == 1
    assert len(queries) == 2


def test_a_server_that_does_not_answer_in_time_is_given_up() -> None:
    hasty = Manners(pause_s=0.0, attempts=2, read_s=0.05)
    with (
        stand_in(GOOD, delay_s=30) as (url, _),
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


class FakeTime:
    """A clock that only goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def test_requests_keep_their_distance() -> None:
    timer = FakeTime()
    with stand_in(GOOD) as (url, _):
        client = ArxivClient(url, clock=timer.clock, sleep=timer.sleep)
        client(["2101.00001"])
        client(["2101.00001"])
        timer.now += 60
        client(["2101.00001"])
    assert timer.slept == [0.0, 3.0, 0.0]


def test_failures_lengthen_the_pause_and_a_reply_may_ask_for_more() -> None:
    timer = FakeTime()
    busy, patient = ((429, headers, b"") for headers in ({}, {"Retry-After": "20"}))
    with stand_in(busy, patient, busy, GOOD) as (url, _):
        polite = replace(POLITE, attempts=4)
        ArxivClient(url, polite, timer.clock, timer.sleep)(["2101.00001"])
    assert [seconds for seconds in timer.slept if seconds] == [6.0, 20.0, 24.0]


@pytest.mark.parametrize("wait", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_server_that_wants_to_be_left_alone_for_long_is_left_alone(wait: str) -> None:
    timer = FakeTime()
    with (
        stand_in((429, {"Retry-After": wait}, b"")) as (url, queries),
        pytest.raises(SourceError, match="answered 429 and wants to be left alone for"),
    ):
        ArxivClient(url, POLITE, timer.clock, timer.sleep)(["2101.00001"])
    assert len(queries) == 1
    assert not any(timer.slept)
