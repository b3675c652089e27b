"""arXiv's own word on papers: by id or by search, through its Atom API."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, doi
from ingest.text import one_line
from ingest.venues import venue
from ingest.web import Manners, Web
from rag.errors import SourceError
from rag.types import Record

SOURCE = "arXiv"
"""Name of arXiv as a source of records."""

BATCH = 100  # ids in one request: its address stays short enough for every server
PAGE = 200  # papers in one reply to a search; arXiv allows 2,000 and asks for moderation
POLITE = Manners(interval_s=3.0, pause_s=6.0)
"""arXiv's terms of use allow one request every three seconds."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_REMEDY = "try again later; what the library holds stays as it is"
_EMPTY_TRIES = 3  # of a page that arXiv leaves empty, as it does now and then
# A notice stands at the beginning of the abstract, or in the comment on the newest version.
_WORK = r"(?:paper|article|submission|manuscript|preprint|work)"
_IS = r"(?:has|have|was|were|is) (?:been |being |now |temporarily )*withdrawn\b"
_WITHDRAWN_ABSTRACT = re.compile(
    rf"(?:this|the) (?:\w+ ){{0,2}}{_WORK} {_IS}|withdrawn(?: by| due| because|\W*$)", re.IGNORECASE
)
_WITHDRAWN_COMMENT = re.compile(
    rf"(?:^|note: |\b(?:this|the) (?:\w+ )?){_WORK} {_IS}|^withdrawn\b", re.IGNORECASE
)
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2,}(?:-[a-z]+)?)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper at arXiv, and whether its authors or arXiv have withdrawn it."""

    record: Record
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """One reply: its papers, how many entries it had, how many papers there are (-1: unsaid).

    `error` is what an entry that only reports an error says, or empty.
    """

    entries: tuple[Entry, ...]
    length: int
    total: int
    error: str


@dataclass(slots=True)
class ArxivClient:
    """Looks papers up at `url`, never faster than its manners allow; `mailto` says who asks."""

    url: str
    manners: Manners = POLITE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    mailto: str = ""
    _web: Web = field(init=False)

    def __post_init__(self) -> None:
        agent = f"askpapers (mailto:{self.mailto})" if self.mailto else "askpapers"
        self._web = Web(
            SOURCE,
            _REMEDY,
            "check ASKPAPERS_ARXIV_URL",
            self.manners,
            {"User-Agent": agent},
            self.clock,
            self.sleep,
        )

    def __call__(self, ids: Sequence[str]) -> list[Record]:
        """A record for each of `ids` that arXiv knows. Raises as `entries`."""
        return [entry.record for entry in self.entries(ids)]

    def entries(self, ids: Sequence[str]) -> Iterator[Entry]:
        """The newest version of each of `ids` that arXiv knows, BATCH of them a request.

        Raises SourceError when arXiv cannot be reached, keeps failing, answers no feed, or
        does not accept the ids.
        """
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            feed = self._ask({"id_list": ",".join(batch), "max_results": str(len(batch))})
            if feed.error and not feed.entries:
                raise SourceError(SOURCE, f"does not accept the ids ({feed.error}); check them")
            yield from feed.entries

    def search(self, query: str, limit: int) -> tuple[int, Iterator[Entry]]:
        """How many papers answer `query` (-1: arXiv does not say), and the newest `limit` of them.

        `query` is in the syntax of arXiv's API; further pages are asked for as they are needed.
        Raises SourceError as `entries`, and if arXiv does not accept the query.
        """
        first = self._page(query, 0, min(PAGE, limit))
        return first.total, self._pages(query, limit, first)

    def _pages(self, query: str, limit: int, feed: Feed) -> Iterator[Entry]:
        seen: set[str] = set()
        start = 0
        while feed.length:
            for entry in feed.entries:  # a page shifts when a paper arrives meanwhile
                if entry.record.arxiv_id not in seen:
                    seen.add(entry.record.arxiv_id)
                    yield entry
            start += feed.length
            if start >= limit or 0 <= feed.total <= start:
                return
            feed = self._page(query, start, min(PAGE, limit - start))

    def _page(self, query: str, start: int, size: int) -> Feed:
        params = {
            "search_query": query,
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "start": str(start),
            "max_results": str(size),
        }
        for _ in range(_EMPTY_TRIES):
            feed = self._ask(params)
            if feed.error:
                raise SourceError(
                    SOURCE, f"does not accept the search {query!r} ({feed.error}); see README"
                )
            if feed.length or start >= feed.total:
                return feed
        raise SourceError(SOURCE, f"left out papers from {start} on, several times; {_REMEDY}")

    def _ask(self, params: dict[str, str]) -> Feed:
        status, data = self._web.data(self.url, params, also={400})
        try:
            feed = parse_feed(data)
        except SourceError as error:
            if status == 400:
                raise SourceError(SOURCE, f"answered 400; {_REMEDY}") from error
            raise
        if status == 400 and not feed.error:
            raise SourceError(SOURCE, f"answered 400; {_REMEDY}")
        return feed


def parse_feed(data: bytes) -> Feed:
    """The papers in an Atom feed of arXiv; entries without id or title are left out.

    Raises SourceError if `data` is no such feed.
    """
    try:
        text = data.decode("utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise SourceError(SOURCE, "sent a feed that declares entities, which is not read")
        root = ElementTree.fromstring(text)  # noqa: S314 - no entities can be declared, see above
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise SourceError(SOURCE, f"sent something that is no XML ({error}); {_REMEDY}") from error
    if root.tag != f"{_ATOM}feed":
        raise SourceError(SOURCE, f"sent {root.tag[:80]!r} where a feed was due; {_REMEDY}")
    found = list(root.iter(f"{_ATOM}entry"))
    errors = [e for e in found if "/api/errors" in (e.findtext(f"{_ATOM}id") or "")]
    entries = [_entry(e) for e in found]
    kept = [e for e in entries if e.record.arxiv_id and e.record.title]
    total = (root.findtext(f"{_OPENSEARCH}totalResults") or "").strip()
    return Feed(
        entries=tuple(replace(e, record=replace(e.record, position=i)) for i, e in enumerate(kept)),
        length=len(found) - len(errors),
        total=int(total) if total.isdecimal() and len(total) < 10 else -1,
        error=one_line(errors[0].findtext(f"{_ATOM}summary") or "it does not say why")[:200]
        if errors
        else "",
    )


def _entry(entry: ElementTree.Element) -> Entry:
    def text(tag: str) -> str:
        return one_line(entry.findtext(tag) or "")

    found = arxiv_id(text(f"{_ATOM}id"))
    names = [one_line(e.findtext(f"{_ATOM}name") or "") for e in entry.iter(f"{_ATOM}author")]
    terms = {e.get("term", "").strip() for e in entry.iter(f"{_ATOM}category")}
    record = Record(
        source=SOURCE,
        position=0,
        docno=found,
        title=text(f"{_ATOM}title"),
        abstract=text(f"{_ATOM}summary"),
        authors=tuple(name for name in names if name),
        authors_complete=bool(names) and all(names),
        published=iso_date(text(f"{_ATOM}published")),
        arxiv_id=found,
        doi=doi(text(f"{_ARXIV}doi")),
        categories=tuple(sorted(filter(_CATEGORY.fullmatch, terms))),  # not MSC and ACM classes
        venue=venue(text(f"{_ARXIV}journal_ref")),
    )
    withdrawn = bool(
        _WITHDRAWN_ABSTRACT.match(record.abstract)
        or _WITHDRAWN_COMMENT.search(text(f"{_ARXIV}comment"))
    )
    return Entry(record, withdrawn)
