"""Summaries as HTML: the tree as it grows, and the finished one, openable down to the quotes.

What papers and chat models say is untrusted; every piece of it passes through `html.escape`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from rag.summary.compare_table import NOT_SAID
from rag.summary.markdown import byline_year
from rag.summary.types import AnyPart, Summary, SummaryNode, SummarySentence
from rag.types import Citation, Paper, Support
from ui.app.saving import save_button
from ui.quoted import quoted

AROUND = 220  # characters of a paper's text shown on either side of a quote

HEADINGS: Mapping[AnyPart, str] = {
    "problem": "Problem",
    "method": "Method",
    "findings": "Findings",
}
SUPPORT_NOTES: Mapping[Support, tuple[str, str]] = {
    "unchecked": ("unchecked", "Not decided by its check: read what it rests on."),
    "unsupported": ("not supported", "What it rests on does not bear this out."),
    "contradicted": ("contradicted", "What it rests on says otherwise."),
}


def grown(forest: Sequence[SummaryNode], node: SummaryNode) -> tuple[SummaryNode, ...]:
    """The forest once `node` is there, which takes up those it was written from."""
    below = {id(child) for child in node.children}
    return (*(one for one in forest if id(one) not in below), node)


def growing_html(forest: Sequence[SummaryNode], done: int, total: int, status: str) -> str:
    """What is there while a summary is made; the last one written first, as it is the news."""
    share = 100 * done / total if total else 0
    told = f"{done} of {total} written" if total else escape(status)
    nodes = "".join(_plain(node) for node in reversed(forest))
    return (
        f'<div class="growing"><div class="progress" role="progressbar" aria-valuemin="0"'
        f' aria-valuemax="100" aria-valuenow="{share:.0f}" aria-label="Summary">'
        f'<i style="width:{share:.1f}%"></i></div>'
        f'<p class="state working" role="status">{told} …</p>{nodes}</div>'
    )


def _plain(node: SummaryNode) -> str:
    kind = {"paper": "Paper", "group": "Group", "whole": "The whole"}[node.level]
    said = " ".join(escape(sentence.text) for sentence in node.sentences) or "—"
    below = f" · {len(node.children)} below it" if node.children else ""
    return (
        f'<article class="node of-{node.level}"><h3>{escape(node.title or "The whole")}'
        f'<span class="level">{kind}{below}</span></h3><p>{said}</p></article>'
    )


def summary_html(summary: Summary) -> str:
    """The finished summary: the whole, groups, papers; each sentence opens what it rests on."""
    if summary.root is None:
        return (
            '<div class="notice abstained"><h3>Nothing to summarise</h3>'
            f"<p>{escape(summary.reason)}</p></div>"
        )
    papers = {paper.paper_id: paper for paper in summary.papers}
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in summary.notes)
    body = _node(summary.root, summary, papers, top=True)
    return (
        f'<div class="summary"><header><h2>{escape(title_of(summary))}</h2>'
        f'<p class="state">{_account(summary)}</p></header>{body}{notes}'
        f"{references(summary.papers)}</div>"
    )


def title_of(summary: Summary) -> str:
    """What the summary is of."""
    if summary.topic:
        return summary.topic[:1].upper() + summary.topic[1:]
    if len(summary.papers) == 1:
        return summary.papers[0].title
    return f"{len(summary.papers)} papers"


def _account(summary: Summary) -> str:
    count = len(summary.papers)
    told = ["1 paper" if count == 1 else f"{count} papers", escape(summary.backend)]
    if total := summary.timings_ms.get("total"):
        told.append(f"{total / 1000:.1f} s")
    if usage := summary.usage:
        told.append(f"{usage.prompt + usage.completion:,} tokens")
    return f"{' · '.join(told)}. Open a sentence to see what it rests on, down to the quotes."


def _node(
    node: SummaryNode, summary: Summary, papers: Mapping[str, Paper], *, top: bool = False
) -> str:
    sentences = "".join(_parts(node, summary, papers))
    below = "".join(_node(child, summary, papers) for child in node.children)
    if top:
        inner = f'<div class="below"><h3 class="part">From</h3>{below}</div>' if below else ""
        return f'<section class="node of-{node.level}">{sentences}{inner}</section>'
    label, aside = escape(node.title), ""
    if node.level == "paper":
        paper = papers[node.paper_id]
        number = next(iter(c.marker for s in node.sentences for c in s.citations), 0)
        label = f"{f'[{number}] ' if number else ''}{escape(paper.title)}"
        aside = escape(byline_year(paper))
    else:
        count = sum(1 for one in node.walk() if one.level == "paper")
        aside = f"{count} papers"
    return (
        f'<details class="node of-{node.level}"><summary><span class="title">{label}</span>'
        f' <span class="level">{aside}</span></summary>{sentences}{below}</details>'
    )


def _parts(node: SummaryNode, summary: Summary, papers: Mapping[str, Paper]) -> Iterator[str]:
    parts: tuple[AnyPart, ...] = summary.parts or ("",)
    for part in parts:
        told = [s for s in node.sentences if not part or s.part == part]
        if part:
            yield f'<h4 class="part">{HEADINGS[part]}</h4>'
        if told:
            yield "".join(_sentence(s, node, papers) for s in told)
        elif part and node.level == "paper":
            yield f'<p class="blank">— {NOT_SAID}</p>'


def _sentence(sentence: SummarySentence, node: SummaryNode, papers: Mapping[str, Paper]) -> str:
    """A sentence that opens what it rests on: sentences below it, at last quotes."""
    numbers = "".join(f"[{n}]" for n in dict.fromkeys(c.marker for c in sentence.citations))
    mark = ""
    if sentence.support in SUPPORT_NOTES:
        short, long = SUPPORT_NOTES[sentence.support]
        why = sentence.reason or long
        mark = f' <span class="support" title="{escape(why)}">{short}</span>'
    sentence, node = _as_it_was_written(sentence, node)
    if sentence.rests_on:
        below = "".join(
            _sentence(node.children[child].sentences[place], node.children[child], papers)
            for child, place in sentence.rests_on
        )
    else:
        below = "".join(quote_html(c, papers[c.paper_id]) for c in sentence.citations)
    note = f'<p class="why">{_sentence_case(sentence.reason)}</p>' if sentence.reason else ""
    if sentence.repaired:
        note += '<p class="why">What was written did not hold; this stands in its place.</p>'
    return (
        f'<details class="said {sentence.support}"><summary>{escape(sentence.text)}'
        f' <span class="numbers">{numbers}</span>{mark}</summary>'
        f'<div class="rests">{note}{below}</div></details>'
    )


def _as_it_was_written(
    sentence: SummarySentence, node: SummaryNode
) -> tuple[SummarySentence, SummaryNode]:
    """Where a sentence was only handed up, the one below it that first said so."""
    while len(sentence.rests_on) == 1:
        child, place = sentence.rests_on[0]
        below = node.children[child].sentences[place]
        if below.text != sentence.text:
            break
        sentence, node = below, node.children[child]
    return sentence, node


def quote_html(citation: Citation, paper: Paper) -> str:
    """A quote in its place: what stands around it, and which paper says it."""
    third = "a third party's summary, " if citation.field == "summary" else ""
    by = " · ".join(filter(None, (byline_year(paper), paper.title)))
    where = f"{third}{citation.field}"
    return (
        f'<figure class="quoted"><blockquote class="passage">{in_place(citation, paper)}'
        f"</blockquote><figcaption>[{citation.marker}] {escape(by)}"
        f' <span class="level">{escape(where)}</span> {paper_button(paper)}</figcaption></figure>'
    )


def in_place(citation: Citation, paper: Paper) -> str:
    """The quote marked, within some of its surroundings where it is from a paper's prose."""
    if citation.start is None or citation.end is None or citation.field not in _PROSE:
        return f"<mark>{escape(quoted(citation))}</mark>"
    text = paper.text("abstract" if citation.field == "abstract" else "summary")
    begins, ends = max(0, citation.start - AROUND), min(len(text), citation.end + AROUND)
    before, after = text[begins : citation.start], text[citation.end : ends]
    if begins:
        before = f"… {before.partition(' ')[2]}"
    if ends < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    said = escape(text[citation.start : citation.end])
    return f"{escape(before)}<mark>{said}</mark>{escape(after)}"


