"""The commands that ask and grade a set of cases: eval run, eval score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evals.cases import QUESTIONS
from rag.errors import ConfigError, LibraryError
from ui.console import hint, out, print_json, progress, warn
from ui.opening import EMPTY_LIBRARY, JsonOption, Which, backend_named, open_either, settings

if TYPE_CHECKING:
    from evals.runs.run import Plan
    from evals.score import Run
    from rag.config import Config
    from rag.types import Paper

WORKERS = 4  # questions at once to an endpoint; models on this machine use all its cores anyway
JUDGE = "reranker"

CasesOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your cases (docs/cases.md), instead of the shipped ones."),
]
AskedLibraryOption = Annotated[
    Which | None,
    typer.Option(help="The sample papers for the shipped cases, your own library for yours."),
]
SplitOption = Annotated[
    Literal["dev", "test", "all"] | None,
    typer.Option(help="Which half: dev, to tune on, of the shipped cases; all of yours."),
]
JudgeOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Who judges support: exact, words, reranker, local, openai:MODEL.",
    ),
]
ByOption = Annotated[
    Literal["", "kind", "tag", "split"],
    typer.Option(
        metavar="kind|tag|split",
        help="Also the figures of each kind of case, tag or half.",
        show_default=False,
    ),
]
UnreviewedOption = Annotated[
    bool, typer.Option("--unreviewed", help="Also ask drafts that nobody has accepted yet.")
]


def _each_named(backends: list[str] | None) -> list[str] | None:
    """What each `--backend` says. Raises BadParameter."""
    for backend in backends or ():
        backend_named(backend)
    return backends


BackendsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--backend",
        callback=_each_named,
        metavar="NAME",
        help="Chat model; give it again for more.",
    ),
]


def run(
    cases: CasesOption = None,
    split: SplitOption = None,
    backend: BackendsOption = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting of answering, such as hits=2."),
    ] = None,
    defect: Annotated[
        str, typer.Option(metavar="NAME", help="Damage every answer: shuffled-citations.")
    ] = "",
    judge: JudgeOption = JUDGE,
    library: AskedLibraryOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help=f"Cases asked at once; {WORKERS} of an endpoint, else 1."
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="The run's folder; with several chat models, one for each in it."
            " Without it runs/BACKEND-SPLIT.",
        ),
    ] = None,
    unreviewed: UnreviewedOption = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Ask cases again that failed before.")
    ] = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Ask every case and grade its answer; all of it goes into one folder.

    Stopped at any moment, the same command goes on where it was. A case that fails is a
    failure with its reason, and is not asked again without --retry.
    """
    from evals.runs.run import Plan, planned_cases
    from rag.models.chat import resolve_backend
    from rag.settings import Settings

    config = settings()
    asked = Settings.parse(assignments or ())
    half = split or ("all" if cases else "dev")  # of the shipped, the other half is for reporting
    which = library or _library_of(cases)
    plan = Plan(cases or QUESTIONS, half, unreviewed, which, asked, defect, retry=retry)
    names = [resolve_backend(name, config) for name in backend or [config.backend]]
    hint(f"{half}: {len(planned_cases(plan))} cases, asked of {' and '.join(names)}")
    folders = _folders(folder, names, half)
    with _stoppable(folders):
        runs = _runs(plan, names, folders, judge, workers, config)
    _tell(runs, folders, by, as_json)
    if not as_json and any(reply.error for run in runs for reply in run.replies):
        hint("the same command with --retry asks again what failed")


@contextmanager
def _stoppable(folders: Sequence[Path]) -> Iterator[None]:
    """Says of a run that is interrupted how it goes on."""
    try:
        yield
    except KeyboardInterrupt:
        places = " and ".join(map(str, folders))
        hint(f"stopped; what was answered is in {places}, and the same command goes on there")
        raise


