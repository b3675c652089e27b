"""OpenAlex's word on papers that have a DOI: title, abstract, authors, date, venue, subjects.

pyalex writes the queries and puts the abstracts together again; the request itself is ours, as
pyalex knows neither time limits nor another server, and keeps its settings in a global.
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.dates import iso_date
from ingest.identifiers import arxiv_id, doi
from ingest.names import person_name
from ingest.text import one_line, words
from ingest.venues import of_location, venue
from ingest.web import Manners, Web
from rag.errors import SourceError
from rag.types import Record

SOURCE = "OpenAlex"
"""Name of OpenAlex as a source of records."""

BATCH = 100  # DOIs in one request: as many as OpenAlex takes
_ADDRESS_CHARS = 3000  # of all DOIs in one request; the whole address may have 4,094
_AUTHORS_GIVEN = 100  # a reply with several works names no more authors of each
_REMEDY = "try again later; what the library holds stays as it is"
_KEY = (
    "set ASKPAPERS_OPENALEX_KEY to a key from openalex.org, which is free and allows far more"
    " requests, or wait until tomorrow"
)
_WRONG_KEY = "check ASKPAPERS_OPENALEX_KEY, or wait until tomorrow"
_FIELDS = (
    "doi title publication_date publication_year authorships abstract_inverted_index topics"
    " locations primary_location is_retracted"
).split()
_MARKUP = re.compile(r"</?(?:i|b|u|em|strong|sub|sup|scp|tt|p|(?:mml|jats):[\w-]+)\b[^<>]*>", re.I)
_LABEL = re.compile(r"abstract\b[:.]?\s+(?=[A-Z])", re.IGNORECASE)
_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What OpenAlex says about the work with this DOI; `fault` is why it is no use, or empty."""

    doi: str
    record: Record
    fault: str = ""


