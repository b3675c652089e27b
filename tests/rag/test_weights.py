"""Model files: found, verified, and never left half-made by a kill or a second process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ConfigError, WeightsError
from rag.models.manifest import MANIFEST
from rag.models.weights import ensure_model, find, find_model, verify_model
from tests.hub import Hub, serving
from tests.toy import (
    BOTH,
    TOY,
    VOCABULARY,
    WEIGHTS,
    config_with,
    contents,
    folder_of,
    left_in,
)

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub(BOTH)) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, hub: Hub) -> Config:
    return config_with(hub.url, tmp_path)


# --- the user's own folder --------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["", "toy"])
def test_files_of_the_users_own_are_used_where_they_lie(
    config: Config, hub: Hub, tmp_path: Path, inside: str
) -> None:
    own = tmp_path / "own" / inside
    own.mkdir(parents=True)
    for name, content in BOTH.items():
        (own / name).write_bytes(content)
    supplied = replace(config, models=tmp_path / "own")
    assert find_model(TOY, supplied) == own
    assert ensure_model(TOY, supplied) == own
    assert hub.seen == []


@pytest.mark.parametrize("content", [b"short", WEIGHTS[::-1]])
def test_a_wrong_file_of_the_users_own_is_refused_and_kept(
    config: Config, hub: Hub, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "toy.onnx").write_bytes(content)
    with pytest.raises(WeightsError, match=r"toy\.onnx has .* instead of .*ASKPAPERS_MODELS"):
        ensure_model(TOY, replace(config, models=tmp_path))
    assert (tmp_path / "toy.onnx").read_bytes() == content
    assert hub.seen == []


def test_the_file_under_the_models_name_comes_before_a_namesake(
    config: Config, tmp_path: Path
) -> None:
    for folder, content in ((tmp_path / "own", b"another's"), (tmp_path / "own/toy", VOCABULARY)):
        folder.mkdir()
        (folder / "toy.json").write_bytes(content)
    found = ensure_model(TOY, replace(config, models=tmp_path / "own"))
    assert (found / "toy.json").read_bytes() == VOCABULARY


def test_what_the_users_folder_lacks_is_fetched_beside_a_copy_of_the_rest(
    config: Config, hub: Hub, tmp_path: Path
) -> None:
    (tmp_path / "toy.onnx").write_bytes(WEIGHTS)
    folder = ensure_model(TOY, replace(config, models=tmp_path))
    assert folder == folder_of(config)
    assert contents(folder) == BOTH
    assert len(hub.seen) == 1


# --- looking and verifying --------------------------------------------------------------------


def test_find_never_fetches(config: Config, hub: Hub) -> None:
    assert find_model(TOY, config) is None
    assert hub.seen == []


def test_a_shortened_file_in_the_cache_is_not_found_and_is_fetched_anew(config: Config) -> None:
    folder = ensure_model(TOY, config)
    (folder / "toy.onnx").write_bytes(WEIGHTS[:-1])
    assert find_model(TOY, config) is None
    assert contents(ensure_model(TOY, config)) == BOTH


def test_verify_accepts_what_is_right(config: Config) -> None:
    folder = ensure_model(TOY, config)
    verify_model(TOY, config)
    assert contents(folder) == BOTH


def test_verify_removes_a_file_that_went_wrong_in_the_cache(config: Config) -> None:
    folder = ensure_model(TOY, config)
    (folder / "toy.onnx").write_bytes(WEIGHTS[::-1])
    with pytest.raises(WeightsError, match="removed: run `askpapers models pull toy`"):
        verify_model(TOY, config)
    assert left_in(config) == ["toy.json"]


def test_verify_says_what_is_not_here(config: Config) -> None:
    with pytest.raises(WeightsError, match=r"toy\.onnx of toy is not here: run"):
        verify_model(TOY, config)


def test_an_unknown_model_is_an_error_that_names_the_known(config: Config) -> None:
    with pytest.raises(ConfigError, match=r"'chat'.*embedder, local, reranker"):
        find("chat", config)


def test_a_cache_that_cannot_be_written_is_an_error_that_names_it(
    config: Config, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(WeightsError, match="ASKPAPERS_CACHE"):
        ensure_model(TOY, config)


def test_the_manifest_pins_everything() -> None:
    for model in MANIFEST.values():
        for file in model.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert all("==" in member.package for member in file.carriers)


def test_the_parts_of_the_local_model_are_in_numeric_order() -> None:
    (file,) = MANIFEST["local"].files
    numbers = [int(Path(member.path).stem.removeprefix("part")) for member in file.carriers]
    assert numbers == list(range(1, 23))


# --- other processes --------------------------------------------------------------------------


def fetching(config: Config) -> subprocess.Popen[str]:
    """A process of its own that makes sure of the toy."""
    script = (
        "from pathlib import Path, PosixPath\n"
        "from rag.config import Config\n"
        "from rag.models.manifest import Member, Model, ModelFile, Upstream\n"
        "from rag.models.weights import ensure_model\n"
        f"config = Config(home=Path({str(config.home)!r}), cache=Path({str(config.cache)!r}),\n"
        f"                hub_url={config.hub_url!r})\n"
        f"print(ensure_model({TOY!r}, config, lambda *told: print(*told, flush=True)))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_download_that_is_killed_leaves_nothing_half_made(config: Config, hub: Hub) -> None:
    hub.script = ["stall"]
    with fetching(config) as process:
        assert hub.stalled.wait(120)
        process.kill()
    assert find_model(TOY, config) is None
    assert "toy.onnx" not in left_in(config)
    assert contents(ensure_model(TOY, config)) == BOTH  # and what the killed one left is gone


def test_of_two_processes_one_fetches_and_the_other_waits(config: Config, hub: Hub) -> None:
    hub.script = ["stall"]
    with fetching(config) as first:
        assert hub.stalled.wait(120)
        with fetching(config) as second:
            assert second.stdout is not None
            assert "waiting for another process" in second.stdout.readline()
            hub.release.set()
            heard = [process.communicate(timeout=120)[0] for process in (first, second)]
    assert [text.splitlines()[-1] for text in heard] == [str(folder_of(config))] * 2
    assert contents(folder_of(config)) == BOTH
    assert hub.seen == ["", "bytes=210000-", ""]
