"""What the settings tell as HTML: which models there are, what improving has cost, how tests went.

An endpoint's words and a model's name are untrusted; every piece passes through `html.escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from statistics import median
from urllib.parse import urlsplit

from rag.config import Config
from rag.models.manifest import MANIFEST
from rag.settings import DEFAULTS
from rag.stored.spent import Spent
from ui.app.endpoint_trial import Tried
from ui.pulling import Pulled

IMPROVING = ("critique", "drafts", "look_again")
"""The settings that spend more on an answer."""

_FEW = 3
"""Answers below which a median says little; it is told how many there were."""


def section(title: str, text: str) -> str:
    """The head of a part of the page; both are our own words."""
    return f'<div class="section"><h2>{escape(title)}</h2><p>{escape(text)}</p></div>'


def model_labels(config: Config, here: bool) -> list[tuple[str, str]]:
    """The chat models to choose from, as (label, backend)."""
    size = MANIFEST["local"].size / 1e9
    missing = "" if here else f" · not here yet ({size:.1f} GB)"
    labels = [
        ("Quotes only: the best sentences word for word, no chat model", "extractive"),
        (f"Local: {MANIFEST['local'].title}, on this machine{missing}", "local"),
    ]
    if config.openai_key or config.openai_base_url:
        host = urlsplit(config.openai_base_url).netloc.rpartition("@")[2] or "api.openai.com"
        model = config.openai_model
        labels.append((f"Endpoint: {model} at {host}", f"openai:{model}"))
    return labels


def pulled_html(pulled: Pulled) -> str:
    """How far the local chat model is."""
    total = f"{pulled.total / 1e6:,.0f} MB"
    match pulled.state:
        case "here":
            return f'<p class="state good">The local chat model is here ({total}).</p>'
        case "fetching":
            share = pulled.done / pulled.total
            told = f"{pulled.done / 1e6:,.0f} of {total}"
            if share >= 1:
                told = "All is here and being checked byte by byte"
            return (
                f'<div class="progress" role="progressbar" aria-label="Fetching the local chat'
                f' model" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share * 100:.0f}">'
                f'<i style="width:{share * 100:.1f}%"></i></div>'
                f'<p class="state" aria-live="off">{told}. Answers go on meanwhile.</p>'
            )
        case "stopped":
            return '<p class="state">Stopped. Nothing of it is left on the disk.</p>'
        case "failed":
            return (
                '<div class="notice error" role="alert"><h3>It could not be fetched</h3>'
                f"<p>{escape(pulled.problem)}</p></div>"
            )
    return (
        f'<p class="state">It takes {total} on the disk, is fetched once, checked byte by byte,'
        " and needs no network afterwards.</p>"
    )


def tried_html(tried: Tried) -> str:
    """What came of trying an endpoint."""
    kind, role = ("good", "status") if tried.works else ("bad", "alert")
    return f'<p class="state {kind}" role="{role}">{escape(tried.text)}</p>'


def kept_html(text: str = "Kept.") -> str:
    """That a change was taken, until the next one."""
    return f'<p class="kept" role="status">{escape(text)}</p>'


def refused_html(why: str) -> str:
    """That a change was not."""
    return f'<p class="kept bad" role="alert">{escape(why)}</p>'


def costs_html(known: Iterable[Spent], backend: str) -> str:
    """What answers with this chat model have taken here, plain and with each way of improving."""
    mine = [one for one in known if one.configuration.backend == backend]
    plain = [one for one in mine if not _improved(one)]
    rows = [_cost("As it is by default", plain)] if plain else []
    for name, title in _TITLES:
        with_it = [one for one in mine if _only(one, name)]
        rows += [_cost(title, with_it)] if with_it else []
    several = [one for one in mine if sum(_differs(one, name) for name in IMPROVING) > 1]
    rows += [_cost("Several of them", several)] if several else []
    if not rows:
        return (
            f'<p class="state">No answer of {escape(backend)} is kept yet, so nothing is known of'
            " what these take here.</p>"
        )
    body = "".join(rows)
    untried = [title for name, title in _TITLES if not any(_only(one, name) for one in mine)]
    note = f"Not used here yet: {', '.join(untried)}." if untried else ""
    return (
        '<table class="figures"><caption>What kept answers of '
        f"{escape(backend)} took, medians</caption><thead><tr><th scope=col>Answers</th>"
        "<th scope=col>Count</th><th scope=col>Time</th><th scope=col>Tokens</th></tr></thead>"
        f'<tbody>{body}</tbody></table><p class="state">{note}</p>'
    )


_TITLES = (
    ("critique", "With critique"),
    ("drafts", "Best of several drafts"),
    ("look_again", "Looking again"),
)


def _differs(one: Spent, name: str) -> bool:
    default = getattr(DEFAULTS, name)
    return bool(one.configuration.settings.get(name, default) != default)


def _improved(one: Spent) -> bool:
    return any(_differs(one, name) for name in IMPROVING)


def _only(one: Spent, name: str) -> bool:
    return [other for other in IMPROVING if _differs(one, other)] == [name]


def _cost(title: str, of: Sequence[Spent]) -> str:
    seconds = median(one.seconds for one in of)
    counted = [one.tokens for one in of if one.tokens is not None]
    tokens = f"{median(counted):,.0f}" if counted else "none"
    time = f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
    few = ' <span class="few">few</span>' if len(of) < _FEW else ""
    return (
        f"<tr><th scope=row>{escape(title)}</th><td>{len(of)}{few}</td><td>{time}</td>"
        f"<td>{tokens}</td></tr>"
    )
