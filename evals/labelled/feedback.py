"""Fine-Grained RLHF (Wu et al., 2023): what people found wrong, missing or better in answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from evals.finding.corpora import lines_of
from evals.labelled import Pair, Preference, Telling, half_of
from evals.labelled.rows import checked_row
from evals.scorers.similar_sentences import most_similar
from evals.scorers.wording import says
from rag.errors import SourceError
from rag.evidence.sentences import sentence_spans

NAME = "Fine-Grained RLHF QA"
FOLDER = "finegrained_rlhf_qa"
FILE = "dev_feedback.json.gz"
PASSAGES = 4  # as many quotes as an answer of ours is written from
_FIELDS = ("question", "passages", "gold", "feedback", "preference", "prediction 1")
_ANSWERS = 4
_UNFACTUAL = ("Wrong-Grounding", "Unverifiable")
# A name or a number: words that begin with a capital or a digit, one after the other.
_WORD = r"(?:[A-Z][\w'’.-]*\w|\d+(?:[.,]\d+)*)"
_NAMED = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_OPENERS = frozenset(
    """a after an and as at before by during for from he her his in it its of on she that the their
    then there they this to when while with""".split()
)

Row = Mapping[str, Any]


def load_errors(folder: Path) -> tuple[Pair, ...]:
    """The sentences of each first answer against the passages' sentences most like them.

    Not supported are those in which people marked a fact as wrong or unverifiable. Sentences with
    other faults only (irrelevant, redundant, incoherent) are left out: in them facts were not
    looked at. Raises SourceError.
    """
    pairs: list[Pair] = []
    for row in _rows(folder):
        read = [sentence for sentences in _passages(row) for sentence in sentences]
        answer = row["prediction 1"]
        for start, end in sentence_spans(answer) if read else ():
            found = [
                error["error type"]
                for error in row["feedback"]["errors"]
                if error["start"] < end and error["end"] > start
            ]
            wrong = [name for name in found if name in _UNFACTUAL]
            if found and not wrong:
                continue
            claim = answer[start:end]
            passages = most_similar(claim, read, PASSAGES)
            label = wrong[0] if wrong else "no error"
            half = half_of(row["question"])
            pairs.append(Pair(row["question"], half, passages, claim, not wrong, label))
    return tuple(pairs)


def load_preferences(folder: Path) -> tuple[Preference, ...]:
    """Every two answers of which people preferred one. Raises SourceError."""
    found: list[Preference] = []
    for row in _rows(folder):
        for verdict, (i, j) in zip(
            row["preference"], combinations(range(1, _ANSWERS + 1), 2), strict=True
        ):
            if verdict in (1, 2):
                first, second = row[f"prediction {i}"], row[f"prediction {j}"]
                found.append(Preference(row["question"], first, second, verdict == 1))
    return tuple(found)


def load_tellings(folder: Path) -> tuple[Telling, ...]:
    """What people marked as missing of the answer: the first answer lacks it, and what they made
    of it (`corrected-prediction`) tells it.

    They marked sentences of the passages. The facts are those names and numbers of such a
    sentence that the human-written answer (`gold`) has too and the question has not; a sentence
    without any gives nothing. Raises SourceError.
    """
    found: list[Telling] = []
    for row in _rows(folder):
        question, feedback = row["question"], row["feedback"]
        passages = _passages(row)
        for missing in feedback["missing-info"]:
            if missing["error type"] != "Missing-Answer":
                continue
            sentences = passages[missing["passage_id"] - 1]
            marked = [sentences[n - 1] for n in missing["sentence_id"] if 0 < n <= len(sentences)]
            facts = tuple(
                dict.fromkeys(f for text in marked for f in _facts(text, row["gold"], question))
            )
            corrected = feedback["corrected-prediction"]
            if facts and corrected:
                found.append(Telling(question, facts, row["prediction 1"], told=False))
                found.append(Telling(question, facts, corrected, told=True))
    return tuple(found)


def _facts(sentence: str, gold: str, question: str) -> Iterator[str]:
    """The names and numbers of `sentence` that stand in `gold` too, and not in `question`."""
    for match in _NAMED.finditer(sentence):
        words = match.group().split()
        while words and words[0].lower() in _OPENERS:
            del words[0]
        name = " ".join(words)
        if words and not all(says(question, word) for word in words) and says(gold, name):
            yield name


def _passages(row: Row) -> list[list[str]]:
    """The sentences of each passage, without titles, which stand also above first sentences."""
    return [
        [sentence.rsplit("\n\n", 1)[-1] for sentence in sentences]
        for _, *sentences in row["passages"]
    ]


def _rows(folder: Path) -> Iterator[Row]:
    """The questions of the file, a JSON array. Raises SourceError."""

    path = folder / FILE
    text = "\n".join(line for _, line in lines_of(path))
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise SourceError(str(path), f"is not JSON ({error})") from error
    if not isinstance(rows, list) or not rows:
        raise SourceError(str(path), "is no array of questions")
    for number, row in enumerate(rows, start=1):
        yield checked_row(f"{path}, question {number}", row, _FIELDS)
