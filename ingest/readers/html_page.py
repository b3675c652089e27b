"""Reader of saved web pages of one paper: its meta tags, JSON-LD, or the abstract it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from ingest.identifiers import arxiv_id
from ingest.readers.fields import Names, Unusable, listed_names, make_record
from ingest.readers.page import Piece
from ingest.sources import Source
from ingest.text import is_prose, one_line, words
from rag.errors import SourceError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Meta = dict[str, list[str]]
"""What the meta tags of a page say, by name in lower case."""

_MOST_BYTES = 32 * 1024 * 1024
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "strong", "b")
_MOST_TRIED = 300  # headings, or elements marked as an abstract
_HEADING_CHARS = 1_000
_TEXT_CHARS = 50_000
_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|meta|title|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE = ("ScholarlyArticle", "MedicalScholarlyArticle", "Article", "Thesis", "Report")
_LABEL = re.compile(r"\s*(?:abstract|summary)\s*[:.—–-]?\s*", re.IGNORECASE)
_HEADING = re.compile(r"\W*abstract\W*", re.IGNORECASE)
_CODE = re.compile(r"\(([a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]{2,20})?)\)\s*(?:;|$)")  # an arXiv category
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_VENUES = (
    "citation_journal_title", "citation_conference_title", "citation_conference",
    "citation_inbook_title", "citation_book_title", "prism.publicationname",
)  # fmt: skip
_JOURNAL_REF = "//td[contains(concat(' ', @class, ' '), ' jref ')]"
_MOST_PARTS = 4  # an article of an issue of a volume of a periodical
_ABSTRACT_MARKS = (  # as arXiv, ACL, PubMed, publishers and LaTeXML call the element
    "//blockquote[contains(concat(' ', @class, ' '), ' abstract ')]",
    "//*[contains(concat(' ', @class, ' '), ' acl-abstract ')]",
    "//*[contains(concat(' ', @class, ' '), ' ltx_abstract ')]",
    "//*[@id='abstract' or @id='eng-abstract' or @id='Abs1-content' or @id='abstracts']",
    "//section[contains(@class, 'abstract')]",
    "//div[contains(@class, 'abstract')]",
)


def recognise(text: str) -> bool:
    """It begins as HTML does."""
    return _START.match(text[:20_000]) is not None


def read(source: Source) -> Iterator[Piece]:
    """The one paper. Raises SourceError with the reason if the page shows none."""
    from lxml import etree

    page = _parsed(source)
    meta = _meta(page)
    linked = _linked(page)
    etree.strip_elements(page, "script", "style", "noscript", with_tail=False)  # no text to read
    shown = _shown_abstract(page)
    abstract = (
        _first(meta, "citation_abstract")
        or shown
        or one_line(str(linked.get("abstract") or ""))
        or _described(meta, linked)
    )
    scholarly = any(name.startswith("citation_") for name in meta) or bool(linked)
    title = _title(page, meta, linked)
    if not title or not (scholarly or shown or "dc.title" in meta):
        raise SourceError(
            source.label,
            "is a web page that shows no paper: it has neither citation tags nor an abstract;"
            " save the page of one paper, or give its title and abstract as text",
        )
    try:
        yield make_record(
            source.name,
            0,
            title=title,
            abstract=_LABEL.sub("", abstract, count=1) if _LABEL.match(abstract) else abstract,
            authors=_authors(meta, linked),
            published=_first(
                meta,
                "citation_date",
                "citation_publication_date",
                "citation_online_date",
                "dc.date",
                "dc.date.issued",
                "article:published_time",
            )
            or str(linked.get("datePublished") or ""),
            arxiv=_first(meta, "citation_arxiv_id") or _arxiv_link(page, meta),
            their_doi=_doi(meta, linked),
            categories=_subjects(meta) or _arxiv_subjects(page),
            venues=_venues(page, meta, linked),
        )
    except Unusable as unusable:
        raise SourceError(source.label, str(unusable)) from unusable


def _parsed(source: Source) -> HtmlElement:
    """The page; its encoding is told by its mark, its meta tag, or is UTF-8 if it can be."""
    from lxml import etree, html

    data = source.data(_MOST_BYTES)
    try:
        data.decode()
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # then the parser looks for a byte order mark and the meta tag
    parser = html.HTMLParser(encoding=encoding, no_network=True, remove_comments=True)
    try:
        page = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        reason = f"is a damaged web page ({one_line(str(error))[:200]}); save it again"
        raise SourceError(source.label, reason) from error
    return page


def _meta(page: HtmlElement) -> Meta:
    found: Meta = {}
    for tag in page.iter("meta"):
        name = (tag.get("name") or tag.get("property") or "").strip().lower()
        content = one_line(tag.get("content") or "")
        if name and content:
            found.setdefault(name.replace("dcterms.", "dc."), []).append(content)
    return found


def _first(meta: Meta, *names: str) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _linked(page: HtmlElement) -> dict[str, Any]:
    """The first article that the page's JSON-LD describes."""
    for script in page.xpath("//script[@type='application/ld+json']"):
        try:
            value = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for item in _items(value):
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(name in _ARTICLE for name in kinds):
                return item
    return {}


