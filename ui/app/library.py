"""The library's tab: what its page asks of Python (scripts/library.js), answered as HTML.

Every call goes straight to a server function of its one `gr.HTML`, past Gradio's queue: a page of
50 papers is there before a key is let go.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from ingest.evidence import join, links, split
from ingest.removal import remove, restore
from rag.errors import QuestionError, RagError
from rag.finding.retrieve import search_papers
from rag.finding.similar import similar_papers
from rag.stored.listing import PAGE, SORTS, Listing, Wanted
from rag.stored.removed import Removed
from rag.summary.overview import overview
from rag.types import Paper
from ui.adding import Way
from ui.app import library_adding, library_list, library_look, library_paper
from ui.app.desk import BROKEN, Desk, Wiring
from ui.app.wishes import is_local, read_wish
from ui.filling import pause

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import Request

log = logging.getLogger(__name__)

_NEAREST = 50  # papers of a search by meaning
_LIKE = 6  # papers named on another's page
_LAST_PAGE = 1_000_000  # SQLite counts no further than 2 ** 63 rows
_MOST_AT_ONCE = 500  # papers deleted together

Reply = dict[str, Any]


class LibraryView:
    """The list of papers, a paper's page, adding, and deleting."""

    name = "Library"
    # `paper` and `similar` are heard by scripts/library.js itself; the frame hears of changes.
    verbs: tuple[str, ...] = ("library-changed",)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[str, tuple[tuple[int, int], str]] = {}

    def lay_out(self) -> None:
        """The shell, which the script fills."""
        import gradio as gr

        gr.HTML(
            shell(),
            js_on_load="document.dispatchEvent(new CustomEvent('library:there',"
            " {detail: {element, server, upload}}));",
            server_functions=[self._server(gr.Request)],
            apply_default_css=False,
            elem_id="library",
        )

    def connect(self, app: Wiring) -> None:
        """Nothing: no event of Gradio's is needed."""

    def _server(self, request_type: type[gr.Request]) -> Callable[..., Reply]:
        """The one function that the page calls: `{"do": what, ...}` -> what to show."""
        does: Mapping[str, Callable[[Reply, Request], Reply]] = {
            "table": self.table,
            "menus": self.menus,
            "years": self.years,
            "map": self.map,
            "paper": self.paper,
            "like": self.like,
            "remove": self.remove,
            "restore": self.restore,
            "split": self.split,
            "join": self.join,
            "add": self.add,
            "adding": self.adding,
            "steer": self.steer,
            "vectors": self.vectors,
        }

        def library(asked: Reply, request: Request) -> Reply:
            """What comes of what the page asks, by its verb `do`, or an `error` to show."""
            try:
                return does[asked["do"]](asked, request)
            except RagError as error:
                return {"error": str(error)}
            except (KeyError, TypeError, ValueError, AttributeError):  # what came is not our page's
                log.exception("the library's page asked for what cannot be told")
                return {"error": BROKEN}

        library.__annotations__ = {"asked": dict, "request": request_type}  # Gradio goes by them
        return library

    # -- looking

    @property
    def _listing(self) -> Listing:
        return Listing(self._desk.library.catalogue)

    def table(self, asked: Reply, _: Request) -> Reply:
        """A page of the list; by meaning, or like a paper, the nearest ones."""
        library = self._desk.library
        note = ""
        if paper_id := str(asked.get("like", "")):
            found = similar_papers(library, paper_id, _NEAREST)
            near = [(paper, hit.score) for paper, hit in found.found]
            told = f"Like “{found.paper.title or found.paper.paper_id}”"
            return {"html": library_list.near(near), "told": told, "note": found.note}
        wanted = _wanted(asked)
        if asked.get("meaning") and wanted.words.strip():
            near = [(p, hit.score) for p, hit in search_papers(library, wanted.words, _NEAREST)]
            return {"html": library_list.near(near), "told": "Nearest in meaning", "note": note}
        number = min(max(int(asked.get("page", 0)), 0), _LAST_PAGE)
        page = self._listing.page(wanted, number)
        gone = library_list.deleted(Removed(library.catalogue.database).listed())
        if not page.total and wanted == Wanted(sort=wanted.sort):
            return {"html": library_list.EMPTY, "gone": gone, "told": "", "total": 0}
        html = library_list.table(page.papers, wanted, page.total, number)
        if not page.total:
            html = (
                '<p class="lib-note">No title, name or id holds all of that. “By meaning” looks'
                " through the abstracts too.</p>"
            )
        told = library_list.counted(page.total)
        return {"html": html, "gone": gone, "told": told, "total": page.total, "page": PAGE}

    def menus(self, _: Reply, __: Request) -> Reply:
        """What there is to choose from."""
        listing = self._listing

        def categories() -> str:
            return library_list.choices("All categories", listing.categories())

        def sources() -> str:
            return library_list.choices("All sources", listing.sources())

        return {
            "category": self._once("categories", categories),
            "source": self._once("sources", sources),
        }

    def _once(self, name: str, make: Callable[[], str]) -> str:
        """What was made, as long as the library is what it was."""
        library = self._desk.library
        now = (library.catalogue.generation, library.count())
        kept = self._kept.get(name)
        if kept is None or kept[0] != now:
            kept = self._kept[name] = (now, make())
        return kept[1]

    def years(self, asked: Reply, _: Request) -> Reply:
        """Papers per year, of those that the list would show of all years."""
        wanted = _wanted(asked)
        return {"html": library_look.years(self._listing.years(wanted), wanted)}

    def map(self, _: Reply, __: Request) -> Reply:
        """The map of the library."""
        library = self._desk.library
        return {"html": self._once("map", lambda: library_look.map_html(overview(library)))}

    def paper(self, asked: Reply, _: Request) -> Reply:
        """A paper's page."""
        paper = self._desk.library.paper(str(asked["id"]))
        merged = links(self._desk.library.records(paper.paper_id))
        html = library_paper.paper_page(paper, merged)
        return {"html": html, "title": paper.title, "id": paper.paper_id}

    def like(self, asked: Reply, _: Request) -> Reply:
        """The papers like one, for its page."""
        found = similar_papers(self._desk.library, str(asked["id"]), _LIKE).found
        return {"html": library_paper.like([(paper, hit.score) for paper, hit in found])}

    # -- changing

    def remove(self, asked: Reply, _: Request) -> Reply:
        """Delete papers; the reply offers the way back."""
        ids = _texts(asked["ids"])
        if len(ids) > _MOST_AT_ONCE:
            raise QuestionError(f"{len(ids)} papers are too many at once: choose fewer")
        gone = remove(self._desk.library, ids)
        what = f"“{gone[0].title}”" if len(gone) == 1 else library_list.counted(len(gone))
        return {
            "told": f"Deleted {what}.",
            "undo": library_list.undo([paper.paper_id for paper in gone]),
        }

    def restore(self, asked: Reply, _: Request) -> Reply:
        """Undo that."""
        back = restore(self._desk.library, _texts(asked["ids"]))
        return {"told": f"{_named(back)} back in the library."}

    def split(self, asked: Reply, _: Request) -> Reply:
        """Take records out of a paper."""
        found = split(self._desk.library, str(asked["id"]), _texts(asked["records"]))
        return {"told": f"Now apart: {_titles(found)}.", "ids": [one.paper_id for one in found]}

    def join(self, asked: Reply, _: Request) -> Reply:
        """Take that back."""
        found = join(self._desk.library, str(asked["one"]), str(asked["other"]).strip())
        if len(found) > 1:
            told = "The decision is taken back, but their records do not say that they are one work"
        else:
            told = f"Now one paper: {_titles(found)}"
        return {"told": f"{told}.", "id": found[0].paper_id}

    # -- adding

    def add(self, asked: Reply, request: Request) -> Reply:
        """Take in what was dropped, pasted, or named."""
        wish, uploads = read_wish(asked, local=is_local(request))
        self._desk.adding.add(wish, uploads)
        return {"told": f"Adding {wish.label if not uploads else uploads[0].name}"}

    def adding(self, _: Reply, __: Request) -> Reply:
        """How far everything is that is being added."""
        found = self._desk.adding.jobs()
        now = self._desk.filling()
        return {
            "html": library_adding.jobs(found) + library_adding.vectors(now),
            "busy": any(not job.over and job.state != "cut off" for job in found),
            "waiting": bool(now.standing.waiting) and not now.paused,
            "papers": now.standing.papers,
        }

    def steer(self, asked: Reply, request: Request) -> Reply:
        """Pause, resume, stop, try again or forget a job."""
        if asked["how"] in get_args(Way):
            self._desk.adding.steer(str(asked["job"]), asked["how"])
        return self.adding(asked, request)

    def vectors(self, asked: Reply, request: Request) -> Reply:
        """Pause the making of vectors, or go on."""
        pause(self._desk.library, paused=asked["how"] == "pause")
        return self.adding(asked, request)


