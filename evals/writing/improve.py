"""Do better drafts earn their tokens? Each way of answering beside the plain one, case by case.

Beside what improves an answer (critique and revision, the best of n, looking again) stands a way
that spends tokens otherwise: one draft from more quotes. Each pair is told with what it costs.
Every way is a run in a folder of its own, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from evals.arrays import clusters
from evals.cases import case_line
from evals.comparing.compare import common_cases
from evals.comparing.summary import Figure, interval, shown, summarise, summary_json
from evals.runs.run import Plan, planned_cases, run_cases
from evals.score import Run
from evals.scorers import citations, facts, grounded
from evals.stats import Mean, clustered_mean, randomisation
from rag.errors import ConfigError, SourceError
from rag.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

    from evals.scorers.entail import Entailer
    from rag.config import Config
    from rag.library import Library
    from rag.models.chat import ChatModel
    from rag.models.rerank import Reranker
    from rag.models.weights import Progress

PLAIN = "plain"
WAYS = ("critique=1", "drafts=3", "quotes=8,least_odds=0")
"""What is tried unless told otherwise: of quotes as many as there are."""
JUDGED = (facts.FACT, citations.PRECISION, grounded.GROUNDED)
"""The metrics by which two ways are held against each other, case by case."""


@dataclass(frozen=True, slots=True)
class Duel:
    """One way, `b`, against another in one metric, over the cases that both have a score of.

    `won` is how often b is better, a tie counting half, with an interval clustered by paper; `p`
    is of a paired randomisation test against one half.
    """

    a: str
    b: str
    metric: str
    wins: int
    ties: int
    losses: int
    won: Mean
    p: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer of one way takes on average: tokens read, those of them read anew, tokens
    written, and seconds.
    """

    read: float
    anew: float
    written: float
    seconds: float

    @property
    def tokens(self) -> float:
        """Tokens read and written: the budget by which two ways are alike or not."""
        return self.read + self.written


@dataclass(frozen=True, slots=True)
class Improvement:
    """The runs by the name of their way, the plain one first, what they cost, and their duels."""

    runs: Mapping[str, Run]
    costs: Mapping[str, Cost]
    duels: tuple[Duel, ...]


def read_ways(ways: Sequence[str]) -> dict[str, Settings]:
    """The settings of each way by its name; the plain one, with the defaults, first.

    A way is written as `critique=1` or `critique=1,drafts=3`. Raises ConfigError for a setting
    that cannot be, or a way given twice.
    """
    found = {PLAIN: Settings()}
    for way in ways:
        if way in found:
            raise ConfigError(f"the way {way!r} is there twice: give each one once")
        found[way] = Settings.parse(way.split(","))
    return found


