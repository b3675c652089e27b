"""A run in the log format of inspect_ai (UK AI Security Institute), for its viewer and its tools.

Each case is a sample, each metric a scorer. The log is written by their own package, an optional
extra: most of what it brings with it serves nothing else here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.comparing.summary import Figure, summarise
from evals.score import Reply, Run, Score
from rag.errors import ConfigError, SourceError
from rag.types import Answer, Usage

FORMS = (".eval", ".json")
PIP_LINE = "pip install -e '.[inspect]'"
_ABSTAIN = "(to abstain: the papers do not answer this)"


def export_log(run: Run, path: Path) -> None:
    """Write the run to `path`: `.eval` (their packed form) or `.json`, by its name.

    Raises ConfigError for another name, and with the line to run if inspect_ai is not installed;
    SourceError if the file cannot be written.
    """
    if path.suffix not in FORMS:
        raise ConfigError(f"{path.name}: a log of inspect_ai is written as {' or '.join(FORMS)}")
    try:
        from inspect_ai.log import EvalLog, write_eval_log
    except ImportError as error:
        raise ConfigError(
            f"the log format of inspect_ai needs its package, which is not installed: {PIP_LINE}"
        ) from error
    log = EvalLog.model_validate(log_json(run, datetime.now(UTC)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_eval_log(log, str(path), "eval" if path.suffix == ".eval" else "json")
    except OSError as error:
        raise SourceError(str(path), f"cannot be written: {error.strerror or error}") from error


def log_json(run: Run, created: datetime) -> dict[str, Any]:
    """The run as the object of an inspect_ai log, version 2; when it was asked is not known, so it
    begins at `created`.
    """
    replies = {reply.case_id: reply for reply in run.replies}
    scores: dict[str, list[Score]] = {}
    for score in run.scores:
        scores.setdefault(score.case_id, []).append(score)
    model = _model(run)
    samples = [
        _sample(case, replies[case.id], scores.get(case.id, ()), model) for case in run.cases
    ]
    log = {
        "version": 2,
        "status": "success",
        "eval": _spec(run, model, created),
        "plan": {"name": "askpapers", "steps": []},
        "results": _results(run),
        "stats": {
            "started_at": created.isoformat(timespec="seconds"),
            "completed_at": (created + _took(run)).isoformat(timespec="seconds"),
            "model_usage": _total_usage(run, model),
        },
        "samples": samples,
    }
    # A lone half of a character pair is no text that can be written; it becomes "?".
    written = json.dumps(log, ensure_ascii=False).encode("utf-8", errors="replace")
    cleaned: dict[str, Any] = json.loads(written)
    return cleaned


def _took(run: Run) -> timedelta:
    """The time of all answers, one after the other."""
    return timedelta(milliseconds=sum(reply.ms or 0.0 for reply in run.replies))


def _model(run: Run) -> str:
    """The backend as inspect_ai names models: with whose it is before a slash."""
    return f"askpapers/{run.config.get('backend') or 'elsewhere'}"


def _spec(run: Run, model: str, created: datetime) -> dict[str, Any]:
    told = json.dumps([run.name, run.config], sort_keys=True, default=str)
    key = hashlib.sha256(told.encode("utf-8", errors="replace")).hexdigest()[:22]
    asked = run.config.get("cases")
    name = str(asked.get("file", "")) if isinstance(asked, Mapping) else ""
    return {
        "eval_id": key,
        "run_id": key,
        "task_id": key,
        "created": created.isoformat(timespec="seconds"),
        "task": run.name,
        "dataset": {
            "name": name or "cases",
            "samples": len(run.cases),
            "sample_ids": [case.id for case in run.cases],
        },
        "model": model,
        "config": {"epochs": 1},
        "packages": {"askpapers": version("askpapers")},
        "metadata": dict(run.config),
    }


def _results(run: Run) -> dict[str, Any]:
    failed = sum(reply.answer is None for reply in run.replies)
    figures = summarise(run).overall.figures
    return {
        "total_samples": len(run.cases),
        "completed_samples": len(run.cases) - failed,
        "scores": [_eval_score(f, len(run.cases)) for f in figures if f.unit == "share"],
        "metadata": {
            f.metric.name: f.mean.value
            for f in figures
            if f.unit != "share" and not math.isnan(f.mean.value)
        },
    }


def _eval_score(figure: Figure, cases: int) -> dict[str, Any]:
    mean = figure.mean
    values = {
        "mean": mean.value,
        "stderr": mean.error,
        "low_95": mean.low,
        "high_95": mean.high,
    }
    return {
        "name": figure.metric.name,
        "scorer": figure.metric.name,
        "scored_samples": mean.n,
        "unscored_samples": cases - mean.n,
        "metrics": {
            name: {"name": name, "value": value}
            for name, value in values.items()
            if not math.isnan(value)
        },
        "metadata": {
            "title": figure.metric.title,
            "definition": figure.metric.definition,
            "better": figure.metric.better,
            "unit": figure.unit,
        },
    }


def _sample(case: Case, reply: Reply, scores: Sequence[Score], model: str) -> dict[str, Any]:
    asked = [{"role": "user", "content": question} for question in (*case.history, case.question)]
    said = _said(reply.answer) if reply.answer else ""
    sample: dict[str, Any] = {
        "id": case.id,
        "epoch": 1,
        "input": asked if case.history else case.question,
        "target": _target(case),
        "messages": asked,
        "output": {"model": model, "choices": []},
        "scores": {
            score.metric: {
                "value": score.value,
                "answer": said,
                "explanation": score.why or None,
                "metadata": {"weight": score.weight},
            }
            for score in scores
        },
        "metadata": _about(case, reply.answer),
    }
    if reply.answer is None:
        told = reply.error or "no answer"
        sample["error"] = {"message": told, "traceback": told, "traceback_ansi": told}
    else:
        message = {"role": "assistant", "content": said, "model": model}
        sample["messages"] = [*asked, message]
        sample["output"]["choices"] = [{"message": message, "stop_reason": "stop"}]
    if reply.ms is not None:
        sample |= {"total_time": reply.ms / 1000, "working_time": reply.ms / 1000}
    if usage := reply.tokens:
        sample["model_usage"] = {model: _usage_json(usage)}
    return sample


def _said(answer: Answer) -> str:
    return f"{answer.answer} ({answer.reason})" if answer.abstained else answer.answer


def _target(case: Case) -> list[str]:
    if not case.answerable:
        return [_ABSTAIN]
    return [case.reference] if case.reference else [" / ".join(fact) for fact in case.facts]


def _about(case: Case, answer: Answer | None) -> dict[str, Any]:
    about: dict[str, Any] = {
        "kind": case.kind,
        "unanswerable": case.unanswerable,
        "split": case.split,
        "tags": list(case.tags),
        "papers": list(case.papers),
        "facts": [list(fact) for fact in case.facts],
    }
    if answer is None:
        return about
    return about | {
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "sentences": [asdict(sentence) for sentence in answer.sentences],
        "citations": [asdict(citation) for citation in answer.citations],
        "hits": [asdict(hit) for hit in answer.hits],
        "timings_ms": dict(answer.timings_ms),
    }


def _usage_json(usage: Usage) -> dict[str, int]:
    return {
        "input_tokens": usage.prompt - usage.cached,
        "output_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
        "input_tokens_cache_read": usage.cached,
    }


def _total_usage(run: Run, model: str) -> dict[str, dict[str, int]]:
    told = [reply.tokens for reply in run.replies if reply.tokens]
    if not told:
        return {}
    whole = Usage(
        sum(usage.prompt for usage in told),
        sum(usage.completion for usage in told),
        sum(usage.cached for usage in told),
    )
    return {model: _usage_json(whole)}
