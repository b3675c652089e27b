"""What can be done with an answer, as HTML: buttons that ask for verbs, files, its account.

Questions, paper texts and what chat models write are untrusted: every piece of them passes
through `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.types import Answer, Support, Usage
from ui.app.turns import Turn

Go = tuple[str, str]
"""A verb and what it is asked with (see `ui.app.carrier`)."""

FORMATS = (("markdown", "Markdown"), ("bibtex", "BibTeX"), ("ris", "RIS"))
"""The files that an answer or a conversation can be had as, as their addresses end."""

SUPPORT_WORDS: dict[Support, str] = {
    "supported": "supported",
    "unchecked": "unchecked",
    "unsupported": "not supported",
    "contradicted": "contradicted",
}

STAGES = (
    ("understood", ("understand", "catalogue")),
    ("searched", ("embed", "vectors", "words", "fuse")),
    ("read", ("quotes", "confidence", "look_again")),
    ("wrote", ("chat", "drafts")),
    ("checked", ("check", "critique")),
)
"""The stages of an answer's timings as a reader is told of them."""


def go(verb: str, value: str, told: str, kind: str, label: str = "") -> str:
    """A button that asks for `verb`; `kind` is its class, `label` what a screen reader says."""
    named = f' aria-label="{escape(label)}"' if label else ""
    return (
        f'<button type="button" class="{kind}" data-go="{verb}" data-value="{escape(value)}"'
        f"{named}>{escape(told)}</button>"
    )


def button(label: str, kind: str, shown: str, **data: str) -> str:
    """A button that a script hears, by its `data-` attributes."""
    given = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return (
        f'<button type="button" class="{kind}"{given} title="{escape(label)}"'
        f' aria-label="{escape(label)}">{escape(shown)}</button>'
    )


def menu(told: str, at: str) -> str:
    """The files at `at`, folded away; what they hold can be copied, too."""
    links = "".join(f'<a href="{at}/{name}" download>{shown}</a>' for name, shown in FORMATS)
    return (
        f'<details class="menu"><summary>{told}</summary><div class="items">{links}</div></details>'
    )


def actions(turn: Turn, backends: Sequence[tuple[str, str]]) -> str:
    """What can be done with a turn that has ended: copied, kept as a file, shared, tried again.

    `backends` are the chat models that can be asked again, as (label, backend): for the last turn.
    """
    again = "".join(go("retry", backend, label, "item") for label, backend in backends)
    retry = (
        f'<details class="menu retry"><summary>Try again</summary><div class="items">{again}</div>'
        "</details>"
        if again
        else ""
    )
    if turn.answer is None or turn.warning:
        return f'<div class="actions">{retry}</div>' if retry else ""
    at = f"/answer/{escape(turn.answer.id)}"
    copy = button("Copy as Markdown, with what it cites", "action", "Copy", copy=f"{at}/markdown")
    share = button("Copy a link to this answer", "action", "Link", link=at)
    return f'<div class="actions">{copy}{menu("Save", at)}{share}{retry}</div>'


def account(answer: Answer) -> str:
    """The line under an answer: how its sentences stand, who wrote it, what it took."""
    counts = dict.fromkeys(SUPPORT_WORDS, 0)
    for sentence in answer.sentences:
        counts[sentence.support] += 1
    parts = [f"{count} {SUPPORT_WORDS[kind]}" for kind, count in counts.items() if count]
    if len(parts) == 1 and counts["supported"]:
        parts = ["every sentence supported"]
    if answer.removed_markers:
        plural = "" if answer.removed_markers == 1 else "s"
        parts.append(f"{answer.removed_markers:,} invented citation{plural} removed")
    parts += [answer.backend, _tokens(answer.usage)]
    total = answer.timings_ms.get("total", sum(answer.timings_ms.values()))
    took = _duration(total)
    line = " · ".join(escape(part) for part in (*parts, took) if part)
    stages = _stages(answer.timings_ms)
    if not stages:
        return f'<p class="account">{line}</p>'
    return f'<details class="account"><summary>{line}</summary><p>{escape(stages)}</p></details>'


def _tokens(usage: Usage | None) -> str:
    """What the answer cost, where a chat model was asked and says it."""
    if usage is None:
        return ""
    cached = f" ({usage.cached:,} of them cached)" if usage.cached else ""
    return f"{usage.prompt:,} tokens read{cached}, {usage.completion:,} written"


def _stages(timings_ms: dict[str, float]) -> str:
    """How long each stage took, in the order in which they come."""
    known = {stage for _, stages in STAGES for stage in stages} | {"total"}
    told = [(word, sum(timings_ms.get(stage, 0.0) for stage in stages)) for word, stages in STAGES]
    told += [(stage, ms) for stage, ms in timings_ms.items() if stage not in known]
    return " · ".join(f"{word} {_duration(ms)}" for word, ms in told if ms >= 1)


def _duration(ms: float) -> str:
    return "" if not ms else f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
