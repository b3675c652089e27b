"""The commands that make and mend cases: eval check, add, draft, accept."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.console import hint, out, plain, print_json, progress, warn
from ui.opening import (
    EMPTY_LIBRARY,
    BackendOption,
    JsonOption,
    LibraryOption,
    Which,
    open_either,
    settings,
)

if TYPE_CHECKING:
    from evals.authoring.case_check import CheckReport
    from evals.authoring.verdicts import Labels, Verdict
    from evals.cases import Case
    from rag.config import Config
    from rag.types import Paper

FileArgument = Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="A file of cases.")]
AnswerOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What `ask --json` printed; - is standard input."),
]
VerdictOption = Annotated[
    Literal["right", "wrong"] | None, typer.Option(help="What you say of that answer.")
]


def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE.jsonl", help="A file of cases; without it the shipped ones."),
    ] = None,
    library: LibraryOption = "home",
    as_json: JsonOption = False,
) -> None:
    """List all that is wrong or doubtful in a file of cases, with line numbers.

    Exits 1 if there is an error. Warnings are for you to decide: a question asked twice, a fact
    that stands in no paper that the case names, and the like.
    """
    from evals.authoring.case_check import check_file
    from evals.cases import QUESTIONS

    asked = file or QUESTIONS
    check_file(asked)  # what cannot be read is said before any library is opened
    papers = _papers(settings(), library if file else "sample")
    if not papers:
        hint(f"cases are not held against papers: {EMPTY_LIBRARY}")
    report = check_file(asked, papers)
    if as_json:
        print_json(_check_json(report))
    else:
        _print_findings(report, asked)
    if report.errors:
        raise typer.Exit(1)


def _print_findings(report: CheckReport, file: Path) -> None:
    console = out()
    for finding in report.findings:
        named = f" ({finding.case_id})" if finding.case_id else ""
        style = "red" if finding.level == "error" else "yellow"
        place = f"line {finding.line}{named}" if finding.line else str(file)
        line = f"{place}: {finding.level}: {finding.text}"
        console.print(plain(line, style), soft_wrap=True)
    drafts = sum(not case.reviewed for case in report.cases)
    warnings = len(report.findings) - report.errors
    told = f"cases that can be read: {len(report.cases)}, of them drafts: {drafts}"
    console.print(plain(f"{told}; errors: {report.errors}; warnings: {warnings}"))


def _check_json(report: CheckReport) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "cases": len(report.cases),
        "drafts": [case.id for case in report.cases if not case.reviewed],
        "findings": [asdict(finding) for finding in report.findings],
    }


def _papers(config: Config, which: Which) -> list[Paper]:
    with open_either(which, config, embeds=False) as library:
        return library.papers()


def add(
    file: FileArgument,
    question: Annotated[
        str, typer.Argument(help="The question; an --answer brings its own.", show_default=False)
    ] = "",
    fact: Annotated[
        list[str] | None,
        typer.Option(help="What must be said, in wordings of which one suffices: 'A | B'."),
    ] = None,
    paper: Annotated[
        list[str] | None, typer.Option(help="A paper that may be cited: its id or exact title.")
    ] = None,
    unanswerable: Annotated[
        str, typer.Option(metavar="KIND", help="Why no paper answers; docs/cases.md has the kinds.")
    ] = "",
    kind: Annotated[str, typer.Option(help="fact, several or catalogue.")] = "",
    wrong: Annotated[
        list[str] | None, typer.Option(help="What contradicts a fact, in wordings: 'A | B'.")
    ] = None,
    after: Annotated[
        list[str] | None, typer.Option(help="An earlier question of the conversation.")
    ] = None,
    reference: Annotated[str, typer.Option(help="An answer as you would write it.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="A tag; give it again for more.")] = None,
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
    case_id: Annotated[str, typer.Option("--id", help="Made from the question if left out.")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so.")] = "",
    answer: AnswerOption = None,
    verdict: VerdictOption = None,
) -> None:
    """Append a case to a file of cases, from what you say, or from an answer and your verdict.

    A right answer brings its question, papers and text, and you add the facts; a wrong one brings
    its question alone. A right abstention needs --unanswerable.
    """
    from evals.authoring.case_check import doubts
    from evals.authoring.case_file import append_cases
    from evals.authoring.verdicts import Labels, wordings

    labels = Labels(
        question=question, id=case_id, kind=kind, unanswerable=unanswerable, split=split, by=by,
        papers=tuple(paper or ()), facts=wordings(fact or ()), wrong=wordings(wrong or ()),
        history=tuple(after or ()), tags=tuple(tag or ()), reference=reference,
    )  # fmt: skip  # one field a line would hide what comes of them
    case = _case(labels, answer, verdict)
    append_cases(file, [case])
    for doubt in doubts(case):
        warn(f"{case.id}: {doubt}")
    hint(f"{case.id} is in {file}; `askpapers eval check {file}` holds it against your papers")


def _case(labels: Labels, answer: Path | None, verdict: Verdict | None) -> Case:
    from evals.authoring.verdicts import judged_case, labelled_case, read_answer

    today = datetime.datetime.now().astimezone().date()
    if answer and verdict:
        return judged_case(read_answer(_text(answer), str(answer)), verdict, labels, today)
    if answer or verdict:
        raise typer.BadParameter("--answer and --verdict go together")
    return labelled_case(labels, today)


def _text(path: Path) -> str:
    """What a file, or standard input, holds. Raises SourceError."""
    from evals.cases import text_lines

    return sys.stdin.read() if str(path) == "-" else "\n".join(text_lines(path))


def draft(
    file: FileArgument,
    count: Annotated[int, typer.Option("-n", min=1, metavar="N", help="Drafts wanted.")] = 10,
    backend: BackendOption = None,
    library: LibraryOption = "home",
    seed: Annotated[int, typer.Option(help="Another number draws other sentences.")] = 0,
) -> None:
    """Let a chat model draft cases from abstracts, and append them to a file of cases.

    Each asks about one sentence, and its fact stands there verbatim. They are drafts: `eval run`
    leaves them out until you have read and accepted them (`eval accept`).
    """
    from evals.authoring.case_file import append_cases
    from evals.authoring.drafts import Refused, draft_cases
    from evals.cases import Case, load_cases
    from rag.errors import ConfigError
    from rag.models.chat import chat_model, resolve_backend

    config = settings(backend)
    name = resolve_backend(config.backend, config)
    if name == "extractive":
        raise ConfigError(
            "backend 'extractive' writes nothing of its own: name a chat model that drafts, such "
            "as --backend local"
        )
    chat, papers = chat_model(name, config), _papers(config, library)
    if not papers:
        raise ConfigError(EMPTY_LIBRARY)
    asked = load_cases(file) if file.exists() else ()
    made, refused = [], 0
    today = datetime.datetime.now().astimezone().date()
    with progress() as show:
        for drafted in draft_cases(papers, chat, count, seed=seed, asked=asked, today=today):
            match drafted:
                case Refused(paper_id, reason, _):
                    refused += 1
                    hint(f"refused, on {paper_id}: {reason}")
                case Case():
                    append_cases(file, [drafted])
                    made.append(drafted)
                    show("drafts", len(made), count)
    for case in made:
        out().print(plain(f"{case.id}\n  {case.question}\n  {case.facts[0][0]}"), soft_wrap=True)
    hint(f"{len(made)} of {count} drafts in {file}, {refused} replies refused; when you have read")
    hint(f"them: askpapers eval accept {file} ID...")


def accept(
    file: FileArgument,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of drafts.")],
) -> None:
    """Take drafts as cases that you have read against their papers and answer for."""
    from evals.authoring.case_file import accept as accepted

    taken = accepted(file, ids)
    hint(f"{len(taken)} drafts accepted in {file}")
    for name in sorted(set(ids) - {case.id for case in taken}):
        hint(f"{name} was no draft")
