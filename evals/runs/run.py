"""A run: every case asked and graded, written as it goes, so that it can go on where it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from filelock import FileLock, Timeout

from evals.cases import EVERY_PAPER, QUESTIONS, Case, load_cases
from evals.runs.asking import ask_all
from evals.runs.defects import defect_named, with_defect
from evals.runs.elsewhere import PaperNames, read_answers
from evals.runs.run_config import (
    INCIDENTAL,
    answers_config,
    asked_config,
    cases_config,
    flat,
    library_config,
    scoring_config,
)
from evals.runs.run_folder import RunFolder, read_run
from evals.score import Run
from rag.errors import ConfigError, SourceError
from rag.settings import DEFAULTS, Settings
from rag.types import Paper

if TYPE_CHECKING:
    from evals.scorers.entail import Entailer
    from rag.config import Config
    from rag.library import Library
    from rag.models.chat import ChatModel
    from rag.models.rerank import Reranker
    from rag.models.weights import Progress

LOCK = ".lock"
SCORING = "scoring"
"""In a configuration: what graded. The rest of it says what was asked, and how."""

_SHOWN_DIFFERENCES = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to ask, and how; all but `workers` and `retry` is part of its identity.

    `split` is `dev`, `test` or `all`; `drafts` takes in cases that nobody has reviewed. `which`
    says in words what library is asked. `workers` cases are asked at once. With `retry`, cases
    that failed before are asked again. Raises ConfigError for an unknown defect.
    """

    cases: Path = QUESTIONS
    split: str = "all"
    drafts: bool = False
    which: Literal["sample", "home"] = "sample"
    settings: Settings = DEFAULTS
    defect: str = ""
    workers: int = 1
    retry: bool = False

    def __post_init__(self) -> None:
        if self.defect:
            defect_named(self.defect)


def planned_cases(plan: Plan) -> tuple[Case, ...]:
    """The cases of the plan. Raises SourceError if there are none."""
    chosen = tuple(
        case
        for case in load_cases(plan.cases)
        if plan.split in ("all", case.split) and (plan.drafts or case.reviewed)
    )
    if not chosen:
        raise SourceError(
            str(plan.cases), f"has no reviewed cases of --split {plan.split}; see `eval accept`"
        )
    return chosen


def run_cases(
    plan: Plan,
    path: Path,
    library: Library,
    chat: ChatModel,
    reranker: Reranker,
    entailer: Entailer,
    config: Config,
    progress: Progress,
) -> Run:
    """Ask and grade the plan's cases into the folder `path`, going on where it was left.

    Raises ConfigError (another run is there), SourceError (the folder, the
    cases), ChatAuthError, and what the entailer raises; what was done until then is kept.
    """
    from rag.answer import Answerer

    cases, papers = planned_cases(plan), library.papers()
    asker = with_defect(
        Answerer(library, chat, reranker, plan.settings, stand_in=False), plan.defect
    )
    told = asked_config(
        backend=chat.name,
        settings=plan.settings,
        defect=plan.defect,
        cases=cases_config(plan.cases, plan.split, cases),
        library=library_config(plan.which, papers),
        embedder=library.embedder,
        config=config,
    )
    folder = RunFolder(path)
    named = {"name": path.name, **told, "workers": plan.workers}
    with opened_run(folder, named, cases, papers_named(cases, papers)) as asked:
        failed = {reply.case_id for reply in folder.replies().values() if reply.error}
        if plan.retry and failed:
            folder.drop_scores(failed)  # they would outlive the failures
            asked -= failed
        todo = [case for case in cases if case.id not in asked]
        progress(chat.name, len(asked), len(cases))
        ask_all(
            asker,
            todo,
            folder.add_reply,
            workers=plan.workers,
            progress=lambda done: progress(chat.name, len(asked) + done, len(cases)),
        )
        return grade(folder, entailer, progress)


def score_answers(
    answers: Path,
    plan: Plan,
    path: Path,
    papers: Sequence[Paper],
    entailer: Entailer,
    progress: Progress,
) -> Run:
    """Grade answers made elsewhere to the plan's cases, as a run in the folder `path`.

    `papers` are the library's. Raises SourceError for answers that do not fit the cases, and as
    `run_cases` does.
    """
    cases = planned_cases(plan)
    replies = read_answers(answers, cases, {paper.paper_id: paper for paper in papers})
    told = {
        "name": path.name,
        **answers_config(answers),
        "cases": cases_config(plan.cases, plan.split, cases),
        "library": library_config(plan.which, papers),
    }
    folder = RunFolder(path)
    with opened_run(folder, told, cases, papers_named(cases, papers)) as there:
        for reply in replies:
            if reply.case_id not in there:
                folder.add_reply(reply)
        return grade(folder, entailer, progress)


