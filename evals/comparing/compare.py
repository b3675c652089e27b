"""Is run B better than run A: per metric the difference, its interval, a test, and its power."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.arrays import clusters
from evals.cases import Case
from evals.comparing.contrast import Contrast, MeansContrast, holm, p_values, swaps
from evals.comparing.power import LEVEL, cases_needed, smallest_seen
from evals.comparing.set_contrast import SetContrast
from evals.comparing.summary import metrics_of
from evals.runs.run_config import INCIDENTAL
from evals.score import Metric, Reply, Run, Score
from evals.stats import Mean, bounds, cluster_draws, effective_clusters, error_of
from rag.errors import ConfigError

if TYPE_CHECKING:
    from evals.arrays import Places

VERDICTS = ("fact", "citation", "abstention_recall")
"""The metrics that say whether a case as a whole is right; what is listed as fixed and broken."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in A and in B, on the same cases.

    `mean` is B - A with an interval clustered by paper, its `n` the cases that have a score in A
    or B; `p` is of a paired permutation test, `holm` the same corrected for all the metrics.
    `smallest` is the true difference that a test of so many cases shows with 80% chance, `needed`
    how many cases the seen difference would take; None where there is nothing to go by.
    """

    metric: Metric
    a: float
    b: float
    mean: Mean
    p: float
    holm: float
    smallest: float | None
    needed: int | None

    @property
    def gain(self) -> float:
        """How much better B is; below 0 it is worse. NaN if that cannot be said."""
        return -self.mean.value if self.metric.better == "lower" else self.mean.value

    @property
    def lost(self) -> bool:
        """Whether A has scores of it and B has none, so that B could be any worse."""
        return math.isnan(self.b) and not math.isnan(self.a)


@dataclass(frozen=True, slots=True)
class Change:
    """A case in which B is right where A was not, or the other way; by which metrics, and why."""

    case: Case
    a: Reply
    b: Reply
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    whys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run B beside run A on the cases that both have; `only_a` and `only_b` were left out.

    `settings` says in which points the runs were configured differently: A's value and B's.
    """

    a: str
    b: str
    cases: int
    only_a: int
    only_b: int
    settings: Mapping[str, tuple[object, object]]
    differences: tuple[Difference, ...]
    fixed: tuple[Change, ...]
    broken: tuple[Change, ...]

    @property
    def graded_alike(self) -> bool:
        """Whether one version of the scorers, with one judge of support, graded both."""
        return not any(path.partition(".")[0] == "scoring" for path in self.settings)


def compare(a: Run, b: Run, *, resamples: int = 10_000) -> Comparison:
    """Everything that can be said about B against A, on their common cases. Seeded.

    Raises ConfigError for runs that have no case in common, or ask one of them differently.
    """
    cases = common_cases(a, b)
    found: list[Difference] = []
    for contrast in contrasts(a, b, cases):
        found += _differences(contrast, clusters(cases), resamples)
    changed = tuple(_changes(a, b, cases))
    return Comparison(
        a.name,
        b.name,
        len(cases),
        len(a.cases) - len(cases),
        len(b.cases) - len(cases),
        dict(_settings(a.config, b.config)),
        _corrected(found),
        tuple(change for change in changed if change.fixed),
        tuple(change for change in changed if change.broken),
    )


def common_cases(a: Run, b: Run) -> tuple[Case, ...]:
    """The cases that both runs have, in A's order. Raises ConfigError, see `compare`."""
    others = {case.id: case for case in b.cases}
    common = tuple(case for case in a.cases if case.id in others)
    if not common:
        raise ConfigError(
            f"the runs {a.name} and {b.name} have no case in common: compare runs of the same cases"
        )
    for case in common:
        if _asked(case) != _asked(others[case.id]):
            raise ConfigError(
                f"case {case.id!r} is not the same in {a.name} and in {b.name}:"
                " run both again on one file of cases"
            )
    return common


def _asked(case: Case) -> Case:
    """The case without what neither an answer nor a score depends on."""
    return replace(case, tags=(), provenance=None, reference="", split="dev")


def contrasts(a: Run, b: Run, cases: Sequence[Case]) -> tuple[Contrast, ...]:
    """The metrics of either run that at least one case has a score of, then figures of the set.

    Raises ConfigError if there is none.
    """
    ids = {case.id for case in cases}
    scored = {s.metric for s in (*a.scores, *b.scores) if s.case_id in ids}
    metrics = [metric for metric in metrics_of(a, b) if metric.name in scored]
    if not metrics:
        raise ConfigError(
            f"{a.name} and {b.name} have no scores of their common cases:"
            " `askpapers eval score FOLDER` grades a run"
        )
    as_a_set = SetContrast.of(a, b, cases)
    return (MeansContrast.of(a, b, cases, metrics), *([as_a_set] if as_a_set else []))


