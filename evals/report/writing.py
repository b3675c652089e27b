"""A report into a file, in the form that its name asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from evals.report.content import Report, make_report
from evals.runs.run_folder import read_run
from evals.scorers.cost import Prices
from rag.errors import ConfigError, SourceError

FORMS = (".html", ".md", ".json")


def write_report(
    run: Path, out: Path, against: Path | None = None, prices: Prices | None = None
) -> None:
    """Write the report of the run in folder `run`, held against that in `against` if given, with
    what it cost if `prices` are.

    Raises ConfigError for a file name that asks for no known form or for runs that cannot be
    compared; SourceError for what is no run and for a file that cannot be written.
    """
    form = _form(out)  # before anything is read: a mistyped name costs no time
    older = read_run(against) if against else None
    report = make_report(read_run(run), older, prices=prices)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # A lone half of a character pair is no text that can be written; it becomes "?".
        out.write_text(form(report), encoding="utf-8", errors="replace")
    except OSError as error:
        raise SourceError(str(out), f"cannot be written: {error.strerror or error}") from error


def _form(out: Path) -> Callable[[Report], str]:
    from evals.report.document import report_json
    from evals.report.markdown import report_markdown
    from evals.report.page import report_html

    forms: dict[str, Callable[[Report], str]] = {
        ".html": report_html,
        ".md": report_markdown,
        ".json": lambda report: json.dumps(report_json(report), ensure_ascii=False, indent=1),
    }
    form = forms.get(out.suffix.lower())
    if form is None:
        raise ConfigError(f"{out.name}: a report is written as {', '.join(FORMS)}; name it so")
    return form
