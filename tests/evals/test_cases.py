"""A line becomes a case and back; all that is wrong with a bad one is told, with its number."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import (
    Case,
    CaseError,
    Kind,
    Provenance,
    Unanswerable,
    case_line,
    load_cases,
    parse_case,
)
from rag.errors import SourceError

ROW: dict[str, object] = {
    "id": "a",
    "question": "How tall?",
    "kind": "fact",
    "unanswerable": "",
    "papers": ["arxiv:0000.00000"],
    "facts": [["3 m"]],
    "split": "dev",
    "tags": [],
}

FULL = ROW | {
    "history": ["Of what?"],
    "wrong": [["30 m", "3 km"]],
    "reference": "Three metres.",
    "provenance": {
        "by": "Ada",
        "date": "2026-01-02",
        "source": "arxiv:0000.00000",
        "reviewed": True,
    },
}


def write(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "cases.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


PREMISE = {
    "id": "b",
    "question": "Why do towers of salt reach 9 m?",
    "kind": "unanswerable",
    "unanswerable": "false_premise",
    "wrong": [["reach 9 m"]],
}


def test_of_a_false_premise_it_can_be_said_what_would_take_it_up(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, PREMISE))
    assert (case.wrong, case.facts) == ((("reach 9 m",),), ())


def test_a_line_becomes_a_case(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, ROW))
    assert case == Case("a", "How tall?", "fact", "", ("arxiv:0000.00000",), (("3 m",),), "dev", ())
    assert case.answerable


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a JSON object"),
        ('{"id": "a", "question": "x" "kind": "fact"}', "or `}` at column 29"),
        ({**ROW, "note": 1}, "`note` is no field"),
        ({**ROW, "paper": ["p"]}, "`paper` is no field of a case, is it `papers`?"),
        ({k: v for k, v in ROW.items() if k != "question"}, "`question` is missing"),
        ({**ROW, "kind": "riddle"}, "'riddle': give one of 'fact', 'several'"),
        ({**ROW, "split": "train"}, "train"),
        ({**ROW, "id": 3}, "`id` is 3: give a text"),
        ({**ROW, "question": " "}, "give some text"),
        ({**ROW, "facts": ["3 m"]}, """`facts[0]` is '3 m': give a list, such as ["3 m"]"""),
        ({**ROW, "facts": [[]]}, "at least one wording"),
        ({**ROW, "wrong": [["2 m", " "]]}, "at least one wording"),
        ({**ROW, "wrong": [["3 M"]]}, "'3 M' is both a fact and wrong"),
        ({**ROW, "history": [""]}, "`history` holds an empty text"),
        ({**ROW, "provenance": {"date": "2026-01-01"}}, "`provenance.by` is missing"),
        ({**ROW, "provenance": {"by": "Ada", "date": "May"}}, "`provenance.date` is 'May'"),
        ({**ROW, "facts": []}, "needs `facts`"),
        ({**ROW, "papers": []}, "needs `papers`"),
        ({**ROW, "papers": ["*"]}, "only a catalogue case"),
        ({**ROW, "unanswerable": "other_topic"}, "then `kind` is 'unanswerable', not 'fact'"),
        ({**ROW, "unanswerable": "silent"}, "give one of 'not_in_abstract', 'other_topic'"),
        ({**ROW, "kind": "unanswerable", "unanswerable": "other_topic"}, "no facts"),
        ({**ROW, "kind": "unanswerable", "facts": []}, "must say why"),
        ({**PREMISE, "unanswerable": "other_topic"}, "only one of a false premise"),
        ({**PREMISE, "facts": [["3 m"]]}, "no facts"),
        (ROW, "was used before, in line 1"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path: Path, bad: object, complaint: str) -> None:
    path = write(tmp_path, ROW, "", bad)
    with pytest.raises(SourceError, match="line 3") as caught:
        load_cases(path)
    assert complaint in str(caught.value)


def test_a_case_that_only_lacks_its_kind_is_told_that_alone() -> None:
    row = {"id": "a", "question": "Who paid?", "unanswerable": "not_in_abstract"}
    with pytest.raises(CaseError) as caught:
        parse_case(json.dumps(row))
    assert len(caught.value.problems) == 1
    assert "then `kind` is 'unanswerable'" in caught.value.problems[0]


def test_a_bad_file_points_to_what_lists_all_of_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"`askpapers eval check .*` lists all"):
        load_cases(write(tmp_path, "{", "["))


def test_only_an_id_and_a_question_with_its_labels_must_be_given(tmp_path: Path) -> None:
    needed = {name: ROW[name] for name in ("id", "question", "papers", "facts")}
    assert load_cases(write(tmp_path, needed)) == load_cases(write(tmp_path, ROW))


def test_every_field_is_read_and_written_back(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, FULL))
    assert case.history == ("Of what?",)
    assert case.wrong == (("30 m", "3 km"),)
    assert case.provenance == Provenance("Ada", "2026-01-02", "arxiv:0000.00000", reviewed=True)
    assert json.loads(case_line(case)) == FULL
    assert load_cases(write(tmp_path, case_line(case))) == (case,)


def test_a_line_is_written_without_the_optional_fields_it_leaves_empty(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, ROW))
    assert json.loads(case_line(case)) == ROW


def test_only_what_says_so_is_a_draft() -> None:
    assert Case("a", "How tall?").reviewed
    assert Case("a", "How tall?", provenance=Provenance("Ada", reviewed=True)).reviewed
    assert not Case("a", "How tall?", provenance=Provenance("local")).reviewed


def test_all_that_is_wrong_with_a_line_is_told_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(json.dumps({**ROW, "kind": "riddle", "split": "train", "note": 1}))
    assert len(caught.value.problems) == 3


def test_a_line_break_of_unicode_within_a_question_ends_no_line(tmp_path: Path) -> None:
    asked = "How tall?\u2028And how wide?"
    (case,) = load_cases(
        write(tmp_path, json.dumps({**ROW, "question": asked}, ensure_ascii=False))
    )
    assert case.question == asked


def test_an_empty_file_and_a_missing_one_are_errors(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no cases"):
        load_cases(write(tmp_path))
    with pytest.raises(SourceError, match=r"absent.*give the path of a file of JSON lines"):
        load_cases(tmp_path / "absent.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(SourceError, match="not UTF-8"):
        load_cases(tmp_path / "latin.jsonl")


TEXTS = st.text(min_size=1, max_size=20).filter(str.strip)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL]), inner),
    max_leaves=12,
)


@given(JSON | st.dictionaries(st.sampled_from([*FULL]), JSON))
def test_any_json_is_a_case_or_says_why_not(value: object) -> None:
    with suppress(CaseError):
        assert parse_case(case_line(parse_case(json.dumps(value))))


@given(st.text())
def test_any_text_is_a_case_or_says_why_not(text: str) -> None:
    with pytest.raises(CaseError, match=r"\S"):
        parse_case(text)


@given(id=TEXTS, question=TEXTS, reference=st.text(), facts=st.lists(st.lists(TEXTS, min_size=1)))
def test_what_is_written_is_read_again_whatever_the_characters(
    id: str,  # noqa: A002  # the field's name, by which it is given
    question: str,
    reference: str,
    facts: list[list[str]],
) -> None:
    said = tuple(map(tuple, facts))
    case = Case(id, question, papers=("p",), facts=said or (("x",),), reference=reference)
    assert parse_case(case_line(case)) == case


def test_the_schema_is_documented_whole() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
    words = [f.name for f in (*fields(Case), *fields(Provenance))]
    words += [*get_args(Kind), *filter(None, get_args(Unanswerable))]
    assert [word for word in words if f"`{word}`" not in page] == []
    (example,) = re.findall(r"```json\n(.*)\n```", page)
    plain = [replace(c, tags=(), wrong=(), reference="", provenance=None) for c in load_cases()]
    assert parse_case(example) in plain


def test_the_documented_counts_are_those_of_the_shipped_set() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
    told = {
        name: (int(dev), int(test))
        for name, dev, test in re.findall(
            r"^\| (?:.*: )?`?([\w -]+?)`? \| (\d+) \| (\d+) \|$", page, re.M
        )
    }
    counts: Counter[tuple[str, str]] = Counter()
    for case in load_cases():
        names = [case.unanswerable or case.kind, "all"]
        names += ["of these follow-ups"] if case.history else []
        counts.update((name, case.split) for name in names)
    assert told == {name: (counts[name, "dev"], counts[name, "test"]) for name, _ in counts}
