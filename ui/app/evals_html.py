"""Eval runs as HTML: how each stands, and one held against another.

Questions, answers and names are untrusted; every piece of them passes through `html.escape`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from evals.authoring.votes import Kept
from evals.comparing.compare import Change, Comparison, Difference
from evals.comparing.compare_table import verdict
from evals.comparing.power import LEVEL
from evals.comparing.summary import interval, shown
from evals.stats import wilson
from ui.runs import FOLDER, OWN, SHIPPED, VOTED, Standing

_CHANGES = 8  # fixed and broken cases that are shown, of each; the report has all

_STATES = {
    "asking": "asking",
    "stopped": "stopped",
    "failed": "failed",
    "done": "done",
}


def set_title(name: str) -> str:
    """A set of cases in words."""
    return {SHIPPED: "Questions about the sample papers", VOTED: "From votes"}.get(name, name)


def voted_html(votes: int, answers: int) -> str:
    """How many votes are kept, and all of them as a file."""
    if not votes:
        return (
            '<p class="state">None yet: a thumb under an answer says whether it is good, and what'
            " you find good or bad becomes a case.</p>"
        )
    return (
        f'<p class="state">{_count(votes, "vote")} on {_count(answers, "answer")}. Each answer of'
        " which they say what is right becomes a case.</p>"
        '<p class="state"><a href="/votes.jsonl" download>Save every vote as JSON lines</a></p>'
    )


def kept_html(kept: Kept) -> str:
    """What came of votes: drafts added, those that were there already, and those left out."""
    told = [f"{_count(len(kept.added), 'draft')} added to “{set_title(VOTED)}”"]
    if kept.there:
        told.append(f"{kept.there} {'was' if kept.there == 1 else 'were'} there already")
    if kept.left_out:
        told.append(f"{_count(len(kept.left_out), 'answer')} left out")
    drafts = ""
    if kept.added or kept.there:
        file = f"{OWN}/{VOTED}.jsonl"
        drafts = (
            "<p>They are drafts until someone has read and accepted them (<code>askpapers eval"
            f" accept {file} ID</code>); a run begun here asks drafts too.</p>"
            '<button type="button" class="plain" data-go="run-voted" data-focus="#begin">Run them'
            "</button>"
        )
    left = "".join(
        f"<li>“{escape(one.question)}”: {escape(one.reason)}</li>" for one in kept.left_out
    )
    reasons = (
        f'<details class="references"><summary>Why some are left out</summary><ul>{left}</ul>'
        "</details>"
        if left
        else ""
    )
    return f'<div class="voted-kept" role="status"><p>{"; ".join(told)}.</p>{drafts}{reasons}</div>'


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def runs_html(runs: Sequence[Standing]) -> str:
    """Every run, newest first, with what can be done with it."""
    if not runs:
        return (
            '<div class="hint"><h2>Runs</h2><p>A run asks every case, grades the answers against'
            " its labels and keeps all of it. Begin one, change a setting, begin another, and"
            " compare the two.</p></div>"
        )
    return f'<ul class="runs">{"".join(map(_run, runs))}</ul>'


def _run(run: Standing) -> str:
    when = time.strftime("%d %b, %H:%M", time.localtime(run.at))
    told = (f"<code>{escape(one)}</code>" for one in (*run.begun.settings, f"{FOLDER}/{run.name}"))
    return (
        f'<li class="run {run.state}"><div class="head">'
        f"<h2>{escape(set_title(run.begun.cases))}</h2>"
        f'<span class="badge">{_STATES[run.state]}</span></div>'
        f'<p class="state">{escape(run.begun.backend)} · {when} · {" ".join(told)}</p>'
        f'{_figures(run)}<div class="saves">{_actions(run)}</div></li>'
    )


def _figures(run: Standing) -> str:
    if run.state == "done":
        failed = f" · {run.failed} failed" if run.failed else ""
        if not run.judged:
            return f'<p class="figure">{run.total} cases, none with a verdict{failed}</p>'
        low, high = wilson(run.right / run.judged, run.judged)
        return (
            f'<p class="figure"><b>{run.right / run.judged:.0%}</b> right'
            f" [{low:.0%}, {high:.0%}] · {run.right} of {run.judged} cases{failed}</p>"
        )
    share = 100 * (run.asked + run.graded) / (2 * run.total) if run.total else 0
    doing = f"{run.asked} of {run.total} asked, {run.graded} graded"
    if run.state == "asking" and not run.asked:
        doing = "Opening the library and the models"
    problem = (
        f'<div class="notice error" role="alert"><p>{escape(run.problem)}</p></div>'
        if run.problem
        else ""
    )
    return (
        f'<div class="progress" role="progressbar" aria-label="{escape(run.name)}"'
        f' aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share:.0f}">'
        f'<i style="width:{share:.1f}%"></i></div><p class="state">{doing}</p>{problem}'
    )


def _actions(run: Standing) -> str:
    name = escape(run.name)
    if run.state == "asking":
        return _button("run-stop", name, "Stop")
    if run.state == "done":
        return (
            f'<a class="plain" href="{escape(report_address(run.name))}" target="_blank"'
            f' rel="noopener">Open the report</a>{_button("run-again", name, "Run again")}'
        )
    return _button("run-on", name, "Go on")


def _button(verb: str, name: str, label: str) -> str:
    return (
        f'<button type="button" class="plain" data-go="{verb}" data-value="{name}"'
        f' aria-label="{label}: {name}">{label}</button>'
    )


def report_address(name: str, against: str = "") -> str:
    """Where the report of a run is, held against another if one is named."""
    return f"/report/{quote(name)}" + (f"?against={quote(against)}" if against else "")


def comparison_html(found: Comparison, a: str, b: str) -> str:
    """What differs between two runs, how sure that is, and which cases changed."""
    rows = "".join(_difference(row) for row in found.differences)
    settings = "".join(
        f"<li><code>{escape(path)}</code> {escape(str(old))} → {escape(str(new))}</li>"
        for path, (old, new) in found.settings.items()
    )
    alike = (
        ""
        if found.graded_alike
        else (
            '<p class="note">The two were graded differently, so they cannot be held against each'
            " other as they stand: run one of them again.</p>"
        )
    )
    left = ""
    if found.only_a or found.only_b:
        left = f" {found.only_a} cases only A has and {found.only_b} only B has are left out."
    told = (
        f"<ul class='changed'>{settings}</ul>"
        if settings
        else "<p>Nothing was set differently.</p>"
    )
    return (
        f'<div class="comparison"><h3>{escape(verdict(found))}</h3>'
        f'<p class="state">A is {escape(a)}, B is {escape(b)}; {found.cases} common cases.{left}'
        f' <a href="{escape(report_address(b, a))}" target="_blank" rel="noopener">The report of B'
        f" against A</a></p>{alike}"
        '<div class="scroll" tabindex="0" role="region" aria-label="Differences">'
        '<table class="figures"><thead><tr><th scope="col">Metric</th><th scope="col">A</th>'
        '<th scope="col">B</th><th scope="col">B − A [95%]</th><th scope="col">p, corrected</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_changes('Fixed in B', found.fixed)}{_changes('Broken in B', found.broken)}"
        f'<details class="references"><summary>What was set differently</summary>{told}</details>'
        "</div>"
    )


def _difference(row: Difference) -> str:
    kind = ""
    if row.holm < LEVEL:
        kind = " class='better'" if row.gain > 0 else " class='worse'"
    value = "" if math.isnan(row.mean.value) else f"{row.mean.value:+.3f}"
    return (
        f'<tr{kind}><th scope="row" title="{escape(row.metric.definition)}">'
        f"{escape(row.metric.title)}</th><td>{shown(row.a)}</td><td>{shown(row.b)}</td>"
        f"<td>{value} {escape(interval(row.mean))}</td><td>{row.holm:.3f}</td></tr>"
    )


def _changes(title: str, changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    items = "".join(
        f"<li><p class='asked'>{escape(change.case.question)}</p>"
        f"<p><b>A</b> {escape(_said(change, 'a'))}</p><p><b>B</b> {escape(_said(change, 'b'))}</p>"
        "</li>"
        for change in changes[:_CHANGES]
    )
    more = len(changes) - _CHANGES
    rest = f'<p class="state">{more} more are in the report.</p>' if more > 0 else ""
    return (
        f'<details class="changes" open><summary>{title}: {len(changes)}</summary>'
        f"<ul>{items}</ul>{rest}</details>"
    )


def _said(change: Change, which: str) -> str:
    reply = change.a if which == "a" else change.b
    text = reply.answer.answer if reply.answer else reply.error
    return text if len(text) < 400 else f"{text[:400]}…"