def score_again(path: Path, entailer: Entailer, progress: Progress) -> Run:
    """Grade the answers of the run in the folder `path` anew, by today's scorers.

    Raises SourceError for what is no finished run, and what the entailer raises.
    """
    folder = RunFolder(path)
    folder.config()  # what is no run gets no lock file either
    with _alone(folder):
        folder.mend()
        return grade(folder, entailer, progress)


def papers_named(cases: Sequence[Case], papers: Sequence[Paper]) -> list[Paper]:
    """Those of `papers` that the cases name, each once."""
    names = PaperNames(papers)
    found = (names.find(name) for name in _names(cases))
    return list({paper.paper_id: paper for paper in found if paper}.values())


def strangers(cases: Sequence[Case], papers: Sequence[Paper]) -> list[str]:
    """What the cases name that is none of `papers`."""
    names = PaperNames(papers)
    return [name for name in _names(cases) if names.find(name) is None]


def _names(cases: Sequence[Case]) -> list[str]:
    return sorted({name for case in cases for name in case.papers} - {EVERY_PAPER})


@contextmanager
def opened_run(
    folder: RunFolder,
    config: Mapping[str, object],
    cases: Sequence[Case],
    papers: Iterable[Paper] = (),
) -> Iterator[set[str]]:
    """The run's folder, begun, or as an earlier process left it: the ids of the cases asked.

    `papers` are those that the cases name. Raises ConfigError if it holds a run of another
    configuration, naming what differs; SourceError if it cannot be used or another process is
    at work in it.
    """
    with _alone(folder):
        if folder.begun():
            _same(folder, config)
            folder.mend()
        else:
            folder.begin(config, cases, papers)
        yield set(folder.replies())


@contextmanager
def _alone(folder: RunFolder) -> Iterator[None]:
    """Holds off a second process in this folder. Raises SourceError."""
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.path / LOCK)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise SourceError(
            str(folder.path), "another askpapers is running it: let it finish, or stop it"
        ) from error
    except OSError as error:
        raise SourceError(
            str(folder.path), f"cannot be written: {error.strerror or error}"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _same(folder: RunFolder, config: Mapping[str, object]) -> None:
    """Raise ConfigError if the run in `folder` was asked otherwise than `config` says."""
    there, now = (dict(flat(_what_was_asked(c))) for c in (folder.config(), config))
    differences = [
        f"{key} was {there.get(key)!r} and is {now.get(key)!r}"
        for key in dict.fromkeys((*there, *now))
        if there.get(key) != now.get(key)
    ]
    if differences:
        more = len(differences) - _SHOWN_DIFFERENCES
        told = "; ".join(differences[:_SHOWN_DIFFERENCES]) + (f"; {more} more" if more > 0 else "")
        raise ConfigError(
            f"{folder.path} holds a run of another configuration: {told}."
            " Choose another --out, or remove that folder"
        )


def _what_was_asked(config: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in config.items() if name not in (SCORING, *INCIDENTAL)}


def grade(folder: RunFolder, entailer: Entailer, progress: Progress) -> Run:
    """Score every reply in `folder` that has no scores yet, or all of them if graded otherwise
    before; the finished run.

    Raises ChatError, WeightsError of the entailer: what was scored until then is kept. Raises
    SourceError if a case was not asked yet.
    """
    from evals.scorers import score_reply
    from evals.scorers.untold import untold

    config, scoring = folder.config(), scoring_config(entailer)
    if config.get(SCORING) != scoring:
        folder.drop_scores()
        folder.set_config(config | {SCORING: scoring})
    cases, replies, scored = folder.cases(), folder.replies(), folder.scores()
    left_out = untold(replies.values()) if "answers" in config else ()
    skipped = {metric.name for metric in left_out}
    todo = [case for case in cases if case.id in replies and case.id not in scored]
    for done, case in enumerate(todo, start=1):
        scores = score_reply(case, replies[case.id], entailer, folder.papers())
        folder.add_scores(case.id, [score for score in scores if score.metric not in skipped])
        progress("scoring", done, len(todo))
    return read_run(folder.path)
