"""The commands on model files: list, pull, verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import Config
from tests.ui.test_cli import printed, run


def test_models_list_names_every_file_with_its_hash(config: Config) -> None:
    models = {model["name"]: model for model in printed("models", "list")}
    assert {"embedder", "local"} <= models.keys()
    assert all(len(h) == 64 for model in models.values() for h in model["files"].values())


def test_models_verify_hashes_the_embedder(sample_config: Config) -> None:
    assert printed("models", "verify", "embedder") == [
        {"name": "embedder", "ok": True, "problem": None}
    ]


def test_models_verify_exits_1_for_a_file_that_was_changed(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.models.manifest import EMBEDDER

    folder = tmp_path / "models" / "embedder"
    folder.mkdir(parents=True)
    for file in EMBEDDER.files:
        with (folder / file.name).open("wb") as empty:
            empty.truncate(file.size)
    monkeypatch.setenv("ASKPAPERS_MODELS", str(tmp_path / "models"))
    result = run("models", "verify", "embedder")
    assert result.exit_code == 1
    assert EMBEDDER.files[0].name in result.stderr


def test_models_verify_of_all_does_not_pass_over_a_file_of_the_wrong_size(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.models.manifest import EMBEDDER

    folder = tmp_path / "models" / "embedder"
    folder.mkdir(parents=True)
    (folder / EMBEDDER.files[0].name).write_bytes(b"cut off")
    monkeypatch.setenv("ASKPAPERS_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ASKPAPERS_CACHE", str(tmp_path / "cache"))
    result = run("models", "verify")
    assert result.exit_code == 1
    assert EMBEDDER.files[0].name in result.stderr


def test_an_unknown_model_fails_naming_the_known_ones(config: Config) -> None:
    result = run("models", "pull", "nonsense")
    assert result.exit_code == 1
    assert "embedder" in result.stderr
