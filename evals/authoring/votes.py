"""Votes told as JSON lines, and as drafts of eval cases."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from evals.authoring.case_file import append_cases
from evals.authoring.verdicts import Labels, labelled_case
from evals.cases import Case, Unanswerable, read_lines
from evals.scorers.markers import without_markers
from rag.errors import ConfigError
from rag.stored.chosen import notes_chosen
from rag.stored.votes import Comparison, Vote
from rag.types import Answer, Missing, Sentence
from rag.wire import whole_answer_json

_WHY: dict[Missing, Unanswerable] = {
    "": "not_in_abstract",
    "not_in_library": "other_topic",
    "not_in_abstract": "not_in_abstract",
    "not_about_papers": "not_about_papers",
}
_TAG = "vote"

NO_VOTE = "nobody has voted on this answer yet: vote first"
"""Why an answer that no vote is on is no case."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An answer whose votes are no case, and why."""

    answer_id: str
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of votes: cases `added` to a file, how many were `there` already, and the rest."""

    added: tuple[Case, ...]
    there: int
    left_out: tuple[LeftOut, ...]


def vote_json(vote: Vote) -> dict[str, object]:
    """A vote with all that it was given to; `sentence` is a position in the answer's sentences."""
    told = None if vote.sentence is None else vote.answer.sentences[vote.sentence].text
    return {
        "kind": "vote",
        "id": vote.vote_id,
        "at": vote.at.isoformat(),
        "question": vote.answer.question,
        "verdict": vote.verdict,
        "sentence": vote.sentence,
        "sentence_text": told,
        "reason": vote.reason,
        "configuration": asdict(vote.configuration),
        "answer": whole_answer_json(vote.answer),
    }


def comparison_json(comparison: Comparison) -> dict[str, object]:
    """Two drafts as they were shown, and which one was liked better."""
    return {
        "kind": "comparison",
        "id": comparison.comparison_id,
        "at": comparison.at.isoformat(),
        "question": comparison.first.question,
        "winner": comparison.winner,
        "reason": comparison.reason,
        "first_configuration": asdict(comparison.first_configuration),
        "second_configuration": asdict(comparison.second_configuration),
        "first": whole_answer_json(comparison.first),
        "second": whole_answer_json(comparison.second),
    }


def cases_of(votes: Iterable[Vote], today: datetime.date) -> Iterator[Case | LeftOut]:
    """The case of each answer that was voted on, in the order of the first votes.

    Of two answers to one question the later one that is a case counts.
    """
    by_answer: dict[str, list[Vote]] = {}
    for vote in votes:
        by_answer.setdefault(vote.answer_id, []).append(vote)
    cases: dict[str, Case] = {}
    for answer_id, given in by_answer.items():
        try:
            case = case_of(given, today)
        except ConfigError as error:
            yield LeftOut(answer_id, given[-1].answer.question, str(error))
        else:
            cases[case.id] = case
    yield from cases.values()


def keep_cases(path: Path, votes: Iterable[Vote], today: datetime.date) -> Kept:
    """Add the case of each answer that was voted on to a file, but for those it has already.

    What is there stays as it is: someone may have read and changed it. Raises SourceError if the
    file cannot be read or written; then nothing was added.
    """
    known = {line.case.id for line in read_lines(path) if line.case} if path.exists() else set()
    found = list(cases_of(votes, today))
    made = [one for one in found if isinstance(one, Case)]
    fresh = tuple(case for case in made if case.id not in known)
    if fresh:
        append_cases(path, fresh)
    left_out = tuple(one for one in found if isinstance(one, LeftOut))
    return Kept(fresh, len(made) - len(fresh), left_out)


def case_of(votes: Sequence[Vote], today: datetime.date) -> Case:
    """The case of an answer by the votes on it and on its sentences: a draft, to be accepted.

    What was found right must be said, in the answer's words or in those of its quotes; what was
    found wrong must not. Of an answer found right that is all but the sentences voted down, of
    any other what was voted up. A right abstention makes an unanswerable case. Raises ConfigError
    if the votes do not say what is right, or it was asked of papers that a person chose.
    """
    if not votes:
        raise ConfigError(NO_VOTE)
    answer = votes[-1].answer
    if notes_chosen(answer):
        raise ConfigError(
            "it was asked of papers that a person chose, and a case is asked of all: add the case"
            " with `askpapers eval add FILE --fact …`, in words that name the papers"
        )
    verdicts = {vote.sentence: vote.verdict for vote in votes}
    whole = verdicts.get(None)
    if answer.abstained:
        if whole != "up":
            raise ConfigError(
                "the vote says that it should not have abstained, not what to answer: add the case"
                " with `askpapers eval add FILE --fact …`"
            )
        return _draft(answer, today, unanswerable=_WHY[answer.missing])
    good, bad = [], []
    for place, sentence in enumerate(answer.sentences):
        verdict = verdicts.get(place, whole)
        stands = sentence.support == "supported" or place in verdicts
        if verdict == "up" and stands:
            good.append(sentence)
        elif verdict == "down" and place in verdicts:
            bad.append(sentence)
    if not good:
        raise ConfigError(
            "the votes say what is wrong, not what is right: vote for a sentence that is right, or"
            " add the case with `askpapers eval add FILE --fact …`"
        )
    return _draft(answer, today, good, bad)


def _draft(
    answer: Answer,
    today: datetime.date,
    good: Sequence[Sentence] = (),
    bad: Sequence[Sentence] = (),
    unanswerable: Unanswerable = "",
) -> Case:
    cited = {
        answer.citations[place].paper_id: None for sentence in good for place in sentence.citations
    }
    listed = bool(cited) and all(c.start is None for c in answer.citations)
    nearest = {hit.paper_id: None for hit in answer.hits[:1]}
    silent = unanswerable == "not_in_abstract"
    labels = Labels(
        question=answer.asked or answer.question,
        kind="catalogue" if listed else "",
        unanswerable=unanswerable,
        papers=tuple(nearest if silent else cited),
        facts=tuple(_wordings(answer, sentence) for sentence in good),
        wrong=tuple((_plain(sentence.text),) for sentence in bad),
        tags=(_TAG,),
        reference=" ".join(_plain(sentence.text) for sentence in good),
        by="vote",
    )
    case = labelled_case(labels, today)
    assert case.provenance  # as labelled_case makes it
    source = f"votes on answer {answer.id} of {answer.backend}"
    return replace(case, provenance=replace(case.provenance, source=source, reviewed=False))


def _wordings(answer: Answer, sentence: Sentence) -> tuple[str, ...]:
    quotes = (answer.citations[place].quote for place in sentence.citations)
    return tuple(dict.fromkeys((_plain(sentence.text), *(" ".join(q.split()) for q in quotes))))


def _plain(text: str) -> str:
    return " ".join(without_markers(text).split())
