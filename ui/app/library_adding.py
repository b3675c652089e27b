"""Adding papers, as HTML: where to drop them, how far each job is, what was rejected and why.

File names and what sources say are untrusted: they pass through `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.types import Reject
from ui.adding import Job, Rejected
from ui.console import span
from ui.filling import Filling
from ui.http.limits import LARGEST_UPLOAD, UPLOAD_TYPES

_DOING = {
    "sources": "Looking at the files",
    "words": "Reading records",
    "vectors": "Making vectors",
}
_BEGINNING = 160  # characters of a rejected piece


def form() -> str:
    """Where files are dropped, ids pasted, and a folder named."""
    accept = ",".join(UPLOAD_TYPES)
    return (
        '<section class="lib-adding" aria-label="Add papers" hidden>'
        f'<form data-do="add" data-most="{LARGEST_UPLOAD}">'
        '<label class="drop"><input type="file" name="files" multiple class="unseen"'
        f' accept="{accept}"><span><b>Drop files here</b>, or choose them</span>'
        "<small>BibTeX, RIS, JSON, CSV, PDF, HTML or text, also gzipped; up to"
        f" {LARGEST_UPLOAD // 1_000_000} MB each</small></label>"
        '<div class="lib-ways"><label>arXiv ids, DOIs, addresses'
        '<textarea name="names" rows="2" maxlength="20000" spellcheck="false"'
        ' placeholder="2112.09332  10.1038/nature14539"></textarea></label>'
        "<label>A folder or file of this machine"
        '<input name="path" maxlength="1000" spellcheck="false" autocomplete="off"'
        ' placeholder="~/papers"></label></div>'
        '<div class="lib-end"><label class="tick"><input type="checkbox" name="complete" checked>'
        " Ask arXiv for missing titles and abstracts</label>"
        '<button class="strong">Add</button></div></form></section>'
    )


def jobs(found: Sequence[Job]) -> str:
    """Every job and what has come of it."""
    return "".join(map(_job, found))


def vectors(now: Filling) -> str:
    """How far the vectors are, and the button that pauses them; empty when all are made."""
    standing = now.standing
    if not standing.waiting:
        return ""
    told = f"{standing.by_vectors:,} of {standing.papers:,} papers can be found by meaning"
    if now.problem:
        told = f"{told}. {now.problem}"
    elif now.paused:
        told = f"{told}; paused: the others are found by their words"
    elif now.rate and now.seconds_left:
        told = f"{told}; {now.rate:.0f} a second, about {span(now.seconds_left)} left"
    how, name = ("go on", "Resume") if now.paused else ("pause", "Pause")
    return (
        '<div class="lib-job"><p><b>Vectors</b> '
        f'<span>{escape(told)}</span></p><progress aria-label="Vectors"'
        f' max="{standing.papers}" value="{standing.by_vectors}"></progress>'
        f'<button type="button" class="quiet" data-do="vectors" data-with="{how}">{name}</button>'
        "</div>"
    )


def _job(job: Job) -> str:
    buttons = "".join(
        f'<button type="button" class="quiet" data-do="steer" data-with="{how}"'
        f' data-job="{escape(job.key)}">{name}</button>'
        for how, name in _ways(job)
    )
    bar = ""
    if job.state in ("running", "paused"):
        known = f' max="{job.total}" value="{min(job.done, job.total)}"' if job.total else ""
        bar = f'<progress aria-label="{escape(job.wish.label)}"{known}></progress>'
    problem = f'<p class="problem">{escape(job.problem)}</p>' if job.problem else ""
    return (
        f'<div class="lib-job {escape(job.state.replace(" ", "-"))}"><p>'
        f"<b>{escape(job.wish.label)}</b> <span>{escape(_told(job))}</span></p>{bar}{buttons}"
        f"{problem}{_report(job)}</div>"
    )


def _ways(job: Job) -> list[tuple[str, str]]:
    if job.state == "running":
        return [("pause", "Pause"), ("stop", "Stop")]
    if job.state in ("paused", "cut off"):
        return [("resume", "Resume"), ("stop", "Stop")]
    if job.state == "waiting":
        return [("stop", "Do not")]
    return [*([("again", "Try again")] if job.again else []), ("forget", "Dismiss")]


def _told(job: Job) -> str:
    if job.state == "waiting":
        return "waits for its turn"
    if job.state == "cut off":
        return "was cut off when the app ended; what was taken in is there"
    if job.state == "stopped":
        return "stopped; what was taken in until then is there"
    if job.state == "failed":
        return "could not be added"
    if job.report:
        return _summed(job)
    doing = _DOING.get(job.what, job.what or "Starting")
    share = f" {job.done:,} of {job.total:,}" if job.total else f" {job.done:,}" if job.done else ""
    return f"{doing}{share}{' · paused' if job.state == 'paused' else '…'}"


def _summed(job: Job) -> str:
    assert job.report
    report = job.report
    parts = [f"{report.new:,} new", f"{report.changed:,} changed", f"{report.unchanged:,} known"]
    told = ", ".join(part for part in parts if not part.startswith("0 ")) or "nothing new"
    merged = f", {report.merged:,} found to be one with others" if report.merged else ""
    looked_up = f", {report.looked_up:,} completed from arXiv" if report.looked_up else ""
    records = "1 record" if report.records == 1 else f"{report.records:,} records"
    return f"{records}: {told}{merged}{looked_up}"


def _report(job: Job) -> str:
    if job.report is None:
        return ""
    told = [*job.report.broken]
    if job.report.lookup_error:
        told.append(f"arXiv could not be asked for what is missing: {job.report.lookup_error}")
    problems = "".join(f'<p class="problem">{escape(text)}</p>' for text in told)
    if not job.rejected:
        return problems
    pieces = sum(one.pieces for one in job.rejected)
    rows = "".join(map(_rejected, job.rejected))
    name = "1 piece was no paper" if pieces == 1 else f"{pieces:,} pieces were no papers"
    return (
        f'{problems}<details class="lib-rejected"><summary>{name}</summary><ul>{rows}</ul>'
        f"</details>"
    )


def _rejected(one: Rejected) -> str:
    examples = "".join(f"<li>{_piece(piece)}</li>" for piece in one.examples)
    return f"<li>{one.pieces:,} × {escape(one.reason)}<ul>{examples}</ul></li>"


def _piece(piece: Reject) -> str:
    begins = " ".join(piece.text.split())[:_BEGINNING]
    return f"<code>{escape(piece.source)} #{piece.position}</code> {escape(begins)}"
