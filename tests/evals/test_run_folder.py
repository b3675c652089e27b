"""A run written into a folder comes back the same, whatever was killed on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.cases import Case, Provenance
from evals.runs.run_folder import (
    ANSWERS,
    CASES,
    CONFIG,
    PAPERS,
    SCORES,
    RunFolder,
    read_run,
    write_run,
)
from evals.score import Reply, Run, Score
from rag.errors import SourceError
from rag.types import PaperScore, Usage
from tests.evals.answers import ABSTAINED, BRIDGE, TALL, TOWER, case, silent

TALKED = replace(
    TALL,
    hits=(PaperScore(TOWER.paper_id, 0.75),),
    timings_ms={"chat": 12.5, "total": 13.0},
    removed_markers=2,
    usage=Usage(100, 20, 80),
)
RICH = replace(
    case(("3.5 m", "3.5 metres"), case_id="rich"),
    tags=("number",),
    history=("Who builds towers?",),
    wrong=(("35 m",),),
    reference="3.5 m.",
    provenance=Provenance("Ada", "2026-01-02", "by hand", reviewed=True),
)
RUN = Run(
    name="hand",
    config={"name": "hand", "backend": "hand", "settings": {"hits": 10}},
    cases=(RICH, silent("u"), case(("9 m",), case_id="late")),
    replies=(
        Reply("rich", replace(TALKED, id="rich"), ms=14.0, usage=Usage(100, 20, 80)),
        Reply("u", replace(ABSTAINED, id="u"), ms=1.5),
        Reply("late", None, "ChatTimeout: no reply within 60 s", 60_000.0),
    ),
    scores=(
        Score("rich", "fact", 1.0),
        Score("rich", "citation", 0.5, 2.0, "cites “Bridges”"),
        Score("late", "fact", 0.0, why="ChatTimeout"),
    ),
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "runs" / "hand"
    write_run(RUN, path)
    return path


def tear(path: Path, bytes_lost: int = 7) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-bytes_lost])


def test_a_run_comes_back_as_it_was_written(written: Path) -> None:
    assert read_run(written) == RUN


def test_the_answers_are_lines_of_ask_json(written: Path) -> None:
    first, *_, last = map(json.loads, (written / ANSWERS).read_text("utf-8").splitlines())
    assert (first["id"], first["answer"]) == ("rich", TALL.answer)
    assert first["citations"][0]["quote"] == "The tallest reaches 3.5 m."
    assert first["papers"] == [TOWER.paper_id, BRIDGE.paper_id]
    assert last == {"id": "late", "error": RUN.replies[2].error, "ms": 60_000.0}


def test_each_paper_is_written_once(written: Path) -> None:
    lines = (written / "papers.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["paper_id"] for line in lines] == [TOWER.paper_id, BRIDGE.paper_id]


def test_papers_that_only_cases_name_are_kept(tmp_path: Path) -> None:
    unseen = replace(BRIDGE, paper_id="unseen")
    write_run(RUN, tmp_path / "r", [unseen])
    assert RunFolder(tmp_path / "r").papers()["unseen"] == unseen


def test_an_unfinished_run_is_refused_with_the_remedy(written: Path) -> None:
    tear(written / ANSWERS)
    with pytest.raises(SourceError, match=r"1 of 3 cases were not asked yet, first 'late'.*again"):
        read_run(written)


def test_a_torn_last_line_is_cut_off_and_what_comes_next_is_whole(written: Path) -> None:
    tear(written / ANSWERS)
    folder = RunFolder(written)
    folder.mend()
    assert set(folder.replies()) == {"rich", "u"}
    folder.add_reply(RUN.replies[2])
    assert read_run(written) == RUN


def test_of_two_replies_to_a_case_the_later_counts(written: Path) -> None:
    again = Reply("late", replace(TALL, id="late"), ms=3.0)
    RunFolder(written).add_reply(again)
    assert read_run(written).reply("late") == again


def test_scores_can_be_dropped_to_grade_anew(written: Path) -> None:
    RunFolder(written).drop_scores()
    with pytest.raises(SourceError, match="3 of 3 cases were not scored"):
        read_run(written)


def test_scores_of_some_cases_can_be_dropped_alone(written: Path) -> None:
    folder = RunFolder(written)
    folder.drop_scores({"late"})
    assert folder.scores() == {"rich": RUN.scores[:2], "u": ()}
    folder.add_scores("late", RUN.scores[2:])
    assert read_run(written) == RUN


def test_a_folder_without_a_configuration_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"is no folder of `askpapers eval run`"):
        read_run(tmp_path)


def test_a_run_of_another_format_is_refused(written: Path) -> None:
    (written / CONFIG).write_text('{"format": 99}', "utf-8")
    with pytest.raises(SourceError, match="is not of format 1"):
        read_run(written)


def test_a_broken_line_is_named(written: Path) -> None:
    path = written / ANSWERS
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], '{"id": "u", "answer": 5}', lines[2], ""]), "utf-8")
    with pytest.raises(SourceError, match=r"answers\.jsonl, line 2"):
        read_run(written)


def test_a_place_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="cannot be written"):
        write_run(RUN, tmp_path / "file")


def test_files_that_no_run_has_written_are_not_overwritten(tmp_path: Path) -> None:
    theirs = tmp_path / ANSWERS
    theirs.write_text('{"id": "u", "answer": "Salt."}\n', "utf-8")
    with pytest.raises(SourceError, match=r"holds answers\.jsonl.*another --out"):
        write_run(RUN, tmp_path)
    assert theirs.read_text("utf-8") == '{"id": "u", "answer": "Salt."}\n'
    assert [*tmp_path.iterdir()] == [theirs]


@pytest.mark.parametrize("last", [CASES, PAPERS, ANSWERS, SCORES])
def test_a_run_killed_while_it_began_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    written = Path.write_text

    def killed(path: Path, text: str, **how: str) -> int:
        if path.name == last:
            raise KeyboardInterrupt
        return written(path, text, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", killed)
        with pytest.raises(KeyboardInterrupt):
            write_run(RUN, tmp_path)
    assert not RunFolder(tmp_path).begun()
    write_run(RUN, tmp_path)
    assert read_run(tmp_path) == RUN


def test_cases_keep_every_field(written: Path) -> None:
    found: tuple[Case, ...] = RunFolder(written).cases()
    assert found[0] == RICH
