"""The report as Markdown and as JSON: complete, and harmless whatever the texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from evals.report.content import make_report
from evals.report.document import report_json
from evals.report.markdown import escaped, report_markdown
from evals.report.writing import write_report
from evals.runs.run_folder import write_run
from rag.errors import ConfigError, SourceError
from tests.evals.report.reported import ANSWERS, BROKEN_ENDPOINT, HOSTILE, hostile_run, run

# --- Markdown -----------------------------------------------------------------------------------


def test_hostile_text_is_text_in_markdown_too() -> None:
    (paragraph,) = (t for t in MarkdownIt().parse(escaped(HOSTILE)) if t.type == "inline")
    kinds = {child.type for child in paragraph.children or ()}
    assert kinds <= {"text", "text_special"}
    assert "".join(c.content for c in paragraph.children or ()) == " ".join(HOSTILE.split())


def test_a_hostile_run_makes_neither_markup_nor_links_in_markdown() -> None:
    tokens = MarkdownIt().enable("table").parse(report_markdown(make_report(hostile_run())))
    inner = {c.type for t in tokens for c in t.children or ()}
    assert not {"html_inline", "link_open", "image"} & inner
    assert not [t for t in tokens if t.type == "html_block"]


def test_markdown_lists_what_is_not_right_with_the_reason() -> None:
    text = report_markdown(make_report(run()))
    assert "## Cases that are not right: 3" in text
    assert BROKEN_ENDPOINT in text
    assert "| right fact | higher | 0.333 |" in text


def test_markdown_has_both_answers_of_what_changed() -> None:
    old = {**ANSWERS, "silent": ANSWERS["answered"]}
    text = report_markdown(make_report(run(), run(old, "old")))
    assert "- answer of the other run: The tallest reaches 3.5 m. \\[1\\]" in text


# --- JSON ---------------------------------------------------------------------------------------


def test_json_has_every_case_and_no_number_that_json_does_not_know() -> None:
    whole = report_json(make_report(run(), run({}, "old")))
    found = json.loads(json.dumps(whole, allow_nan=False))
    assert [c["case"]["id"] for c in found["cases"]] == [c.id for c in run().cases]
    assert found["cases"][0]["scores"]["fact"]["value"] == 1
    assert found["comparison"]["a"] == "old"
    assert found["failed"] == 1


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_the_name_of_the_file_says_the_form(form: str, tmp_path: Path) -> None:
    write_run(run(), tmp_path / "run")
    out = tmp_path / "deep" / f"report.{form}"
    write_report(tmp_path / "run", out)
    start = out.read_text(encoding="utf-8")[:15]
    assert start.startswith({"html": "<!doctype html>", "md": "# Eval report", "json": "{"}[form])


def test_a_name_that_asks_for_no_form_is_refused_before_the_run_is_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"report\.pdf.*\.html, \.md, \.json"):
        write_report(tmp_path / "no run", tmp_path / "report.pdf")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    write_run(run(), tmp_path / "run")
    (tmp_path / "taken").write_text("")
    with pytest.raises(SourceError, match="taken"):
        write_report(tmp_path / "run", tmp_path / "taken" / "report.html")
