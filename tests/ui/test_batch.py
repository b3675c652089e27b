"""Files of batches: questions read with the line of every fault, TREC runs that rank as meant."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.types import Paper
from ui.commands.batch import Question, answered, open_out, read_questions, run_lines


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_question_and_text_are_read_and_blank_lines_skipped(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "a", "question": "Why?\u2028"}\n\n{"id": 7, "text": "loss"}\n')
    assert read_questions(path) == [Question("a", "Why?\u2028"), Question("7", "loss")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no questions"),
        ('{"id": "a", "text": "x"}\nnot json\n', "line 2: is not JSON"),
        ('{"id": "a"}\n', 'line 1: needs "id" and "question"'),
        ('{"id": "a", "question": "  "}\n', 'line 1: needs "id" and "question"'),
        ('{"id": " ", "question": "Why?"}\n', 'line 1: needs "id" and "question"'),
        ('["a", "b"]\n', 'line 1: needs "id" and "question"'),
        ('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', "line 2: id 'a' was given before"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=r"questions\.jsonl") as caught:
        read_questions(written(tmp_path, text))
    assert reason in str(caught.value)


def test_a_missing_file_and_a_wrong_encoding_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_questions(tmp_path / "none.jsonl")
    (tmp_path / "latin").write_bytes('{"id": "a", "text": "é"}'.encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_questions(tmp_path / "latin")


def test_an_unwritable_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written"):
        open_out(tmp_path / "none" / "out.jsonl")


def test_a_paper_appears_under_each_id_of_its_records_else_under_its_own() -> None:
    papers = [(Paper("p1", "A", docnos=("10", "11")), 0.9), (Paper("p2", "B"), 0.5)]
    assert list(run_lines("q 1", papers, k=10, tag="t")) == [
        "q_1 Q0 10 1 0.9000000 t",
        "q_1 Q0 11 2 0.8999990 t",
        "q_1 Q0 p2 3 0.5000000 t",
    ]


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(1, 40))
def test_scores_fall_strictly_and_ranks_count_up(scores: list[float], k: int) -> None:
    papers = [(Paper(f"p{i}", ""), s) for i, s in enumerate(sorted(scores, reverse=True))]
    rows = [line.split() for line in run_lines("q", papers, k, "t")]
    shown = [float(row[4]) for row in rows]
    assert [row[3] for row in rows] == [str(i + 1) for i in range(min(k, len(scores)))]
    assert all(a > b for a, b in pairwise(shown))


def test_answers_of_an_earlier_run_are_known_and_a_cut_line_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    assert answered(path) == set()
    path.write_text('{"id": "a"}\n{"id": "b"}\n{"id": "c", "ans', encoding="utf-8")
    assert answered(path) == {"a", "b"}
    assert path.read_text(encoding="utf-8") == '{"id": "a"}\n{"id": "b"}\n'


def test_a_line_cut_within_a_letter_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes('{"id": "a"}\n{"id": "é'.encode()[:-1])
    assert answered(path) == {"a"}
    assert path.read_bytes() == b'{"id": "a"}\n'


@pytest.mark.parametrize("text", ["my notes\n", "my notes", '{"id": "a"}\nmy notes', "é"])
def test_a_file_of_something_else_is_not_taken_for_answers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SourceError, match="no file of answers"):
        answered(path)
    assert path.read_bytes() == text.encode("latin-1")


def test_a_folder_is_not_taken_for_answers(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        answered(tmp_path)
