"""What is wrong or doubtful in a file of cases, every bit of it, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.cases import EVERY_PAPER, Case, read_lines
from evals.runs.elsewhere import PaperNames
from evals.scorers.wording import any_said, normalised, says
from rag.finding.terms import content_stems
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about line `line` (from 1; 0: about the file): an `error` makes the file unfit to
    be run, a `warning` is for a person to decide. `case_id` is empty where the line is no case.
    """

    line: int
    case_id: str
    level: Literal["error", "warning"]
    text: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The cases that could be read, and all that was found in the file, in its order."""

    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """Number of errors."""
        return sum(finding.level == "error" for finding in self.findings)


def check_file(path: Path, papers: Sequence[Paper] = ()) -> CheckReport:
    """All that is wrong with the cases of `path`, and, where `papers` are given, all in which they
    do not fit these. Raises SourceError if the file cannot be read.
    """
    found: list[Finding] = []
    numbered: list[tuple[int, Case]] = []
    for line in read_lines(path):
        case_id = line.case.id if line.case else ""
        found += [Finding(line.number, case_id, "error", text) for text in line.problems]
        if line.case:
            numbered.append((line.number, line.case))
    if not numbered and not found:
        found.append(Finding(0, "", "error", "holds no cases"))
    found += _doubles(numbered)
    shelf = PaperNames(papers)
    for number, case in numbered:
        texts = [*doubts(case), *(misfits(case, shelf) if papers else ())]
        found += [Finding(number, case.id, "warning", text) for text in texts]
    found.sort(key=lambda finding: finding.line)
    return CheckReport(tuple(case for _, case in numbered), tuple(found))


def _doubles(numbered: Iterable[tuple[int, Case]]) -> Iterator[Finding]:
    """Questions asked before: in the other split an error, for then the test half is known."""
    said: dict[object, tuple[int, Case]] = {}
    for number, case in numbered:
        for same in (_wording, _stems):
            first, earlier = said.setdefault((same, same(case)), (number, case))
            if first == number:
                continue
            leaks = earlier.split != case.split and same is _wording
            how = "asks what" if same is _wording else "asks in the same words as"
            text = f"{how} line {first} asks ({earlier.id!r}, {earlier.split})"
            yield Finding(number, case.id, "error" if leaks else "warning", text)
            break


def _wording(case: Case) -> object:
    return case.history, " ".join(normalised(case.question).strip(" ?.!").split())


def _stems(case: Case) -> object:
    stems = frozenset(content_stems(case.question))
    return (case.history, stems) if len(stems) > 1 else case.id  # "and why?" is always new


def doubts(case: Case) -> Iterator[str]:
    """What looks like a slip in a case, whatever the papers are."""
    if case.kind == "fact" and all(any_said(fact, case.question) for fact in case.facts):
        yield "the question itself says every fact: an answer that repeats it would be right"
    if case.unanswerable == "not_in_abstract" and not case.papers:
        yield "`papers` should name the paper that is silent"
    if case.reference:
        for fact in case.facts:
            if not any_said(fact, case.reference):
                yield f"the reference does not say {' / '.join(fact)!r}"
        for wording in _all(case.wrong):
            if says(case.reference, wording):
                yield f"the reference says {wording!r}, which is called wrong"


def misfits(case: Case, shelf: PaperNames) -> Iterator[str]:
    """Where a case does not fit the papers: those it names are not there, none of them says a
    fact, or one says what is called wrong.

    A catalogue case is held against what the catalogue says of them. A fact about the whole
    library (its papers are `*`) is not looked for.
    """
    if EVERY_PAPER in case.papers:
        return
    cited = []
    for name in case.papers:
        if paper := shelf.find(name):
            cited.append(paper)
        else:
            yield f"no paper of the library is called {name!r}"
    text_of: Callable[[Paper], str] = _entry if case.kind == "catalogue" else _prose
    texts = [text_of(paper) for paper in cited]
    for fact in case.facts:
        if cited and not any(any_said(fact, text) for text in texts):
            yield f"no paper that it names says {' / '.join(fact)!r}"
    for wording in _all(case.wrong):
        if holder := next(
            (p for p, text in zip(cited, texts, strict=True) if says(text, wording)), None
        ):
            yield f"{wording!r} is called wrong, and stands in {holder.title!r}"


def _prose(paper: Paper) -> str:
    return "\n".join((paper.title, paper.abstract, paper.summary))


def _entry(paper: Paper) -> str:
    return "\n".join((paper.title, *paper.authors, paper.published, paper.arxiv_id, paper.doi))


def _all(groups: Iterable[tuple[str, ...]]) -> Iterator[str]:
    return (wording for group in groups for wording in group)
