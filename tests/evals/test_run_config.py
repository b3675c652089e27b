"""What a run was made of: hashes change with what they stand for, and with nothing else."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals import scorers
from evals.runs.run_config import (
    GRADING,
    asked_config,
    cases_config,
    code_hash,
    library_config,
    scoring_config,
)
from evals.scorers.entail import ExactEntailer, WordEntailer
from rag.config import Config
from rag.errors import WeightsError
from rag.settings import DEFAULTS
from tests.evals.answers import BRIDGE, TOWER, case
from tests.fakes import HashEmbedder


def asked(backend: str, config: Config) -> dict[str, object]:
    return asked_config(
        backend=backend,
        settings=DEFAULTS,
        defect="",
        cases={},
        library={},
        embedder=HashEmbedder(),
        config=config,
    )


def chat_of(backend: str, config: Config) -> object:
    models = asked(backend, config)["models"]
    assert isinstance(models, dict)
    return models["chat"]


def test_a_library_is_the_same_in_any_order_and_another_with_another_word() -> None:
    whole = library_config("sample", [TOWER, BRIDGE])
    assert whole == library_config("sample", [BRIDGE, TOWER])
    assert whole != library_config("sample", [TOWER, replace(BRIDGE, abstract="Ice.")])
    assert whole["papers"] == 2


def test_cases_are_others_with_another_label() -> None:
    one = case(("3.5 m",))
    told = [cases_config(Path("x/c.jsonl"), "dev", [c]) for c in (one, replace(one, facts=()))]
    assert told[0]["sha256"] != told[1]["sha256"]
    assert (told[0]["file"], told[0]["n"]) == ("c.jsonl", 1)


def test_code_is_the_same_whatever_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    hashes = []
    for text in ("x = 1\n", "x  =  1  # why\n", "x = 2\n"):
        file.write_text(text, "utf-8")
        hashes.append(code_hash(tmp_path))
    assert hashes[0] == hashes[1] != hashes[2]


def test_what_grades_is_told_by_its_name_and_code() -> None:
    exact, words = scoring_config(ExactEntailer()), scoring_config(WordEntailer())
    assert (exact["entailer"], words["entailer"]) == ("exact", "words")
    assert exact["code"] == words["code"]


def test_every_file_that_grading_rests_on_is_there() -> None:
    files = [folder / name for folder, names in GRADING.items() for name in names]
    assert files
    assert all(path.is_file() for path in files)


def imported(path: Path, root: Path) -> set[Path]:
    """The files of ours that `path` imports when it is loaded, by whatever way."""
    found: set[Path] = set()
    todo = [path]
    while todo:
        for node in ast.parse(todo.pop().read_text("utf-8")).body:
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            within = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            files = [root.joinpath(*name.split(".")).with_suffix(".py") for name in within]
            new = {file for file in files if file.is_file()} - found
            found |= new
            todo += new
    return found


def test_nothing_that_grades_is_left_out_of_its_code() -> None:
    """Beside what only carries values, and what `retrieval.py` has for other measurements."""
    root = Path(scorers.__file__).parents[2]
    own = set((root / "evals" / "scorers").glob("*.py"))
    told = own | {folder / name for folder, names in GRADING.items() for name in names}
    rest = set().union(*(imported(path, root) for path in own)) - told
    assert {path.relative_to(root).as_posix() for path in rest} == {
        *("evals/cases.py", "evals/score.py", "rag/errors.py", "rag/types.py"),
        *("evals/machine.py", "evals/stats.py", "evals/speed/latency.py", "rag/config.py"),
        *("evals/finding/corpora.py", "evals/finding/vector_cache.py"),
    }


def test_a_model_file_is_told_by_what_it_holds(tmp_path: Path, config: Config) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"one")
    one = chat_of(f"local:{model}", config)
    model.write_bytes(b"two")
    assert chat_of(f"local:{model}", config) != one
    assert chat_of("extractive", config) == ""
    with pytest.raises(WeightsError, match="cannot be read"):
        chat_of("local:nowhere.gguf", config)


def test_an_endpoint_is_named_without_what_is_secret(config: Config) -> None:
    told = replace(
        config, openai_key="sk-secret", openai_base_url="https://me:hunter2@host.example:8443/v1"
    )
    assert chat_of("openai:some-model", told) == "host.example:8443"
    text = json.dumps(asked("openai:some-model", told))
    assert "hunter2" not in text
    assert "sk-secret" not in text