_PROSE = ("abstract", "summary")


def references(papers: Sequence[Paper]) -> str:
    """The papers by their numbers."""
    items = "".join(
        f"<li><b>[{number}]</b> {title_link(paper)}"
        f' <span class="level">{escape(byline_year(paper))}</span></li>'
        for number, paper in enumerate(papers, start=1)
    )
    return f'<details class="references"><summary>Papers</summary><ol>{items}</ol></details>'


def title_link(paper: Paper) -> str:
    """The title, leading to where the paper is, if that is known."""
    title = escape(paper.title or "Untitled paper")
    if not paper.url:
        return title
    return f'<a href="{escape(paper.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'


def _sentence_case(text: str) -> str:
    return escape(f"{text[:1].upper()}{text[1:]}")


def paper_button(paper: Paper) -> str:
    """Opens the paper in the library's tab."""
    value = escape(paper.paper_id)
    return (
        f'<button type="button" class="link" data-go="paper" data-value="{value}">'
        "Open the paper</button>"
    )


def exports_html(name: str, markdown: str, bibtex: str) -> str:
    """Buttons that save what was made."""
    return (
        '<div class="saves">'
        f"{save_button(f'{name}.md', markdown, 'Save as Markdown')}"
        f"{save_button(f'{name}.bib', bibtex, 'Save as BibTeX')}</div>"
    )