def _items(value: object) -> list[dict[str, Any]]:
    """The objects of a JSON-LD document: one, a list, a graph, or what a page is about."""
    values = value if isinstance(value, list) else [value]
    items = [item for item in values if isinstance(item, dict)]
    for item in list(items):
        graph = item.get("@graph", item.get("mainEntity"))
        inner = graph if isinstance(graph, list) else [graph]
        items += [entry for entry in inner if isinstance(entry, dict)]
    return items


def _title(page: HtmlElement, meta: Meta, linked: dict[str, Any]) -> str:
    said = _first(meta, "citation_title", "dc.title", "bepress_citation_title")
    said = said or one_line(str(linked.get("headline") or linked.get("name") or ""))
    if said:
        return said
    headings = (_text(heading, _HEADING_CHARS) for heading in islice(page.iter("h1"), _MOST_TRIED))
    return next((text for text in headings if len(words(text)) >= 2), _first(meta, "og:title"))


def _shown_abstract(page: HtmlElement) -> str:
    """The abstract in the body of the page: an element marked so, or what follows its heading."""
    for mark in _ABSTRACT_MARKS:
        for element in page.xpath(mark)[:_MOST_TRIED]:
            text = _text(element)
            if is_prose(text):
                return text
    for heading in islice(page.iter(*_HEADINGS), _MOST_TRIED):  # a union in XPath is quadratic
        if _HEADING.fullmatch(_text(heading, _HEADING_CHARS)):
            holder = heading if heading.getnext() is not None else heading.getparent()
            after = holder.getnext() if holder is not None else None
            if after is not None and is_prose(_text(after)):
                return _text(after)
    return ""


def _described(meta: Meta, linked: dict[str, Any]) -> str:
    """A description in the tags, if it is long enough to be an abstract and not cut off."""
    said = [str(linked.get("description") or "")]
    said += [_first(meta, name) for name in ("dc.description", "og:description", "description")]
    whole = [text for text in map(one_line, said) if is_prose(text)]
    return next((text for text in whole if not text.endswith(("...", "…"))), "")


def _text(element: HtmlElement, most: int = _TEXT_CHARS) -> str:
    """The text in an element, so far as it is read: broken pages nest all they hold in one."""
    taken: list[str] = []
    size = 0
    for piece in element.itertext():
        taken.append(str(piece))
        size += len(taken[-1])
        if size > most:
            break
    return one_line("".join(taken))


def _authors(meta: Meta, linked: dict[str, Any]) -> Names:
    for name in ("citation_author", "dc.creator", "citation_authors"):
        if name in meta:
            names = [part for text in meta[name] for part in text.split(";") if part.strip()]
            return listed_names(names)
    people = linked.get("author")
    entries = people if isinstance(people, list) else [people]
    said = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
    return listed_names([name for name in said if isinstance(name, str)])


def _arxiv_link(page: HtmlElement, meta: Meta) -> str:
    """The arXiv id of the page's own address."""
    addresses = [*meta.get("og:url", []), *page.xpath("//link[@rel='canonical']/@href")]
    return next((found for found in map(arxiv_id, map(str, addresses)) if found), "")


def _doi(meta: Meta, linked: dict[str, Any]) -> str:
    said = [
        _first(meta, "citation_doi"),
        *meta.get("dc.identifier", []),
        *meta.get("prism.doi", []),
    ]
    said += [str(linked.get(name) or "") for name in ("identifier", "sameAs", "@id")]
    return next((match[0] for match in map(_DOI.search, said) if match), "")


def _venues(page: HtmlElement, meta: Meta, linked: dict[str, Any]) -> Iterator[str]:
    """What may name the venue; arXiv shows it as the journal reference."""
    yield from (_first(meta, name) for name in _VENUES)
    yield from _periodicals(linked)
    yield from (_text(cell) for cell in page.xpath(_JOURNAL_REF)[:1])


def _periodicals(linked: dict[str, Any]) -> Iterator[str]:
    """The periodical that an article is part of, through its issue and volume."""
    part: Any = linked
    for _ in range(_MOST_PARTS):
        part = part.get("isPartOf")
        part = part[0] if isinstance(part, list) and part else part
        if not isinstance(part, dict):
            return
        kind, name = part.get("@type"), part.get("name")
        kinds = kind if isinstance(kind, list) else [kind]
        if "Periodical" in kinds and isinstance(name, str):
            yield name


def _subjects(meta: Meta) -> list[str]:
    names = ("citation_keywords", "citation_keyword", "dc.subject")
    said = next((meta[name] for name in names if name in meta), [])
    return [part for text in said for part in re.split(r"[;,]", text)]


def _arxiv_subjects(page: HtmlElement) -> list[str]:
    """The codes in the line `Subjects: Machine Learning (cs.LG); …` that arXiv shows."""
    for label in page.xpath("//*[normalize-space(text())='Subjects:']")[:_MOST_TRIED]:
        holder = label.getparent()
        shown = _text(label if holder is None else holder).partition("Subjects:")[2]
        if codes := [match[1] for match in _CODE.finditer(shown)]:
            return codes
    return []
