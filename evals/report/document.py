"""The report as one JSON object: all its figures, and every case with its reply and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from evals.cases import case_json
from evals.comparing.compare_table import compare_json
from evals.comparing.summary import summary_json
from evals.report.case_view import CaseView, Outcome
from evals.report.content import Confidence, Report
from evals.runs.reply_lines import reply_json
from evals.score import Reply


def report_json(report: Report) -> dict[str, object]:
    """Everything the page shows. What is not known is null; cited papers are named by their ids,
    their texts are in the run's folder.
    """
    comparison = report.comparison
    return {
        "run": report.run.name,
        "config": dict(report.run.config),
        "right": asdict(report.right),
        "failed": report.failed,
        "summary": summary_json(report.summary),
        "by_kind": summary_json(report.kinds)["groups"],
        "by_tag": summary_json(report.tags)["groups"],
        "confidence": _confidence_json(report.confidence),
        "latency_ms": {
            stage: {"p50": p50, "p95": p95} for stage, (p50, p95) in report.latencies.items()
        },
        "cost": report.cost,
        "cards": {name: asdict(card) for name, card in report.cards.items()},
        "comparison": compare_json(comparison) if comparison else None,
        "cases": _cases_json(report.cases, report.run.replies),
    }


def _confidence_json(found: Confidence) -> dict[str, object]:
    return {
        "figures": dict(found.figures),
        "risk_coverage": [list(point) for point in found.curve],
        "bins": [asdict(bin_) for bin_ in found.bins],
    }


def _cases_json(views: Sequence[CaseView], replies: Sequence[Reply]) -> list[dict[str, object]]:
    by_id = {reply.case_id: reply for reply in replies}
    return [
        {
            "case": case_json(view.case),
            "verdict": view.outcome.verdict or None,
            "change": view.change or None,
            "reply": reply_json(by_id[view.case.id]),
            "scores": _scores_json(view.outcome),
            "scores_before": _scores_json(view.other) if view.other else None,
        }
        for view in views
    ]


def _scores_json(outcome: Outcome) -> dict[str, object]:
    return {
        grade.metric.name: {
            "value": grade.score.value,
            "weight": grade.score.weight,
            "why": grade.score.why,
        }
        for grade in outcome.grades
    }
