"""arXiv's own word on papers: title, authors, date and abstract by id, through its Atom API."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, doi
from ingest.text import one_line
from rag.errors import SourceError
from rag.types import Record

if TYPE_CHECKING:
    import httpx

SOURCE = "arXiv"
"""Name of arXiv as a source of records."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_REMEDY = "try again later; the papers are in the library as the sources give them"
_PASSING = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Manners:
    """How arXiv is asked, in seconds. It wants three seconds between requests of one client.

    `attempts` bounds the tries of a request that met a passing failure, `longest_pause_s` the
    wait that a reply may ask for. A connection that cannot be made at all is not tried again.
    """

    interval_s: float = 3.0
    attempts: int = 3
    connect_s: float = 5.0
    read_s: float = 30.0
    longest_pause_s: float = 60.0


BATCH = 100  # ids in one request: its address stays short enough for every server


class _Passing(Exception):
    """A failure that may be gone at the next try; `pause_s` is how long the reply asks to wait."""

    def __init__(self, reason: str, pause_s: float = 0.0) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


@dataclass(slots=True)
class ArxivClient:
    """Looks papers up at `url`, never faster than its manners allow."""

    url: str
    manners: Manners = field(default_factory=Manners)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next_s: float = 0.0  # time of the clock before which nothing may be asked

    def __call__(self, ids: Sequence[str]) -> list[Record]:
        """A record for each of `ids` that arXiv knows, BATCH of them a request.

        Raises SourceError when arXiv cannot be reached, keeps failing, or answers no feed.
        """
        batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
        return [record for batch in batches for record in self._look_up(batch)]

    def _look_up(self, ids: Sequence[str]) -> list[Record]:
        for attempt in range(1, self.manners.attempts + 1):
            self.sleep(max(0.0, self._next_s - self.clock()))
            pause_s = self.manners.interval_s
            try:
                return parse_feed(self._get(ids))
            except _Passing as failure:
                if attempt == self.manners.attempts:
                    raise SourceError(
                        SOURCE, f"{failure}, {attempt} times in a row; {_REMEDY}"
                    ) from failure
                pause_s = max(failure.pause_s, pause_s * 2**attempt)
            finally:
                self._next_s = self.clock() + min(pause_s, self.manners.longest_pause_s)
        raise AssertionError("the last attempt returns or raises")

    def _get(self, ids: Sequence[str]) -> bytes:
        import httpx

        manners = self.manners
        try:
            reply = httpx.get(
                self.url,
                params={"id_list": ",".join(ids), "max_results": str(len(ids))},
                timeout=httpx.Timeout(manners.read_s, connect=manners.connect_s),
                follow_redirects=True,
                headers={"User-Agent": "askpapers"},
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # offline: no use to wait
            raise SourceError(SOURCE, f"cannot be reached; {_REMEDY}") from error
        except httpx.TimeoutException as error:
            raise _Passing(f"did not answer within {manners.read_s:g} s") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise SourceError(
                SOURCE, "has an address that cannot be used; check ASKPAPERS_ARXIV_URL"
            ) from error
        except httpx.TransportError as error:
            raise _Passing(f"broke off its answer ({type(error).__name__})") from error
        except httpx.HTTPError as error:  # too many redirects, undecodable content
            raise SourceError(
                SOURCE, f"gave no usable answer ({type(error).__name__}); {_REMEDY}"
            ) from error
        if reply.status_code in _PASSING:
            raise _Passing(f"answered {reply.status_code}", _retry_after(reply))
        if reply.status_code != 200:
            raise SourceError(SOURCE, f"answered {reply.status_code}; {_REMEDY}")
        return reply.content


def _retry_after(reply: httpx.Response) -> float:
    value = reply.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else 0.0


def parse_feed(data: bytes) -> list[Record]:
    """The records in an Atom feed of arXiv; entries that only report an error are left out.

    Raises SourceError if `data` is no such feed.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SourceError(SOURCE, "sent a feed that declares entities, which is not read")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no entities can be declared, see above
    except ElementTree.ParseError as error:
        raise SourceError(SOURCE, f"sent something that is no XML ({error}); {_REMEDY}") from error
    if root.tag != f"{_ATOM}feed":
        raise SourceError(SOURCE, f"sent {root.tag!r} where a feed was due; {_REMEDY}")
    records = [_record(entry, i) for i, entry in enumerate(root.iter(f"{_ATOM}entry"))]
    return [record for record in records if record.arxiv_id and record.title]


def _record(entry: ElementTree.Element, position: int) -> Record:
    def text(tag: str) -> str:
        return one_line(entry.findtext(tag) or "")

    found = arxiv_id(text(f"{_ATOM}id"))
    names = [one_line(e.findtext(f"{_ATOM}name") or "") for e in entry.iter(f"{_ATOM}author")]
    return Record(
        source=SOURCE,
        position=position,
        docno=found,
        title=text(f"{_ATOM}title"),
        abstract=text(f"{_ATOM}summary"),
        authors=tuple(name for name in names if name),
        authors_complete=bool(names) and all(names),
        published=iso_date(text(f"{_ATOM}published")),
        arxiv_id=found,
        doi=doi(text(f"{_ARXIV}doi")),
    )