def _runs(
    plan: Plan,
    backends: Sequence[str],
    folders: Sequence[Path],
    judge: str,
    workers: int | None,
    config: Config,
) -> list[Run]:
    """The plan carried out by each backend in turn, into its folder."""
    from dataclasses import replace

    from evals.runs.run import run_cases
    from evals.scorers.entail import entailer_named
    from rag.models.chat import chat_model
    from rag.models.rerank import CrossEncoder

    chats = [chat_model(name, config) for name in backends]
    with progress() as show:
        entailer = entailer_named(judge, config, show)
        reranker = CrossEncoder.load(config, show)
        with open_either(plan.which, config, show, embeds=True) as opened:
            _check_papers(plan, opened.papers())
            runs = []
            for name, chat, path in zip(backends, chats, folders, strict=True):
                at_once = workers or (WORKERS if name.startswith("openai:") else 1)
                mine = replace(plan, workers=at_once)
                done = run_cases(mine, path, opened, chat, reranker, entailer, config, show)
                runs.append(done)
    return runs


def score(
    answers: Annotated[
        Path,
        typer.Argument(metavar="ANSWERS.jsonl", help="Answers by case id, or a run's folder."),
    ],
    cases: CasesOption = None,
    split: SplitOption = None,
    judge: JudgeOption = JUDGE,
    library: AskedLibraryOption = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The run's folder. Without it runs/ANSWERS."),
    ] = None,
    unreviewed: UnreviewedOption = False,
    by: ByOption = "",
    as_json: JsonOption = False,
) -> None:
    """Grade answers made elsewhere: lines of `ask --json`, or just "id" and "answer".

    docs/runs.md says what else a line may hold. A case without a line is a failure. Of a run's
    folder, the answers are graded again in place, by today's scorers.
    """
    from evals.runs.run import Plan, score_again, score_answers
    from evals.scorers.entail import entailer_named

    again = answers.is_dir()
    given = (("--cases", cases), ("--split", split), ("--out", folder))
    if again and (its_own := [option for option, is_given in given if is_given]):
        raise typer.BadParameter(
            f"{answers} is graded again in place, with its own cases: leave out"
            f" {' and '.join(its_own)}"
        )
    config = settings()
    with progress() as show:
        entailer = entailer_named(judge, config, show)
        if again:
            path = answers
            found = score_again(path, entailer, show)
        else:
            path = folder or Path("runs") / answers.stem
            plan = Plan(
                cases or QUESTIONS, split or "all", unreviewed, library or _library_of(cases)
            )
            with open_either(plan.which, config, show, embeds=False) as opened:
                papers = opened.papers()
                _check_papers(plan, papers)
                found = score_answers(answers, plan, path, papers, entailer, show)
    _tell([found], [path], by, as_json)


def _library_of(cases: Path | None) -> Which:
    """The shipped cases are about the sample papers, others about the user's own."""
    return "home" if cases else "sample"


def _check_papers(plan: Plan, papers: Sequence[Paper]) -> None:
    """Warn of cases about papers that are not there: whatever is answered, they will be wrong.

    Raises LibraryError where there are none at all.
    """
    from evals.runs.run import planned_cases, strangers

    if not papers:
        raise LibraryError(EMPTY_LIBRARY)
    if missing := strangers(planned_cases(plan), papers):
        warn(
            f"papers that the cases name and the library asked lacks (--library {plan.which}):"
            f" {len(missing)}, first {missing[0]!r}"
        )


def _folders(folder: Path | None, backends: Sequence[str], split: str) -> list[Path]:
    """Where each backend's run goes. Raises ConfigError if two would share one."""
    plain = [re.sub(r"[^\w.-]+", "-", name).strip("-") for name in backends]
    if folder is None:
        found = [Path("runs") / f"{name}-{split}" for name in plain]
    else:
        found = [folder] if len(plain) == 1 else [folder / name for name in plain]
    if len(set(found)) < len(found):
        raise ConfigError(f"--backend {', '.join(backends)}: two would share one folder of --out")
    return found


def _tell(runs: Sequence[Run], folders: Sequence[Path], by: str, as_json: bool) -> None:
    from evals.comparing.summary import summarise, summary_json, summary_table

    summaries = [summarise(run, by) for run in runs]
    if as_json:
        told = zip(folders, summaries, strict=True)
        print_json([{"folder": str(path), **summary_json(summary)} for path, summary in told])
        return
    for summary, path in zip(summaries, folders, strict=True):
        out().print(summary_table(summary))
        hint(f"answers and scores are in {path}")
        if summary.overall.failed:
            warn(f"cases failed: {summary.overall.failed}; the reasons are in {path}")