@dataclass(slots=True)
class OpenAlexClient:
    """Looks works up at `url` by DOI; `key` and `mailto` are optional and sent as headers."""

    url: str
    key: str = field(default="", repr=False)
    mailto: str = ""
    manners: Manners = field(default_factory=Manners)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _web: Web = field(init=False, repr=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if self.mailto:
            headers |= {"From": self.mailto, "User-Agent": f"askpapers (mailto:{self.mailto})"}
        self._web = Web(
            SOURCE,
            _REMEDY,
            "check ASKPAPERS_OPENALEX_URL",
            self.manners,
            headers,
            self.clock,
            self.sleep,
            _WRONG_KEY if self.key else _KEY,
        )

    def __call__(self, dois: Sequence[str]) -> Iterator[Found]:
        """Each of `dois` (in lower case) that OpenAlex knows, as many as it takes a request.

        A single DOI is asked for by its own address, which costs nothing of a day's allowance.
        Raises SourceError when OpenAlex cannot be reached, keeps failing, or sends no works.
        """
        plain = [name for name in dois if not set(name) & set(",|")]  # in a list these divide
        batches = [[name] for name in dois if name not in plain] + _batches(plain)
        for batch in batches:
            found = self._one(batch[0]) if len(batch) == 1 else self._several(batch)
            yield from (f for f in found if f.record.title or f.record.abstract or f.fault)

    def _one(self, name: str) -> Iterator[Found]:
        from pyalex import Works

        work = self._ask(Works(f"doi:{name}").url, also={404})
        if work:
            found = _found(work)  # under the DOI asked for: a work may have been given another
            yield replace(found, doi=name, record=replace(found.record, docno=name, doi=name))

    def _several(self, names: list[str]) -> Iterator[Found]:
        from pyalex import Works

        query = Works({"per-page": len(names)}).filter_or(doi=names).select(_FIELDS)
        works = self._ask(query.url).get("results")
        if not isinstance(works, list) or not all(isinstance(work, dict) for work in works):
            raise SourceError(SOURCE, f"sent no list of works; {_REMEDY}")
        missing = set(names)
        for found in map(_found, works):
            if found.doi in missing:
                missing.discard(found.doi)
                yield found

    def _ask(self, address: str, also: Collection[int] = ()) -> _Json:
        """The reply to a query of pyalex, which names OpenAlex's own server; {} if unknown."""
        status, data = self._web.data(self.url + _path(address), also=also)
        if status == 404:
            return {}
        try:
            value = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise SourceError(SOURCE, f"sent something that is no JSON; {_REMEDY}") from error
        if not isinstance(value, dict):
            raise SourceError(SOURCE, f"sent no JSON object; {_REMEDY}")
        return value


def _path(address: str) -> str:
    """What follows the host in an address."""
    return "/" + address.split("/", 3)[3]


def _batches(names: Sequence[str]) -> list[list[str]]:
    """`names` in portions that fit into one request each."""
    from urllib.parse import quote_plus

    batches: list[list[str]] = []
    room = 0
    for name in names:
        size = len(quote_plus(name)) + 1
        if not batches or size > room or len(batches[-1]) == BATCH:
            batches.append([])
            room = _ADDRESS_CHARS
        batches[-1].append(name)
        room -= size
    return batches


def _found(work: _Json) -> Found:
    """A work of OpenAlex as a record, with a fault if it has not the documented shape."""
    try:
        record = _record(work)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        known = work.get("doi")
        their_doi = doi(known) if isinstance(known, str) else ""
        fault = f"came from OpenAlex in a shape that is not understood ({error!r:.80})"
        return Found(their_doi, Record(SOURCE, 0, docno=their_doi, doi=their_doi), fault)
    return Found(record.doi, record, "has been retracted" if work.get("is_retracted") else "")


def _record(work: _Json) -> Record:
    from pyalex import invert_abstract

    title = _plain(work.get("title") or "")
    abstract = _plain(invert_abstract(work.get("abstract_inverted_index")) or "")
    if words(title)[:1] != ("abstract",):
        abstract = _LABEL.sub("", abstract, count=1) if _LABEL.match(abstract) else abstract
    people = work.get("authorships") or []
    names = [_plain(p.get("raw_author_name") or _display(p.get("author"))) for p in people]
    their_doi = doi(work.get("doi") or "")
    return Record(
        source=SOURCE,
        position=0,
        docno=their_doi,
        title=title,
        abstract=abstract,
        authors=tuple(person_name(name) for name in names if name),
        authors_complete=bool(names) and all(names) and len(names) < _AUTHORS_GIVEN,
        published=_date(work),
        arxiv_id=_arxiv_id(work),
        doi=their_doi,
        categories=_subjects(work),
        venue=venue(_plain(of_location(work.get("primary_location")))),
    )


def _display(entity: _Json | None) -> str:
    """The name of an author or a subject; empty if there is none."""
    return (entity or {}).get("display_name") or ""


def _plain(text: str) -> str:
    """`text` on one line, without the markup that publishers leave in titles and abstracts.

    JSON can also spell halves of characters and NUL, which are no text.
    """
    sound = text.replace("\0", "").encode(errors="ignore").decode()
    return one_line(_MARKUP.sub("", html.unescape(sound)))


def _date(work: _Json) -> str:
    """When it was published; the first of January stands for a year of which no more is known."""
    year, day = str(work.get("publication_year") or ""), work.get("publication_date") or ""
    return iso_date(year if day in ("", f"{year}-01-01") else day)


def _arxiv_id(work: _Json) -> str:
    """The arXiv id under which the work can be read, if it is one."""
    places = work.get("locations") or []
    ids = {arxiv_id(place.get("landing_page_url") or "") for place in places} - {""}
    return ids.pop() if len(ids) == 1 else ""


def _subjects(work: _Json) -> tuple[str, ...]:
    """The subfields of its topics, such as `Artificial Intelligence`: as fine as arXiv's codes."""
    names = {_plain(_display(topic.get("subfield"))) for topic in work.get("topics") or []}
    return tuple(sorted(names - {""}))
