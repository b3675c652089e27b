"""The command that says whether all is well, and what to do where it is not: doctor."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal

import typer

from rag.config import Config, server_address
from rag.errors import RagError
from ui.console import out, plain, print_json
from ui.opening import BackendOption, JsonOption, chosen_embedder, open_library, settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `problem` keeps questions from being answered, `note` does not."""

    name: str
    state: Literal["ok", "note", "problem"]
    text: str


def doctor(backend: BackendOption = None, as_json: JsonOption = False) -> None:
    """Check that questions can be answered here; exits 1 if not, naming the remedy."""
    checks = list(examine(settings(backend)))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        styles = {"ok": "green", "note": "yellow", "problem": "bold red"}
        for check in checks:
            line = plain(f"{check.state:<8}", styles[check.state])
            line.append_text(plain(f"{check.name}: {check.text}", "default"))
            out().print(line, soft_wrap=True)
    if any(check.state == "problem" for check in checks):
        raise typer.Exit(1)


def examine(config: Config) -> Iterator[Check]:
    """Every check, in the order in which their subjects are needed."""
    yield Check("python", "ok", f"{platform.python_version()} at {sys.executable}")
    examinations: dict[str, Callable[[Config], Check]] = {
        "data folder": data_folder,
        "embedder": embedder,
        "library": library,
        "reranker": partial(model_file, "reranker"),
        "chat model": chat_model,
        "local chat model": local_model,
    }
    for name, examination in examinations.items():
        try:
            yield examination(config)
        except RagError as error:
            yield Check(name, "problem", str(error))


def data_folder(config: Config) -> Check:
    """Whether papers can be written where they belong."""
    place = config.home
    while not place.exists():
        place = place.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return Check("data folder", "ok", str(config.home))
    remedy = "set ASKPAPERS_HOME to a folder you may write to"
    return Check("data folder", "problem", f"{config.home} cannot be written; {remedy}")


def model_file(name: str, config: Config) -> Check:
    """Whether the file of a model that every question needs is here."""
    from rag.models.weights import find

    if folder := find(name, config):
        return Check(name, "ok", str(folder))
    text = f"not here yet; fetched at first need, or now by: askpapers models pull {name}"
    return Check(name, "note", text)


def embedder(config: Config) -> Check:
    """Whether the embedder's file is here, or its endpoint is named; it is not asked anything."""
    if config.embedder == "onnx":
        return model_file("embedder", config)
    return Check("embedder", "ok", chosen_embedder(config).name)


def library(config: Config) -> Check:
    """Whether the library opens, Chroma serves, and every paper has its vectors."""
    import numpy as np

    with open_library(config, embeds=False) as opened:
        papers, waiting = opened.count(), opened.standing().waiting
        if papers > waiting:
            opened.search_vectors(np.ones(opened.embedder.dimension, dtype=np.float32), 1)
    server = "{}:{}".format(*server_address(config.chroma_url)) if config.chroma_url else ""
    where = f", vectors at {server}" if server else ""
    if not papers:
        return Check("library", "note", "no papers yet; add some: askpapers ingest")
    if waiting:
        text = f"{waiting} of {papers} papers are found by words only; finish: askpapers index"
        return Check("library", "note", text)
    return Check("library", "ok", f"{papers} papers, all findable by words and meaning{where}")


def chat_model(config: Config) -> Check:
    """Whether the chat model that would be used can be had; nothing is sent to an endpoint."""
    from rag.models.chat import chat_model as make
    from rag.models.chat import resolve_backend

    name = resolve_backend(config.backend, config)
    make(name, config)
    chosen = name if name == config.backend else f"{name} (chosen by {config.backend})"
    return Check("chat model", "ok", chosen)


def local_model(config: Config) -> Check:
    """Whether the local chat model's file is here; it is optional."""
    from rag.models.weights import find

    if folder := find("local", config):
        return Check("local chat model", "ok", str(folder))
    text = "not here; optional (1.1 GB): askpapers models pull local"
    return Check("local chat model", "note", text)
