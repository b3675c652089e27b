"""Papers by name from elsewhere: arXiv ids and searches, DOIs, addresses of pages and files."""

from __future__ import annotations

import logging
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ingest import arxiv, openalex
from ingest.arxiv import ArxivClient
from ingest.identifiers import arxiv_id, arxiv_id_of_doi, doi
from ingest.openalex import OpenAlexClient
from ingest.readers import read
from ingest.sources import Source
from ingest.text import digest
from ingest.web import Manners, Web
from rag.config import Config
from rag.errors import SourceError
from rag.types import Record, Reject

log = logging.getLogger(__name__)

SEARCH_LIMIT = 100
"""So many papers of an arXiv search are taken unless it says `&max_results=`."""

_MOST = 30_000  # arXiv's API gives no more of one search
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SEARCH = re.compile(r"(?P<query>.*?)\s*(?:&max_results=(?P<limit>\d+))?", re.DOTALL)
_LIKE_AN_ID = re.compile(r"(?:[a-z-]+(?:\.[a-z]+)?/)?\d+(?:\.\d+)?(?:v\d+)?", re.IGNORECASE)
_NO_PAPERS = ("image/", "audio/", "video/", "font/")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one name asks for: `value` is an arXiv id, a query, a DOI, or an address."""

    kind: Literal["arxiv", "search", "doi", "page"]
    name: str
    value: str
    limit: int = 1


def is_remote(name: str) -> bool:
    """Whether `name` names papers elsewhere rather than a path.

    That is an arXiv id, a DOI, or anything that begins with `arxiv:`, `doi:` or `scheme://`.
    """
    begins = name.strip().lower()
    return bool(
        begins.startswith(("arxiv:", "doi:"))
        or _SCHEME.match(begins)
        or arxiv_id(begins)
        or doi(begins)
    )


def fetch(name: str, config: Config) -> Iterator[Record | Reject]:
    """The papers that one name asks for. Raises as `fetch_all`."""
    return fetch_all([name], config)


def fetch_all(
    names: Sequence[str],
    config: Config,
    *,
    arxiv_client: ArxivClient | None = None,
    openalex_client: OpenAlexClient | None = None,
    page_manners: Manners | None = None,
) -> Iterator[Record | Reject]:
    """The papers that `names` ask for; ids of one kind are asked for together.

    Records from arXiv and OpenAlex are numbered from 0 and have their id as `docno`; those of a
    page are as its reader gives them, under the page's address. What is unknown, withdrawn or
    retracted is a Reject, whose position is that of its name, from 1.

    Every name is judged before anything is asked. Raises SourceError for a name that cannot be
    used, a server that fails, and if there is no paper at all.
    """
    wanted = [_wanted(name) for name in names]
    places = {name: number for number, name in enumerate(names, start=1)}
    papers = arxiv_client or ArxivClient(config.arxiv_url, mailto=config.mailto)
    works = openalex_client or OpenAlexClient(
        config.openalex_url, config.openalex_key, config.mailto
    )
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    refused: list[_Refused] = []

    def numbered(pieces: Iterator[Record | _Refused]) -> Iterator[Record]:
        """The records, each once and with its place in its source; the refused are set aside."""
        for piece in pieces:
            if isinstance(piece, _Refused):
                refused.append(piece)
            elif piece.key not in seen:  # an id and a search may give the same paper
                seen.add(piece.key)
                yield replace(piece, position=counts[piece.source])
                counts[piece.source] += 1

    yield from numbered(_by_id(_of(wanted, "arxiv"), papers))
    for search in _of(wanted, "search"):
        yield from numbered(_by_search(search, papers))
    yield from numbered(_by_doi(_of(wanted, "doi"), works))
    for page in _of(wanted, "page"):
        counts["pages"] += 1
        yield from _read_page(page, page_manners or Manners())
    if refused and not counts:
        raise SourceError(refused[0].name, refused[0].reason)
    for no in refused:
        yield Reject(no.source, places[no.name], no.reason, no.text)


@dataclass(frozen=True, slots=True)
class _Refused:
    """What a name asks for and does not get, before it is known whether others get theirs."""

    source: str
    name: str
    reason: str
    text: str


def _of(wanted: Sequence[_Wanted], kind: str) -> list[_Wanted]:
    return [one for one in wanted if one.kind == kind]


# --- names ------------------------------------------------------------------------------------


def _wanted(name: str) -> _Wanted:
    """What `name` asks for. Raises SourceError if that cannot be told."""
    text = name.strip()
    scheme = _SCHEME.match(text)
    bare = re.split(r"[?#]", text)[0] if scheme else text
    their_doi = doi(unquote(text) if scheme else text)
    found = arxiv_id(bare) or arxiv_id_of_doi(their_doi)
    if found:
        return _Wanted("arxiv", name, re.sub(r"\.[a-z]{2}/", "/", found.lower()))
    if their_doi:
        return _Wanted("doi", name, their_doi)
    if text.lower().startswith("arxiv:"):
        return _search(name, text[len("arxiv:") :].strip())
    if scheme is None:
        raise SourceError(name, "is no DOI; give one such as 10.1038/nature14539")
    if scheme[1].lower() not in ("http", "https"):
        raise SourceError(
            page_name(text), "is no address that is read; give http or https, or the path of a file"
        )
    query = parse_qs(_parts(text).query)
    if bare.endswith("arxiv.org/api/query") and "search_query" in query:
        most = query.get("max_results", [str(SEARCH_LIMIT)])[0]
        return _search(name, f"{query['search_query'][0]}&max_results={most}")
    return _Wanted("page", name, text)


def _search(name: str, text: str) -> _Wanted:
    match = _SEARCH.fullmatch(text)
    query = match["query"].strip() if match else ""
    limit = int((match and match["limit"]) or SEARCH_LIMIT)
    if not query:
        raise SourceError(name, "searches for nothing; give for instance 'arxiv:ti:reward'")
    if _LIKE_AN_ID.fullmatch(query):
        raise SourceError(
            name, "is no arXiv id; they look like 2112.09332 or hep-th/9901001; to search for a"
            " number, name a field: 'arxiv:all:…'"
        )  # fmt: skip
    if not 1 <= limit <= _MOST:
        raise SourceError(
            name,
            f"asks for {limit:,} papers; arXiv gives 1 to {_MOST:,} of one search: narrow it, for"
            " instance with 'AND submittedDate:[202401010000 TO 202412312359]'",
        )
    return _Wanted("search", name, query, limit)


# --- what each kind gives ---------------------------------------------------------------------


def _by_id(wanted: Sequence[_Wanted], client: ArxivClient) -> Iterator[Record | _Refused]:
    names = {one.value.lower(): one.name for one in reversed(wanted)}
    ids = list(dict.fromkeys(one.value for one in wanted))
    for entry in client.entries(ids):
        name = names.pop(entry.record.arxiv_id.lower(), "")
        if name:
            yield _arxiv_piece(entry, name)
    for name in reversed(names.values()):
        yield _Refused(arxiv.SOURCE, name, "is not known to arXiv; check the id", name)


def _by_search(wanted: _Wanted, client: ArxivClient) -> Iterator[Record | _Refused]:
    total, entries = client.search(wanted.value, wanted.limit)
    if total > wanted.limit:
        log.warning(
            "%s: %d papers are found, the newest %d are taken; for more add &max_results=%d",
            *(wanted.name, total, wanted.limit, min(total, _MOST)),
        )
    found = False
    for entry in entries:
        found = True
        yield _arxiv_piece(entry, wanted.name)
    if not found:
        reason = "finds nothing at arXiv; check the search, see README"
        yield _Refused(arxiv.SOURCE, wanted.name, reason, wanted.name)


def _arxiv_piece(entry: arxiv.Entry, name: str) -> Record | _Refused:
    if not entry.withdrawn:
        return entry.record
    text = f"{entry.record.arxiv_id} {entry.record.title}"
    return _Refused(arxiv.SOURCE, name, "has been withdrawn from arXiv", text)


def _by_doi(wanted: Sequence[_Wanted], client: OpenAlexClient) -> Iterator[Record | _Refused]:
    names = {one.value: one.name for one in reversed(wanted)}
    for work in client(list(dict.fromkeys(one.value for one in wanted))):
        name = names.pop(work.doi)
        if work.fault:
            text = f"{work.doi} {work.record.title}".rstrip()
            yield _Refused(openalex.SOURCE, name, work.fault, text)
        else:
            yield work.record
    for name in reversed(names.values()):
        yield _Refused(openalex.SOURCE, name, "is not known to OpenAlex; check the DOI", name)


def _read_page(wanted: _Wanted, manners: Manners) -> Iterator[Record | Reject]:
    """What the readers of files find at an address. Raises SourceError."""
    shown = page_name(wanted.value)
    web = Web(
        shown,
        "try again later, or save it with a browser and give the file",
        "check the address",
        manners,
        refusal="it wants a login, or no programs; save it with a browser and give the file",
        unwanted=_NO_PAPERS,
    )
    with tempfile.TemporaryDirectory(prefix="askpapers-") as folder:
        path = Path(folder) / "page"
        with path.open("w+b") as out:
            web.get(wanted.value, out)

        def again() -> BinaryIO:
            return path.open("rb")

        yield from read(Source(shown, shown, again))


def page_name(address: str) -> str:
    """The name of the source at an address: without password, its query (a token?) as a digest.

    Raises SourceError, which does not show it, if the address cannot be understood.
    """
    parts = _parts(address)
    host = parts.netloc.rpartition("@")[2]
    query = f"?{digest(parts.query)}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{parts.path}{query}"


def _parts(address: str) -> SplitResult:
    """`address` taken apart. Raises SourceError, which does not show it, if that cannot be."""
    try:
        return urlsplit(address)
    except ValueError as error:
        raise SourceError("an address", "cannot be understood; check how it is written") from error
