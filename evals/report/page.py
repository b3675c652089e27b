"""The report as one page of HTML that asks nothing of any network; every text in it is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from evals.comparing.compare import VERDICTS
from evals.comparing.compare_table import verdict
from evals.comparing.power import LEVEL
from evals.comparing.summary import Unit, interval, shown
from evals.report.content import CalibrationBin, Confidence, Report, cautions
from evals.report.plots import Frame, round_end, thinned
from evals.runs.run_config import flat
from evals.stats import percentile

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_CHANGES = 10
"""Fixed and broken cases that are listed before the rest is folded away."""
TEMPLATES = Path(__file__).with_name("templates")


def report_html(report: Report) -> str:
    """The page. Its policy lets a browser run and load nothing but what is written here."""
    from markupsafe import Markup

    style, script = (
        (TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")
    )
    return (
        _environment(report)
        .get_template("page.html.j2")
        .render(
            report=report,
            style=Markup(style),  # noqa: S704  # our own files, which hold no text of others
            script=Markup(script),  # noqa: S704
            style_hash=_sha256(style),
            script_hash=_sha256(script),
            facts=tuple(_facts(report)),
            parts=tuple(_parts(report)),
            setup=tuple(_setup(report)),
            verdict=verdict(report.comparison, report.run.name) if report.comparison else "",
            cautions=cautions(report),
            keys={view.case.id: view.key for view in report.cases},
            risk=_risk_plot(report),
            calibration=_calibration_plot(report.confidence),
        )
    )


@dataclass(frozen=True, slots=True)
class RiskPlot:
    """Curves by how they are drawn, in the frame that holds them."""

    frame: Frame
    lines: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    caption: str


@dataclass(frozen=True, slots=True)
class CalibrationPlot:
    """Bins in their frame."""

    frame: Frame
    bins: tuple[CalibrationBin, ...]
    caption: str


def _risk_plot(report: Report) -> RiskPlot | None:
    mine, other = report.confidence, report.other_confidence
    if not mine.curve:
        return None
    lines = [("best", thinned(mine.best)), ("now", thinned(mine.curve))]
    told = "Solid: this run, its most confident answers first; dotted: the same in perfect order"
    if other and other.curve:
        lines.insert(1, ("before", thinned(other.curve)))
        told += "; dashed: the other run"
    top = max(risk for _, points in lines for _, risk in points)
    figures = _told(mine, ("aurc", "AURC"), ("excess_aurc", "excess AURC"))
    return RiskPlot(Frame(y_end=round_end(top)), tuple(lines), f"{told}. {figures}.")


def _calibration_plot(confidence: Confidence) -> CalibrationPlot | None:
    if not confidence.bins:
        return None
    figures = _told(confidence, ("ece", "ECE"), ("brier", "Brier"))
    told = "Answers in bins of equal size, 95% intervals; on the dashed line it is as right as sure"
    return CalibrationPlot(Frame(), confidence.bins, f"{told}. {figures}.")


def _told(confidence: Confidence, *names: tuple[str, str]) -> str:
    return ", ".join(f"{title} {confidence.figures[name]:.3f}" for name, title in names)


def _environment(report: Report) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    titles = {figure.metric.name: figure.metric.title for figure in report.summary.overall.figures}
    environment.filters |= {
        "score": _score,
        "signed": _signed,
        "p": _p,
        "ms": _ms,
        "title_of": partial(_title_of, titles),
    }
    environment.globals |= {
        "shown": shown,
        "interval": interval,
        "level": LEVEL,
        "verdicts": VERDICTS,
        "most_changes": MOST_CHANGES,
    }
    return environment


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _title_of(titles: Mapping[str, str], name: str) -> str:
    return titles.get(name, name)


def _score(value: float) -> str:
    """A score of one case, whole ones short."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _signed(value: float, unit: Unit) -> str:
    text = shown(value, unit)
    return f"+{text}" if text and value > 0 else text.replace("-", "−")


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _ms(value: float) -> str:
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def _facts(report: Report) -> Iterator[str]:
    """The line under the title: what a person wants to know first."""
    run = report.run
    yield f"{len(run.cases):,} cases"
    if report.right.n:
        right = report.right
        yield (
            f"{right.count:,} of {right.n:,} right in every verdict"
            f" ({right.value:.0%}, {right.low:.0%} to {right.high:.0%})"
        )
    if report.failed:
        yield f"{report.failed:,} failed"
    times = [reply.ms for reply in run.replies if reply.ms is not None]
    if times:
        yield f"median {percentile(times, 50):,.0f} ms"
    if report.tokens:
        read, written, _ = report.tokens
        yield f"{read:,.0f} tokens read and {written:,.0f} written an answer"
    if report.cost is not None:
        yield f"{report.cost:,.4f} spent at the prices given"
    for name in ("backend", "defect"):
        if value := run.config.get(name):
            yield f"{name} {value}"


def _parts(report: Report) -> Iterator[tuple[str, str]]:
    yield "summary", "Summary"
    yield "plots", "Confidence and time"
    yield "groups", "By kind and tag"
    if report.comparison:
        yield "changes", "Fixed and broken"
    yield "cases", "Cases"
    yield "setup", "What was run"


def _setup(report: Report) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every point of the configuration: its path, its value in this run, and in the other."""
    runs = [report.run, report.other] if report.other else [report.run]
    configs = [dict(flat(run.config)) for run in runs]
    for name in dict.fromkeys(key for config in configs for key in config):
        values = (config.get(name) for config in configs)
        yield name, tuple("" if value is None else str(value) for value in values)
