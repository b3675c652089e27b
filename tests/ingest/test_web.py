"""Asking a web server, against one on loopback that also misbehaves."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace

import pytest

from ingest.web import Manners, Web
from rag.errors import SourceError
from tests.replies import FakeTime, Reply, answering

QUICK = Manners(pause_s=0.0, read_s=5.0)


def web(manners: Manners = QUICK) -> Web:
    return Web("The server", "try again later", "check the address", manners)


def test_a_reply_is_given_with_its_status() -> None:
    with answering(Reply(b"moss")) as (url, asked):
        assert web().data(f"{url}/a", {"q": "x y"}) == (200, b"moss")
    assert asked[0].path == "/a"
    assert asked[0].query == {"q": "x y"}
    assert asked[0].headers["User-Agent"] == "askpapers"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    with answering(Reply(b"busy", status), Reply(b"good")) as (url, asked):
        assert web().data(url) == (200, b"good")
    assert len(asked) == 2


def test_what_was_sent_before_a_break_is_not_kept() -> None:
    cut = Reply(b"half", headers={"Content-Length": "1000"})
    out = io.BytesIO()
    with answering(cut, Reply(b"ok")) as (url, _):
        assert web().get(url, out) == 200
    assert out.read() == b"ok"


def test_a_status_is_handed_back_only_where_it_is_expected() -> None:
    with answering(Reply(b"no", 404)) as (url, asked):
        assert web().data(url, also={404}) == (404, b"no")
        with pytest.raises(SourceError, match="The server: answered 404; check the address"):
            web().data(url)
    assert len(asked) == 2


def test_a_refusal_has_a_remedy_of_its_own() -> None:
    asking = Web("The server", "try again later", "check", QUICK, refusal="get a key")
    for status in (401, 403, 429):
        with (
            answering(Reply(b"", status)) as (url, _),
            pytest.raises(SourceError, match=rf"answered {status}.*; get a key"),
        ):
            asking.data(url)


def test_a_reply_that_is_too_large_is_cut_off() -> None:
    manners = replace(QUICK, max_bytes=1024 * 1024)
    endless = Reply(b"x" * 65536, repeat=1_000_000)
    with (
        answering(endless) as (url, asked),
        pytest.raises(SourceError, match="sends more than 1 MiB; try again later"),
    ):
        web(manners).data(url)
    assert len(asked) == 1


def test_a_small_reply_that_unpacks_to_a_huge_one_is_refused() -> None:
    manners = replace(QUICK, max_bytes=1024 * 1024)
    bomb = Reply(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    with (
        answering(bomb) as (url, _),
        pytest.raises(SourceError, match="sends more than 1 MiB"),
    ):
        web(manners).data(url)


def test_a_packed_reply_is_unpacked() -> None:
    packed = Reply(gzip.compress(b"moss"), headers={"Content-Encoding": "gzip"})
    with answering(packed) as (url, _):
        assert web().data(url)[1] == b"moss"


def test_a_damaged_packed_reply_is_an_error() -> None:
    packed = Reply(gzip.compress(b"moss" * 100)[:-12])
    with answering(packed) as (url, _), pytest.raises(SourceError, match="damaged gzip"):
        web().data(url)


def test_packing_that_was_not_asked_for_is_refused() -> None:
    with (
        answering(Reply(b"?", headers={"Content-Encoding": "br"})) as (url, _),
        pytest.raises(SourceError, match="sends 'br', which was not asked for"),
    ):
        web().data(url)


def test_a_reply_that_drips_for_ever_is_given_up() -> None:
    timer = FakeTime(tick_s=100.0)  # every look at the clock
    drip = Reply(b"x", repeat=100, pause_s=0.02)
    asking = Web("The server", "again", "check", QUICK, clock=timer.clock, sleep=timer.sleep)
    with (
        answering(drip) as (url, _),
        pytest.raises(SourceError, match="was not done sending after 300 s"),
    ):
        asking.data(url)


def test_content_of_an_unwanted_kind_is_not_read() -> None:
    asking = Web("The server", "again", "check", QUICK, unwanted=("image/",))
    picture = Reply(b"x" * 100, headers={"Content-Type": "image/png; charset=x"})
    with answering(picture) as (url, _), pytest.raises(SourceError, match="is image/png"):
        asking.data(url)


def test_redirects_are_followed() -> None:
    with answering(Reply(status=302, headers={"Location": "/b"}), Reply(b"there")) as (url, asked):
        assert web().data(f"{url}/a")[1] == b"there"
    assert [one.path for one in asked] == ["/a", "/b"]


def test_a_circle_of_redirects_ends() -> None:
    circle = Reply(status=302, headers={"Location": "/a"})
    with (
        answering(circle) as (url, asked),
        pytest.raises(SourceError, match="TooManyRedirects"),
    ):
        web().data(f"{url}/a")
    assert len(asked) == 11


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "javascript:1"])
def test_redirects_lead_to_web_addresses_only(target: str) -> None:
    with (
        answering(Reply(status=302, headers={"Location": target})) as (url, _),
        pytest.raises(SourceError, match="cannot be used; check the address"),
    ):
        web().data(url)


def test_a_header_is_not_sent_on_to_another_server() -> None:
    asking = Web("It", "again", "check", QUICK, {"Authorization": "Bearer swordfish"})
    with answering(Reply(b"there")) as (other, asked_other):
        away = Reply(status=302, headers={"Location": f"{other}/b"})
        with answering(away) as (url, asked):
            asking.data(f"{url}/a")
    assert asked[0].headers["Authorization"] == "Bearer swordfish"
    assert "Authorization" not in asked_other[0].headers


@pytest.mark.parametrize("url", ["nowhere", "http://[::1", "http://", "http://a\x00b/"])
def test_an_address_that_cannot_be_used_is_an_error(url: str) -> None:
    with pytest.raises(SourceError, match="cannot be used; check the address"):
        web().data(url)


def test_errors_do_not_repeat_the_address() -> None:
    with pytest.raises(SourceError) as caught:
        web().data("http://me:swordfish@127.0.0.1:9/?token=swordfish")
    assert "swordfish" not in str(caught.value)


def test_a_date_may_say_how_long_to_wait() -> None:
    timer = FakeTime()
    past = Reply(b"", 503, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"})
    odd = Reply(b"", 503, {"Retry-After": "soon"})
    asking = Web("It", "again", "check", Manners(), clock=timer.clock, sleep=timer.sleep)
    with answering(past, odd, Reply(b"ok")) as (url, _):
        assert asking.data(url)[1] == b"ok"
    assert [seconds for seconds in timer.slept if seconds] == [2.0, 4.0]
