"""Papers taken in beside the app: real processes, paused, stopped, cut off and gone on with."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import LibraryBusy
from ui.adding import FOLDER, Adding, Job, Wish
from ui.opening import open_library

PAPERS = 2000  # take long enough to be paused in the midst of them

FOREVER = """
import json, sys, time
sys.stdin.readline()
print(json.dumps({"what": "words", "done": 1, "total": 9}), flush=True)
time.sleep(600)
"""

CHATTY = """
import sys
sys.stdin.readline()
print("a library has something to say")
print(3, flush=True)
"""


@pytest.fixture
def adding(config: Config) -> Adding:
    return Adding(config.home)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    path = tmp_path / "moss.jsonl"
    rows = [{"title": "On moss", "abstract": "Moss is green."}, {"nothing": 1}, {"nothing": 2}]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def until(true: Callable[[], bool]) -> None:
    for _ in range(2400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("not so after two minutes")


def stands_still(adding: Adding) -> bool:
    before = only(adding)
    time.sleep(1)
    return only(adding) == before


def only(adding: Adding) -> Job:
    (job,) = adding.jobs()
    return job


def forever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next job's process tells that it has begun, and then never ends."""
    monkeypatch.setattr("ui.adding._WORKER", (sys.executable, "-c", FOREVER))


def test_an_upload_becomes_papers_and_its_rejects_are_told_with_reasons(
    adding: Adding, papers: Path, config: Config
) -> None:
    adding.add(Wish(complete=False), [papers])
    until(lambda: only(adding).over)
    job = only(adding)
    assert (job.state, job.problem) == ("done", "")
    assert job.report is not None
    assert (job.report.records, job.report.new) == (1, 1)
    (rejected,) = job.rejected
    assert rejected.pieces == 2
    assert [piece.position for piece in rejected.examples] == [2, 3]
    assert not papers.exists()
    until(lambda: not list((config.home / FOLDER).iterdir()))
    with open_library(config, embeds=False) as library:
        (paper,) = library.papers()
        assert (paper.title, paper.sources) == ("On moss", ("moss.jsonl",))


def test_a_file_dropped_again_is_the_same_source_and_replaces_what_it_said(
    adding: Adding, papers: Path, config: Config
) -> None:
    rows = {"id": "m", "title": "On moss", "abstract": "Moss is green."}
    papers.write_text(json.dumps(rows))
    adding.add(Wish(complete=False), [papers])
    until(lambda: all(job.over for job in adding.jobs()))
    papers.write_text(json.dumps(rows | {"abstract": "Moss is mostly green."}))
    adding.add(Wish(complete=False), [papers])
    until(lambda: all(job.over for job in adding.jobs()))
    with open_library(config, embeds=False) as library:
        (paper,) = library.papers()
        assert paper.sources == ("moss.jsonl",)
        assert paper.abstract == "Moss is mostly green."
        assert len(library.records(paper.paper_id)) == 1


def test_a_source_that_cannot_be_read_is_told_without_where_it_lies(
    adding: Adding, tmp_path: Path
) -> None:
    path = tmp_path / "empty.bib"
    path.write_text(" ")
    adding.add(Wish(complete=False), [path])
    until(lambda: only(adding).over)
    assert only(adding).state == "failed"
    assert only(adding).problem == "empty.bib: is empty; there is nothing to read"


def test_what_lies_elsewhere_and_did_not_come_is_tried_again(
    adding: Adding, papers: Path, config: Config
) -> None:
    elsewhere = papers.rename(papers.with_name("late.jsonl"))
    job = adding.add(Wish(paths=(str(papers),), complete=False))
    until(lambda: only(adding).over)
    assert (only(adding).state, only(adding).again) == ("failed", True)
    elsewhere.rename(papers)
    adding.steer(job.key, "again")
    until(lambda: only(adding).over)
    assert (only(adding).state, only(adding).again) == ("done", False)
    until(lambda: not list((config.home / FOLDER).iterdir()))