def shell() -> str:
    """The page before anything is asked for."""
    return (
        '<section class="library" aria-label="Library">'
        f'<div class="lib-list">{library_list.bar()}{library_adding.form()}'
        '<div class="lib-jobs" aria-live="polite"></div>'
        '<div class="lib-seen" hidden></div>'
        '<p class="lib-told" role="status"></p>'
        '<div class="lib-page" aria-busy="true"></div><div class="lib-gone"></div></div>'
        '<article class="lib-paper" hidden></article>'
        '<div class="lib-notice" role="status" hidden></div>'
        '<div class="lib-picked" role="region" aria-label="Chosen papers" hidden></div></section>'
    )


def _wanted(asked: Reply) -> Wanted:
    """Which papers a page asks for; what makes no sense is left out."""
    sort = str(asked.get("sort", ""))
    low, high = (_year(asked.get(end)) for end in ("low", "high"))
    return Wanted(
        words=str(asked.get("words", ""))[:200],
        years=(low, high),
        category=str(asked.get("category", "")),
        source=str(asked.get("source", "")),
        sort=sort if sort in SORTS else "newest",
    )


def _year(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 4 else None


def _texts(values: object) -> list[str]:
    if not isinstance(values, list) or not values:
        raise QuestionError("nothing was chosen: tick what is meant")
    return [str(value) for value in values]


def _titles(papers: list[Paper]) -> str:
    return ", ".join(f"“{paper.title or paper.paper_id}”" for paper in papers)


def _named(papers: list[Paper]) -> str:
    if len(papers) == 1:
        return f"{_titles(papers)} is"
    return f"{library_list.counted(len(papers))} are"
