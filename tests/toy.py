"""A model small enough to serve from memory, and the places where its files may lie."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from rag.config import Config
from rag.models.fetch import Patience
from rag.models.manifest import Member, Model, ModelFile, Upstream

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

BOTH = {"toy.onnx": WEIGHTS, "toy.json": VOCABULARY}


def config_with(hub_url: str, folder: Path) -> Config:
    """Settings with an empty home and an empty cache in `folder`."""
    return Config(home=folder / "home", cache=folder / "cache", hub_url=hub_url)


def folder_of(config: Config) -> Path:
    return config.cache / "models" / "toy"


def left_in(config: Config) -> list[str]:
    return sorted(path.name for path in folder_of(config).iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
