"""A run as a folder: its configuration, cases, papers, answers and scores, each a line as it came.

    run.json       what was run: backend, settings, hashes of prompts, models, library and cases
    cases.jsonl    the cases, in the order of the run
    papers.jsonl   the papers that cases name or answers carry
    answers.jsonl  a line a case: the object of `ask --json`, or the error in its place
    scores.jsonl   a line a case: its scores

A line is written whole or, if the process is killed, torn at the file's end; there it is dropped
and its case asked (or scored) again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from evals.cases import Case, case_json
from evals.runs.reply_lines import parse_reply, reply_json, said
from evals.score import Reply, Run, Score
from rag.errors import SourceError
from rag.types import Paper

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = 1
"""Version of the layout above; a run of another version is refused."""

CONFIG, CASES, PAPERS = "run.json", "cases.jsonl", "papers.jsonl"
ANSWERS, SCORES = "answers.jsonl", "scores.jsonl"

T = TypeVar("T")


def read_run(path: Path) -> Run:
    """The run in the folder `path`.

    Raises SourceError for what is no run, and for one that was not finished, with the remedy.
    """
    folder = RunFolder(path)
    config = folder.config()
    cases = folder.cases()
    replies, scores = folder.replies(), folder.scores()
    for what, there in (("asked", replies), ("scored", scores)):
        if missing := [case.id for case in cases if case.id not in there]:
            raise SourceError(
                str(path),
                f"{len(missing)} of {len(cases)} cases were not {what} yet, first {missing[0]!r}:"
                " run the same `askpapers eval` command again, it goes on where it was",
            )
    return Run(
        name=str(config.get("name", path.name)),
        config=config,
        cases=cases,
        replies=tuple(replies[case.id] for case in cases),
        scores=tuple(score for case in cases for score in scores[case.id]),
    )


def write_run(run: Run, path: Path, papers: Iterable[Paper] = ()) -> None:
    """Write a whole run into the folder `path`, in place of one that is there.

    `papers` are those that cases name; what answers carry is written anyway. Raises SourceError
    if it cannot be written.
    """
    folder = RunFolder(path)
    folder.begin(dict(run.config) | {"name": run.name}, run.cases, papers)
    for reply in run.replies:
        folder.add_reply(reply)
    graded: dict[str, list[Score]] = {case.id: [] for case in run.cases}
    for score in run.scores:
        graded[score.case_id].append(score)
    for case_id, scores in graded.items():
        folder.add_scores(case_id, scores)


class RunFolder:
    """The files of one run, added to line by line; for one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._papers: dict[str, Paper] | None = None

    # -- writing

    def begin(
        self, config: Mapping[str, object], cases: Sequence[Case], papers: Iterable[Paper] = ()
    ) -> None:
        """Make the folder anew, with nothing asked, in place of a run that is there.

        Raises SourceError if it cannot be written, or holds files of these names that are no run's.
        """
        # Under its last name only when all is there that it speaks of; from the first moment on a
        # folder with either name is known to be ours.
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._refuse_strangers()
            self._write_fresh(config)
            (self.path / CONFIG).unlink(missing_ok=True)
            self._papers = {paper.paper_id: paper for paper in papers}
            known = [asdict(paper) for paper in self._papers.values()]
            for name, rows in ((CASES, map(case_json, cases)), (PAPERS, known)):
                (self.path / name).write_text("".join(map(_line, rows)), encoding="utf-8")
            for name in (ANSWERS, SCORES):
                (self.path / name).write_text("", encoding="utf-8")
            self._fresh_config.replace(self.path / CONFIG)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def set_config(self, config: Mapping[str, object]) -> None:
        """Say anew what was run, of a folder that was begun. Raises SourceError."""
        try:
            self._write_fresh(config)
            self._fresh_config.replace(self.path / CONFIG)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    @property
    def _fresh_config(self) -> Path:
        return self.path / f"{CONFIG}.new"

    def _write_fresh(self, config: Mapping[str, object]) -> None:
        text = json.dumps({"format": FORMAT, **config}, ensure_ascii=False, indent=2)
        self._fresh_config.write_text(text + "\n", encoding="utf-8")

    def _refuse_strangers(self) -> None:
        """Raise SourceError if a run would overwrite what no run has written."""
        if self.begun() or self._fresh_config.exists():
            return
        names = (CASES, PAPERS, ANSWERS, SCORES)
        if there := [name for name in names if (self.path / name).exists()]:
            raise SourceError(
                str(self.path),
                f"holds {', '.join(there)}, which a run would overwrite: choose another --out",
            )

    def add_reply(self, reply: Reply) -> None:
        """Write a reply, after those of its papers that are not there yet. Raises SourceError."""
        known = self.papers()
        for paper in reply.answer.papers if reply.answer else ():
            if paper.paper_id not in known:
                known[paper.paper_id] = paper
                self._append(PAPERS, asdict(paper))
        self._append(ANSWERS, reply_json(reply))

    def add_scores(self, case_id: str, scores: Sequence[Score]) -> None:
        """Write all the scores of one case, as one line. Raises SourceError."""
        self._append(SCORES, _scores_json(case_id, scores))

    def drop_scores(self, of: Collection[str] | None = None) -> None:
        """Forget the scores of these cases, or all, so that they are graded anew.

        Raises SourceError.
        """
        kept = [] if of is None else [s for s in self.scores().items() if s[0] not in of]
        fresh = self.path / f"{SCORES}.new"
        try:
            fresh.write_text("".join(_line(_scores_json(*graded)) for graded in kept), "utf-8")
            fresh.replace(self.path / SCORES)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def mend(self) -> None:
        """Cut off the lines that a killed process left torn. Raises SourceError."""
        for name in (PAPERS, ANSWERS, SCORES):
            path = self.path / name
            whole = _whole(path)
            try:
                if len(whole) != path.stat().st_size:
                    with path.open("r+b") as file:
                        file.truncate(len(whole))
            except OSError as error:
                raise _unwritable(path, error) from error

    def _append(self, name: str, row: Mapping[str, object]) -> None:
        path = self.path / name
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(_line(row))
        except OSError as error:
            raise _unwritable(path, error) from error

    # -- reading

    def begun(self) -> bool:
        """Whether a run was begun here."""
        return (self.path / CONFIG).is_file()

    def config(self) -> dict[str, Any]:
        """What was run. Raises SourceError for a folder that is no run, or of another format."""
        path = self.path / CONFIG
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SourceError(
                str(self.path), f"is no folder of `askpapers eval run`: no {CONFIG} in it"
            ) from error
        except ValueError as error:
            raise SourceError(str(path), f"is not JSON: {error}") from error
        if not isinstance(config, dict) or config.pop("format", None) != FORMAT:
            raise SourceError(str(path), f"is not of format {FORMAT}: run the eval again")
        return config

    def cases(self) -> tuple[Case, ...]:
        """The cases. Raises SourceError."""
        from pydantic import TypeAdapter

        return tuple(_each(self.path / CASES, TypeAdapter(Case).validate_python))

    def papers(self) -> dict[str, Paper]:
        """The papers, by id. Raises SourceError."""
        from pydantic import TypeAdapter

        if self._papers is None:
            rows = _each(self.path / PAPERS, TypeAdapter(Paper).validate_python)
            self._papers = {paper.paper_id: paper for paper in rows}
        return self._papers

    def replies(self) -> dict[str, Reply]:
        """The replies so far, by case, the last one of each. Raises SourceError."""
        papers = self.papers()
        rows = _each(self.path / ANSWERS, lambda row: parse_reply(row, papers))
        return {reply.case_id: reply for reply in rows}

    def scores(self) -> dict[str, tuple[Score, ...]]:
        """The scores so far, by case. Raises SourceError."""
        from pydantic import TypeAdapter

        shape = TypeAdapter(tuple[Score, ...])

        def graded(row: Mapping[str, Any]) -> tuple[str, tuple[Score, ...]]:
            mine = [{"case_id": row["id"]} | score for score in row["scores"]]
            return str(row["id"]), shape.validate_python(mine)

        return dict(_each(self.path / SCORES, graded))


def _scores_json(case_id: str, scores: Sequence[Score]) -> dict[str, object]:
    return {"id": case_id, "scores": [_score_json(score) for score in scores]}


def _score_json(score: Score) -> dict[str, object]:
    """A score within its case's line; most have a weight of 1 and nothing to explain."""
    row: dict[str, object] = {"metric": score.metric, "value": score.value}
    if score.weight != 1.0:
        row["weight"] = score.weight
    return row | {"why": score.why} if score.why else row


def _line(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _whole(path: Path) -> bytes:
    """What `path` holds up to its last line break."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror or error}") from error
    return data[: data.rfind(b"\n") + 1]


def _each(path: Path, parse: Callable[[Any], T]) -> Iterator[T]:
    """Every whole line of `path`, parsed. Raises SourceError with the line's number."""
    for number, line in enumerate(_whole(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield parse(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(
                f"{path}, line {number}", f"is not of a run: {said(error)}"
            ) from error


def _unwritable(path: Path, error: OSError) -> SourceError:
    return SourceError(str(path), f"cannot be written: {error.strerror or error}")