def test_a_file_that_was_sent_is_gone_and_cannot_be_tried_again(
    adding: Adding, tmp_path: Path
) -> None:
    path = tmp_path / "empty.bib"
    path.write_text(" ")
    job = adding.add(Wish(complete=False), [path])
    until(lambda: only(adding).over)
    assert not only(adding).again
    adding.steer(job.key, "again")
    assert only(adding).state == "failed"


def test_hostile_file_names_stay_in_the_jobs_folder(adding: Adding, tmp_path: Path) -> None:
    names = ["wish.json", "...bib", "<img src=x onerror=alert(1)>.bib", f"{'x' * 200}.bib"]
    files = []
    for number, name in enumerate(names):
        (tmp_path / str(number)).mkdir()
        files.append(tmp_path / str(number) / name)
        files[-1].write_text(" ")
    job = adding.add(Wish(complete=False), files)
    assert len(set(only(adding).wish.files)) == 4
    assert "wish.json" not in only(adding).wish.files
    assert not any(name.startswith(".") or "/" in name for name in only(adding).wish.files)
    adding.steer(job.key, "stop")


def test_a_job_is_stopped_and_the_next_one_runs(
    adding: Adding, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        forever(patched)
        first = adding.add(Wish(names=("2112.09332",)))
        until(lambda: only(adding).total == 9)
        second = adding.add(Wish(complete=False), [papers])
        assert adding.jobs()[0].state == "waiting"
    adding.steer(first.key, "stop")
    until(lambda: adding.jobs()[0].state == "done")
    assert [job.state for job in adding.jobs()] == ["done", "stopped"]
    adding.steer(second.key, "forget")
    assert [job.key for job in adding.jobs()] == [first.key]


def test_what_a_library_prints_is_no_progress_and_ends_no_job_unheard(
    adding: Adding, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("ui.adding._WORKER", (sys.executable, "-c", CHATTY))
        adding.add(Wish(names=("2112.09332",)))
        until(lambda: only(adding).over)
    assert only(adding).problem.startswith("it ended before it was done")


def test_a_job_stopped_and_dismissed_at_once_holds_up_no_later_one(
    adding: Adding, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        forever(patched)
        first = adding.add(Wish(names=("2112.09332",)))
        until(lambda: only(adding).total == 9)
        adding.add(Wish(complete=False), [papers])
    adding.steer(first.key, "stop")
    adding.steer(first.key, "forget")
    until(lambda: only(adding).over)
    assert only(adding).state == "done"


def test_a_paused_job_waits_until_it_is_told_to_go_on(adding: Adding, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text("\n".join(json.dumps({"title": f"Moss {i}"}) for i in range(PAPERS)))
    job = adding.add(Wish(complete=False), [many])
    until(lambda: only(adding).what == "words")
    adding.steer(job.key, "pause")
    until(lambda: stands_still(adding))  # a batch that was being written is whole
    assert only(adding).state == "paused"
    adding.steer(job.key, "resume")
    until(lambda: only(adding).over)
    report = only(adding).report
    assert report is not None
    assert report.records == PAPERS


def test_a_second_app_on_one_home_leaves_the_jobs_of_the_first_alone(
    adding: Adding, papers: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Adding(config.home)
    with monkeypatch.context() as patched:
        forever(patched)
        job = adding.add(Wish(complete=False), [papers])
        until(lambda: only(adding).total == 9)
        assert second.jobs() == []
        with pytest.raises(LibraryBusy, match="another askpapers"):
            second.add(Wish(names=("2112.09332",)))
        assert [folder.name for folder in (config.home / FOLDER).iterdir()] == ["now"]
    adding.steer(job.key, "stop")
    until(lambda: adding._worker is None)


def test_a_job_that_was_cut_off_waits_for_a_word_and_goes_on(
    adding: Adding, papers: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        forever(patched)
        adding.add(Wish(complete=False), [papers])
        until(lambda: only(adding).total == 9)
        assert adding._worker
        adding._alone.release()  # as where its app has ended
        later = Adding(config.home)  # as the next app finds it
        (left,) = later.jobs()
        assert (left.state, left.wish.files) == ("cut off", ("moss.jsonl",))
        adding._worker.kill()
        until(lambda: only(adding).over)
    later.steer(left.key, "resume")
    until(lambda: only(later).over)
    assert only(later).state == "done"
