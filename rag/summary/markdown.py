"""Summaries and comparison tables as Markdown: numbered citations, and the quotes behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.summary.compare_table import BLANK, NOT_SAID, Row
from rag.summary.types import AnyPart, Summary, SummaryNode, SummarySentence
from rag.types import Citation, Paper

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_BAR = re.compile(r"(?<!\\)\|")
_MATH = re.compile(r"(\$[^$\n]{1,2000}\$)")
_HEADINGS: dict[AnyPart, str] = {"problem": "Problem", "method": "Method", "findings": "Findings"}


def summary_markdown(summary: Summary) -> str:
    """The whole tree from the top down, then each paper with the quotes that are cited."""
    return "\n".join(_document(summary)).strip() + "\n"


def _document(summary: Summary) -> Iterator[str]:
    yield f"# {escaped(_heading(summary))}"
    yield ""
    if summary.root is None:
        yield escaped(summary.reason)
    else:
        yield from _node(summary.root, summary, depth=1)
        yield "## Papers and quotes"
        yield ""
        cited = [c for n in summary.root.walk() for s in n.sentences for c in s.citations]
        yield from _references(summary.papers, cited)
    for note in summary.notes:
        yield f"*Note: {escaped(note)}*"
        yield ""


def _heading(summary: Summary) -> str:
    if summary.topic:
        return summary.topic[:1].upper() + summary.topic[1:]
    if len(summary.papers) == 1:
        return summary.papers[0].title
    return f"{len(summary.papers)} papers"


def _node(node: SummaryNode, summary: Summary, depth: int) -> Iterator[str]:
    if depth > 1:
        yield f"{'#' * min(depth, 6)} {escaped(_node_title(node, summary))}"
        yield ""
    yield from _sentences(node, summary)
    for child in node.children:
        yield from _node(child, summary, depth + 1)


def _node_title(node: SummaryNode, summary: Summary) -> str:
    if node.level != "paper":
        return node.title
    paper = next(p for p in summary.papers if p.paper_id == node.paper_id)
    return " · ".join(filter(None, (paper.title, byline_year(paper))))


def _sentences(node: SummaryNode, summary: Summary) -> Iterator[str]:
    """A node's sentences: as prose for a paper, one a line where several papers speak."""
    parts: tuple[AnyPart, ...] = summary.parts or ("",)
    for part in parts:
        told = [s for s in node.sentences if not part or s.part == part]
        if not told:
            if part and node.level == "paper":
                yield f"**{_HEADINGS[part]}.** {BLANK} *({NOT_SAID})*"
                yield ""
            continue
        label = f"**{_HEADINGS[part]}.** " if part else ""
        if node.level == "paper":
            yield label + " ".join(_printed(s) for s in told)
        else:
            if label:
                yield label.strip()
                yield ""
            yield from (f"- {_said_by(s, summary)}{_printed(s)}" for s in told)
        yield ""


def _printed(sentence: SummarySentence) -> str:
    """The sentence with one number a paper, and its verdict unless it is supported."""
    markers = "".join(f"[{n}]" for n in dict.fromkeys(c.marker for c in sentence.citations))
    verdict = "" if sentence.support == "supported" else f" *({sentence.support})*"
    return f"{escaped(sentence.text)} {markers}{verdict}"


def _said_by(sentence: SummarySentence, summary: Summary) -> str:
    """Who says "we": the authors, before a sentence that is one paper's own."""
    if len(sentence.citations) != 1 or sentence.citations[0].quote != sentence.text:
        return ""
    paper = next(p for p in summary.papers if p.paper_id == sentence.citations[0].paper_id)
    return f"{escaped(byline_year(paper) or paper.title)}: "


def byline_year(paper: Paper) -> str:
    """`Ouyang et al. 2022`, `Wu and Lall 2010`; what is not known is left out."""
    names = [name.split()[-1] for name in paper.authors if name.strip()]
    if len(names) > 2 or (names and not paper.authors_complete):
        by = f"{names[0]} et al."
    else:
        by = " and ".join(names)
    return " ".join(filter(None, (by, paper.published[:4])))


def _references(papers: Sequence[Paper], cited: Iterable[Citation]) -> Iterator[str]:
    quotes: dict[str, dict[Citation, None]] = {}
    for citation in cited:
        quotes.setdefault(citation.paper_id, {})[citation] = None
    for number, paper in enumerate(papers, start=1):
        facts = ", ".join(filter(None, (byline_year(paper), paper.venue_in_short, paper.url)))
        yield f"**[{number}]** {escaped(paper.title)}{'. ' + escaped(facts) if facts else ''}"
        yield ""
        own = sorted(quotes.get(paper.paper_id, {}), key=lambda c: (c.field, c.start or 0))
        for one in own:
            where = one.field if one.start is None else f"{one.field}, {one.start}–{one.end}"
            third = "a third party's " if one.field == "summary" else ""
            yield f"> {escaped(_one_line(one.quote))} *({third}{where})*"
            yield ""


def table_markdown(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """The table, each cell with its paper's number, then each paper with its quotes."""
    head = ("paper", *map(_in_cell, columns))
    lines = [_line(head), _line("---" for _ in head)]
    for row in rows:
        name = f"{byline_year(row.paper)}: {row.paper.title}".removeprefix(": ")
        own = f"{_in_cell(name)} [{row.number}]"
        lines.append(_line((own, *(_cell(cell.citation) for cell in row.cells))))
    if any(cell.citation is None for row in rows for cell in row.cells):
        lines += ["", f"{BLANK}: {NOT_SAID}."]
    cited = [cell.citation for row in rows for cell in row.cells if cell.citation]
    prose = [one for one in cited if one.start is not None]
    references = _references([row.paper for row in rows], prose)
    return "\n".join((*lines, "", "## Papers and quotes", "", *references)).strip() + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def escaped(text: str) -> str:
    """Untrusted text as Markdown that prints just as it stands; math is left to be rendered."""
    pieces = _MATH.split(text)
    return "".join(
        piece if place % 2 else _SPECIAL.sub(r"\\\1", piece) for place, piece in enumerate(pieces)
    )


def _cell(citation: Citation | None) -> str:
    """A quote with its number; a bar would end the cell even within math."""
    if citation is None:
        return BLANK
    return f"{_in_cell(citation.quote)} [{citation.marker}]"


def _in_cell(text: str) -> str:
    return _BAR.sub(r"\\|", escaped(_one_line(text)))
