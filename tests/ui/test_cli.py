"""The command line against a real library: what is printed where, and how commands end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.config import Config
from ui.cli import build

pytestmark = pytest.mark.usefixtures("embedder", "reranker")  # fetched before any test runs

ASKPAPERS = [sys.executable, "-c", "from ui.cli import main; main()"]
WEBGPT = "How often are WebGPT's answers preferred over the human demonstrators' answers?"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(build(), list(arguments), input=given)


def printed(*arguments: str, given: str | None = None) -> Any:
    """What a command prints as JSON; stdout must hold nothing else."""
    result = run(*arguments, "--json", given=given)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def write_lines(path: Path, *values: object) -> str:
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return str(path)


def test_the_paragraphs_of_a_help_are_wrapped_at_its_width_only() -> None:
    # A process of its own: typer looks at the width once, when it is imported.
    env = os.environ | {"TERMINAL_WIDTH": "80"}
    asked = [*ASKPAPERS, "eval", "run", "--help"]
    told = subprocess.run(asked, env=env, capture_output=True, text=True, check=True).stdout
    lines = [line.strip() for line in told.splitlines()]
    assert any(line.startswith("fails is a failure with its reason") for line in lines)


# --- the library ------------------------------------------------------------------------------


def test_papers_are_21_each_once_with_the_keys_of_the_contract(sample_config: Config) -> None:
    papers = printed("papers")
    keys = "paper_id title arxiv_id doi authors published abstract summary sources categories venue"
    assert [list(paper) for paper in papers] == [keys.split()] * 21
    assert len({paper["paper_id"] for paper in papers}) == 21
    assert len({source for paper in papers for source in paper["sources"]}) == 5


def test_papers_in_words_names_every_title(sample_config: Config) -> None:
    listed = run("papers").stdout
    assert all(paper["title"] in listed for paper in printed("papers"))


def test_papers_of_an_empty_library_hints_at_ingest_on_stderr(config: Config) -> None:
    result = run("papers")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "askpapers ingest" in result.stderr


def test_show_tells_every_record_a_paper_is_merged_from(sample_config: Config) -> None:
    shown = printed("show", "2203.02155")
    assert {record["source"] for record in shown["records"]} == set(shown["sources"])
    text = run("show", "2203.02155").stdout
    assert "Summary by a third party, not the authors" in text
    assert all(source in text for source in shown["sources"])


def test_an_unknown_paper_fails_on_stderr_without_a_traceback(sample_config: Config) -> None:
    result = run("show", "nothing-like-it")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ")
    assert "nothing-like-it" in result.stderr
    assert "Traceback" not in result.stderr


def test_delete_removes_a_paper_from_the_next_search(sample_copy: Config) -> None:
    assert printed("delete", "2112.09332")["title"].startswith("WebGPT")
    assert len(printed("papers")) == 20
    found = printed("search", "browser-assisted question answering")
    assert "arxiv:2112.09332" not in {hit["paper_id"] for hit in found}


# --- ingest -----------------------------------------------------------------------------------


def test_ingest_twice_adds_nothing_the_second_time(config: Config) -> None:
    first, second = printed("ingest"), printed("ingest")
    assert (first["papers"], first["new"]) == (21, 21)
    assert (second["papers"], second["new"], second["unchanged"]) == (21, 0, 21)


def test_ingest_counts_rejects_by_reason_and_writes_each(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    result = run("ingest", "--rejects", str(path))
    rejects = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert rejects
    assert f"{len(rejects)} pieces are no papers" in result.stdout
    assert all(reject["reason"] in result.stdout for reject in rejects)


def test_ingest_verbose_prints_each_reject_with_its_source(config: Config) -> None:
    told = Path(printed("ingest")["rejects"]).read_text(encoding="utf-8")
    rejects = [json.loads(line) for line in told.splitlines()]
    lines = run("ingest", "--verbose").stdout.splitlines()
    for reject in rejects:
        assert any(f"{reject['source']} #{reject['position']}: " in line for line in lines)


def test_ingest_reads_standard_input(config: Config) -> None:
    record = {"id": "7", "title": "Moss grows", "abstract": "We show that moss grows slowly."}
    assert printed("ingest", "-", given=json.dumps(record) + "\n")["new"] == 1
    assert printed("papers")[0]["title"] == "Moss grows"


def test_a_missing_source_fails_and_leaves_the_library_as_it_was(config: Config) -> None:
    result = run("ingest", "no-such-file.txt")
    assert result.exit_code == 1
    assert "no-such-file.txt" in result.stderr
    assert printed("papers") == []


# --- search -----------------------------------------------------------------------------------


def test_search_finds_papers_best_first_and_none_twice(sample_config: Config) -> None:
    found = printed("search", "scaling laws", "-k", "5")
    scores = [hit["score"] for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert len({hit["paper_id"] for hit in found}) == len(found) == 5
    assert "Scaling Laws" in found[0]["title"]


def test_a_run_file_names_records_by_their_own_ids(config: Config, tmp_path: Path) -> None:
    corpus = write_lines(
        tmp_path / "corpus.jsonl",
        {"id": "d1", "title": "Moss", "abstract": "Moss grows slowly in the shade of trees."},
        {"id": "d2", "title": "Rust", "abstract": "Iron rusts quickly in salt water and air."},
    )
    queries = write_lines(
        tmp_path / "q.jsonl", {"id": "1", "text": "slow moss"}, {"id": "2", "text": "iron rust"}
    )
    assert run("ingest", corpus).exit_code == 0
    result = run("search", "--queries", queries, "--run-out", str(tmp_path / "run.txt"), "-k", "2")
    assert (result.exit_code, result.stdout) == (0, "")
    rows = [line.split() for line in (tmp_path / "run.txt").read_text().splitlines()]
    assert [row[:4] for row in rows if row[3] == "1"] == [
        ["1", "Q0", "d1", "1"],
        ["2", "Q0", "d2", "1"],
    ]
    assert {row[5] for row in rows} == {"askpapers"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("search",),
        ("search", "moss", "--queries", "q.jsonl", "--run-out", "run.txt"),
        ("search", "--queries", "q.jsonl"),
        ("ask",),
        ("ask", "--questions", "q.jsonl"),
        ("search", "moss", "-k", "0"),
        ("chat", "--port", "99999"),
        ("ask", "What is moss?", "--backend", "nonsense"),
        ("ask", "What is moss?", "--backend", ""),
        ("nonsense",),
        ("papers", "--nonsense"),
    ],
)
def test_wrong_usage_exits_2_and_says_so_on_stderr(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error" in result.stderr


# --- ask --------------------------------------------------------------------------------------


def test_ask_answers_with_the_quote_of_the_paper(sample_config: Config) -> None:
    answer = printed("ask", WEBGPT)
    cited = next(c for c in answer["citations"] if "56%" in c["quote"])
    assert cited["arxiv_id"] == "2112.09332"
    paper = next(p for p in printed("papers") if p["paper_id"] == cited["paper_id"])
    assert paper[cited["field"]][cited["start"] : cited["end"]] == cited["quote"]
    assert (answer["abstained"], answer["backend"]) == (False, "extractive")


def test_ask_in_words_shows_the_answer_once_and_each_quote_under_its_paper(
    sample_config: Config,
) -> None:
    answer = printed("ask", WEBGPT)
    shown = run("ask", WEBGPT).stdout
    assert shown.count(answer["answer"]) == 1
    assert "https://arxiv.org/abs/2112.09332" in shown
    assert all(citation["quote"] in shown for citation in answer["citations"])


def test_ask_of_an_empty_library_abstains_and_names_ingest(config: Config) -> None:
    assert printed("ask", WEBGPT)["abstained"] is True
    assert "askpapers ingest" in run("ask", WEBGPT).stdout


def test_an_empty_question_fails_and_an_unknown_backend_names_those_there_are(
    sample_config: Config,
) -> None:
    assert run("ask", "  ").exit_code == 1
    assert "extractive" in run("ask", WEBGPT, "--backend", "nonsense").stderr


def test_a_file_of_questions_becomes_a_file_of_answers(
    sample_config: Config, tmp_path: Path
) -> None:
    questions = write_lines(
        tmp_path / "q.jsonl",
        {"id": "w", "question": WEBGPT},
        {"id": "y", "text": "Papers of 2022?"},
    )
    result = run("ask", "--questions", questions, "--out", str(tmp_path / "a.jsonl"))
    assert (result.exit_code, result.stdout) == (0, "")
    answers = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [answer["id"] for answer in answers] == ["w", "y"]
    assert answers[0]["question"] == WEBGPT


def test_a_failed_question_is_told_and_the_others_still_answered(
    sample_config: Config, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    too_long = {"id": "long", "question": "why " * 2000}
    questions = write_lines(tmp_path / "q.jsonl", too_long, {"id": "w", "question": WEBGPT})
    result = run("ask", "--questions", questions, "--out", str(out))
    assert result.exit_code == 1
    assert "question long" in result.stderr
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["w"]


def test_resuming_keeps_answers_and_asks_only_the_missing(
    sample_config: Config, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    kept = write_lines(out, {"id": "w", "kept": True})
    questions = write_lines(
        tmp_path / "q.jsonl", {"id": "w", "question": WEBGPT}, {"id": "n", "question": WEBGPT}
    )
    assert run("ask", "--questions", questions, "--out", kept, "--resume").exit_code == 0
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    assert (answers[0], answers[1]["id"], len(answers)) == ({"id": "w", "kept": True}, "n", 2)


# --- models, doctor, index --------------------------------------------------------------------


def test_doctor_finds_the_sample_library_well(sample_config: Config) -> None:
    checks = {check["name"]: check for check in printed("doctor")}
    assert {"embedder", "reranker", "library", "chat model"} <= checks.keys()
    assert checks["library"] == {
        "name": "library",
        "state": "ok",
        "text": "21 papers, all findable by words and meaning",
    }
    assert {check["state"] for check in checks.values()} <= {"ok", "note"}


def test_doctor_exits_1_and_names_the_remedy_where_asking_cannot_work(
    sample_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("doctor", "--backend", f"local:{tmp_path / 'none.gguf'}")
    assert result.exit_code == 1
    assert "problem chat model" in result.stdout
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("ASKPAPERS_HOME", str(tmp_path / "file"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "ASKPAPERS_HOME" in result.stdout


def test_doctor_tells_a_chroma_server_that_does_not_answer(
    sample_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKPAPERS_CHROMA_URL", "http://127.0.0.1:9")
    result = run("doctor")
    assert result.exit_code == 1
    assert "ASKPAPERS_CHROMA_URL" in result.stdout


def test_index_rebuild_leaves_the_same_papers_findable(sample_copy: Config) -> None:
    before = printed("search", "reward model", "-k", "5")
    assert printed("index", "--rebuild")["papers"] == 21
    after = printed("search", "reward model", "-k", "5")
    assert [hit["paper_id"] for hit in after] == [hit["paper_id"] for hit in before]


# --- as a process -----------------------------------------------------------------------------


def process(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*ASKPAPERS, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )


def test_a_bad_setting_fails_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPAPERS_TIMEOUT", "soon")
    with process("papers") as command:
        out, err = command.communicate(timeout=300)
    assert (command.returncode, out) == (1, "")
    assert err.splitlines() == [
        "error: ASKPAPERS_TIMEOUT is 'soon': give seconds above 0, such as 60"
    ]


def test_a_reader_that_leaves_ends_the_command_quietly(sample_config: Config) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = subprocess.run(
        [*ASKPAPERS, "papers", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    os.close(writer)
    assert (command.returncode, command.stderr) == (141, "")


def test_ctrl_c_exits_130_without_a_traceback_and_loses_nothing(
    sample_copy: Config, tmp_path: Path
) -> None:
    fifo = tmp_path / "endless.jsonl"
    os.mkfifo(fifo)
    # What runs in a shell's background ignores Ctrl-C, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    command = process("ingest", str(fifo))
    signal.signal(signal.SIGINT, before)
    with fifo.open("w", encoding="utf-8") as feed:  # opens once the command is reading
        command.send_signal(signal.SIGINT)
        feed.close()
    _, err = command.communicate(timeout=300)
    assert command.returncode == 130, err
    assert "Traceback" not in err
    assert len(printed("papers")) == 21


def test_text_of_papers_cannot_steer_the_terminal(config: Config, tmp_path: Path) -> None:
    title = "Moss \x1b[2J[bold]grows[/bold]"
    corpus = write_lines(
        tmp_path / "c.jsonl",
        {
            "id": "1",
            "title": title,
            "abstract": "Moss \x1b]0;x\x07 grows.",
            "doi": "10.1000/[/b]\x1b[2J",
        },
    )
    assert run("ingest", corpus).exit_code == 0
    for command in (("papers",), ("show", "1"), ("search", "moss")):
        shown = run(*command).stdout
        assert "[bold]grows[/bold]" in shown
        assert not set(shown) & {"\x1b", "\x07"}