def asked_cases(plan: Plan, count: int | None, path: Path) -> Plan:
    """The plan for the cases that a chat model is asked, `count` of them evenly spread, or all.

    They are kept in the file `path`. Raises SourceError.
    """
    cases = [case for case in planned_cases(plan) if case.kind != "catalogue"]
    if count is not None and count < len(cases):
        cases = [cases[place * len(cases) // count] for place in range(count)]
    text = "".join(f"{case_line(case)}\n" for case in cases)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error
    return replace(plan, cases=path, split="all")


def run_improve(
    plan: Plan,
    ways: Mapping[str, Settings],
    folder: Path,
    library: Library,
    chat: ChatModel,
    reranker: Reranker,
    entailer: Entailer,
    config: Config,
    progress: Progress,
) -> Improvement:
    """Answer the plan's cases in each way, a run of `folder` each. Raises as `run_cases`."""
    runs = {
        name: run_cases(
            replace(plan, settings=settings),
            folder / name.replace(",", "-"),
            library,
            chat,
            reranker,
            entailer,
            config,
            progress,
        )
        for name, settings in ways.items()
    }
    return improvement(runs, ways)


def improvement(runs: Mapping[str, Run], ways: Mapping[str, Settings]) -> Improvement:
    """The runs of each way against the plain one, of those that improve answers against those that
    spend their tokens otherwise, and of the former against each other.
    """
    improving = [
        name for name, one in ways.items() if one.critique or one.drafts > 1 or one.look_again
    ]
    others = [name for name in ways if name != PLAIN and name not in improving]
    pairs = [(PLAIN, name) for name in ways if name != PLAIN]
    pairs += [(other, name) for other in others for name in improving]
    pairs += [(second, first) for first, second in combinations(improving, 2)]
    return Improvement(
        runs,
        {name: _cost(run) for name, run in runs.items()},
        tuple(duel(runs[a], runs[b], a, b, metric.name) for a, b in pairs for metric in JUDGED),
    )


def duel(a: Run, b: Run, a_name: str, b_name: str, metric: str) -> Duel:
    """Run b against run a, paired by case. Raises ConfigError as `compare` does."""
    import numpy as np

    before, after = _values(a, metric), _values(b, metric)
    cases = [case for case in common_cases(a, b) if case.id in before and case.id in after]
    signs = np.array([np.sign(after[case.id] - before[case.id]) for case in cases])
    won = clustered_mean((signs + 1) / 2, np.ones(len(cases)), clusters(cases))
    return Duel(
        a_name,
        b_name,
        metric,
        int((signs > 0).sum()),
        int((signs == 0).sum()),
        int((signs < 0).sum()),
        won,
        randomisation((signs / 2).tolist()),
    )


def _values(run: Run, metric: str) -> dict[str, float]:
    """The grade of each case; where less is better, the other way round."""
    better = next(one.better for one in JUDGED if one.name == metric)
    sign = -1.0 if better == "lower" else 1.0
    return {one.case_id: sign * one.value for one in run.scores if one.metric == metric}


def _cost(run: Run) -> Cost:
    """Over all replies: one for which no chat model was asked cost no tokens."""
    usages = [reply.tokens for reply in run.replies if reply.tokens]
    n = len(run.replies) or 1
    return Cost(
        sum(usage.prompt for usage in usages) / n,
        sum(usage.prompt - usage.cached for usage in usages) / n,
        sum(usage.completion for usage in usages) / n,
        sum(reply.ms or 0.0 for reply in run.replies) / n / 1000,
    )


def improve_tables(found: Improvement) -> tuple[Table, ...]:
    """What each way scores and costs, and the duels of each pair."""
    pairs = groupby(found.duels, key=lambda one: (one.b, one.a))
    return (_ways_table(found), *(_pair_table(found, *pair, duels) for pair, duels in pairs))


def _ways_table(found: Improvement) -> Table:
    from rich.table import Table

    n = len(next(iter(found.runs.values())).cases)
    note = (
        "[95% interval], clustered by paper; means a case. Below: paired by case, a tie is half won"
    )
    ways = Table(title=f"{n} cases", caption=note)
    ways.add_column("way", overflow="fold")
    for metric in JUDGED:
        ways.add_column(metric.title, justify="right")
    for heading in ("tokens read", "anew", "written", "s"):
        ways.add_column(heading, justify="right")
    for name, run in found.runs.items():
        figures = {figure.metric.name: figure for figure in summarise(run).overall.figures}
        cells = [_cell(figures.get(metric.name)) for metric in JUDGED]
        cost = found.costs[name]
        tokens = (f"{count:,.0f}" for count in (cost.read, cost.anew, cost.written))
        ways.add_row(name, *cells, *tokens, f"{cost.seconds:.1f}")
    return ways


def _pair_table(found: Improvement, b: str, a: str, duels: Iterable[Duel]) -> Table:
    """Way `b` against way `a` in each metric, headed by what a case costs either."""
    from rich.table import Table

    spent = " and ".join(f"{found.costs[name].tokens:,.0f}" for name in (b, a))
    table = Table(title=f"{b} against {a}: {spent} tokens")
    table.add_column("metric")
    for heading in ("win", "tie", "loss", "won", "interval", "p"):
        table.add_column(heading, justify="right")
    titles = {metric.name: metric.title for metric in JUDGED}
    for one in duels:
        counts = map(str, (one.wins, one.ties, one.losses))
        cells = [shown(one.won.value), interval(one.won), f"{one.p:.3f}"]
        table.add_row(titles[one.metric], *counts, *cells)
    return table


def _cell(figure: Figure | None) -> str:
    return f"{shown(figure.mean.value)}\n{interval(figure.mean)}" if figure else ""


def improve_json(found: Improvement) -> dict[str, object]:
    """The tables as a JSON object, with all figures of each way."""
    from dataclasses import asdict

    from evals.comparing.summary import mean_json

    return {
        "ways": {
            name: {"cost": asdict(found.costs[name]), "figures": summary_json(summarise(run))}
            for name, run in found.runs.items()
        },
        "duels": [asdict(one) | {"won": mean_json(one.won)} for one in found.duels],
    }