def _differences(contrast: Contrast, among: Places, resamples: int) -> Iterator[Difference]:
    """The differences of one contrast, their p not yet corrected."""
    import numpy as np

    in_a, in_b = contrast.values
    seen = in_b - in_a
    ways = min(resamples, contrast.most)
    p = p_values(seen, contrast.swapped(swaps(among.size, ways)))
    again = contrast.resampled(cluster_draws(int(among.max()) + 1, ways), among)
    by_paper = contrast.influences(among).T
    by_case = contrast.influences(np.arange(among.size)).T
    for place, metric in enumerate(contrast.metrics):
        n = contrast.counts[place]
        difference = float(seen[place])
        low, high = bounds(again[:, place], effective_clusters(by_paper[place]))
        error = error_of(by_case[place])
        yield Difference(
            metric,
            float(in_a[place]),
            float(in_b[place]),
            Mean(difference, error_of(by_paper[place]), low, high, n),
            p=float(p[place]),
            holm=math.nan,
            smallest=smallest_seen(error),
            needed=cases_needed(difference, error, n),
        )


def _corrected(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    import numpy as np

    corrected = holm(np.array([difference.p for difference in differences]))
    return tuple(
        replace(difference, holm=float(p))
        for difference, p in zip(differences, corrected, strict=True)
    )


def _changes(a: Run, b: Run, cases: Sequence[Case]) -> Iterator[Change]:
    best = {m.name: 0.0 if m.better == "lower" else 1.0 for m in metrics_of(a, b)}
    before, after = _by_case(a.scores), _by_case(b.scores)
    replies_a, replies_b = ({r.case_id: r for r in run.replies} for run in (a, b))
    for case in cases:
        fixed, broken, whys = [], [], []
        for name in VERDICTS:
            old, new = before.get((case.id, name)), after.get((case.id, name))
            if old is None or new is None or old.value == new.value:
                continue
            if new.value == best[name]:
                fixed.append(name)
                whys.append(old.why)
            elif old.value == best[name]:
                broken.append(name)
                whys.append(new.why)
        if fixed or broken:
            told = tuple(why for why in dict.fromkeys(whys) if why)
            yield Change(
                case, replies_a[case.id], replies_b[case.id], tuple(fixed), tuple(broken), told
            )


def _by_case(scores: Sequence[Score]) -> dict[tuple[str, str], Score]:
    return {(score.case_id, score.metric): score for score in scores}


def _settings(
    a: Mapping[str, object], b: Mapping[str, object], within: str = ""
) -> Iterator[tuple[str, tuple[object, object]]]:
    """Each point that matters in which two configurations differ, by its path."""
    for key in dict.fromkeys((*a, *b)):
        if not within and key in INCIDENTAL:
            continue
        old, new = a.get(key), b.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _settings(old, new, f"{within}{key}.")
        elif old != new:
            yield f"{within}{key}", (old, new)


def worse(comparison: Comparison, wanted: Sequence[str]) -> tuple[Difference, ...]:
    """The differences that a gate must not let through.

    Each of `wanted` is a metric's name (worse, with p < 0.05 after Holm's correction), `any` (that,
    of every metric), or `METRIC:0.02` (worse by more than 0.02, whatever p). A metric that only A
    has scores of is worse by any rule. Raises ConfigError for a metric that neither run has scores
    of, and if B lacks cases of A: a gate that looks at nothing would always be open.
    """
    if wanted and comparison.only_a:
        raise ConfigError(
            f"{comparison.b} lacks {comparison.only_a} of the"
            f" {comparison.cases + comparison.only_a} cases of {comparison.a}, and a gate cannot"
            " tell what became of them: ask B all of them, or take runs of the same cases"
        )
    known = {difference.metric.name: difference for difference in comparison.differences}
    found: dict[str, Difference] = {}
    for rule in wanted:
        name, bound = _rule(rule, known)
        for difference in known.values() if name == "any" else (known[name],):
            certain = difference.holm < LEVEL and difference.gain < 0
            if difference.lost or (certain if bound is None else difference.gain < -bound):
                found[difference.metric.name] = difference
    return tuple(found.values())


def _rule(rule: str, known: Mapping[str, Difference]) -> tuple[str, float | None]:
    name, _, tail = rule.partition(":")
    if name != "any" and name not in known:
        raise ConfigError(
            f"the runs have no scores of {name!r}: take any, or one of {', '.join(known)}"
        )
    if not tail:
        return name, None
    try:
        bound = float(tail)
    except ValueError:
        bound = math.nan
    if not 0 <= bound <= 1:
        raise ConfigError(f"the bound in {rule!r} is no number from 0 to 1, such as {name}:0.02")
    return name, bound
