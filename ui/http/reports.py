"""Reports of eval runs at addresses of their own: `/report/NAME`, and against another run."""

from __future__ import annotations

from html import escape
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import FastAPI, Path, Query
from fastapi.responses import HTMLResponse

from rag.errors import RagError
from ui.runs import Runs

POLICY = "sandbox allow-scripts; frame-ancestors 'none'"
"""Beside the page's own: it runs its one script, and is a stranger to the app it comes from."""

Name = Annotated[str, Path(max_length=80)]
Other = Annotated[str, Query(max_length=80)]


def add_reports(app: FastAPI, home: FilePath) -> None:
    """Add the route; it comes before the web app's own, which answers to everything."""
    runs = Runs(home)

    def report(name: Name, against: Other = "") -> HTMLResponse:
        """The report of a run of this home, as one page; 404 where there is none to tell."""
        from evals.report.content import make_report
        from evals.report.page import report_html
        from evals.runs.run_folder import read_run

        try:
            older = read_run(runs.folder(against)) if against else None
            told, status = report_html(make_report(read_run(runs.folder(name)), older)), 200
        except RagError as error:
            told, status = f"<!doctype html><title>No report</title><p>{escape(str(error))}", 404
        return HTMLResponse(told, status, {"content-security-policy": POLICY})

    app.get("/report/{name}", response_class=HTMLResponse, include_in_schema=False)(report)
