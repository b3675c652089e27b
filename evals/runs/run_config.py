"""What a run was made of, as facts and hashes: two runs with equal ones ask the same of the same.

A hash is the first 16 hex digits of a sha256. That of the code leaves comments and layout out.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evals.cases import Case, case_line
from evals.machine import machine
from rag.errors import SourceError, WeightsError
from rag.models.manifest import LOCAL, MANIFEST, RERANKER
from rag.types import Paper

if TYPE_CHECKING:
    from evals.scorers.entail import Entailer
    from rag.config import Config
    from rag.models.embed import Embedder
    from rag.settings import Settings

INCIDENTAL = ("name", "machine", "workers")
"""Points of a configuration that no answer depends on."""

_DIGITS = 16
_EVALS = Path(__file__).parents[1]
_RAG = _EVALS.parent / "rag"
GRADING = {
    _EVALS / "finding": ("retrieval.py",),
    _RAG / "support": ("judge_prompts.py", "negation.py"),
    _RAG / "finding": ("terms.py",),
    _RAG / "evidence": ("sentences.py",),
    _RAG / "models": ("rerank.py", "onnx.py", "judge.py", "chat_local.py", "chat_openai.py"),
}
"""What the scorers rest on, beside their own package: what reads the texts, and who judges."""


def asked_config(
    *,
    backend: str,
    settings: Settings,
    defect: str,
    cases: Mapping[str, object],
    library: Mapping[str, object],
    embedder: Embedder,
    config: Config,
) -> dict[str, object]:
    """All that a run's answers depend on, and the machine; without any secret.

    `cases` and `library` as `cases_config` and `library_config` tell them. Raises WeightsError if
    the chat model's file cannot be read.
    """
    return {
        "askpapers": version("askpapers"),
        "backend": backend,
        "settings": asdict(settings),
        "defect": defect,
        "cases": dict(cases),
        "library": dict(library),
        "models": {
            "embedder": f"{embedder.name} {embedder.revision}",
            "reranker": RERANKER.files[0].sha256[:_DIGITS],
            "chat": chat_stamp(backend, config),
        },
        "prompts": _prompts(),
        "code": code_hash(_RAG),
        "machine": machine(),
    }


def answers_config(path: Path) -> dict[str, object]:
    """Which answers of another system: the file's name and hash. Raises SourceError."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror or error}") from error
    return {"backend": "elsewhere", "answers": {"file": path.name, "sha256": digest}}


def cases_config(path: Path, split: str, cases: Sequence[Case]) -> dict[str, object]:
    """Which cases: the file's name, the half, how many, and their hash."""
    lines = "\n".join(map(case_line, cases))
    return {"file": path.name, "split": split, "n": len(cases), "sha256": _hash(lines)}


def library_config(which: str, papers: Iterable[Paper]) -> dict[str, object]:
    """Which library: how many papers, and a hash of what is known of each."""
    told = sorted(
        json.dumps([p.paper_id, p.title, p.abstract, p.summary, p.authors, p.published])
        for p in papers
    )
    return {"which": which, "papers": len(told), "sha256": _hash("\n".join(told))}


def scoring_config(entailer: Entailer) -> dict[str, object]:
    """What grades: who judges support, from which likeness on, and a hash of the scorers' code."""
    from evals.scorers.cards import card_for

    card = card_for(entailer.name)
    code = [code_hash(_EVALS / "scorers"), *(code_hash(f, *names) for f, names in GRADING.items())]
    return {
        "entailer": entailer.name,
        "threshold": card.threshold if card else None,
        "code": _hash(" ".join(code)),
    }


def code_hash(folder: Path, *names: str) -> str:
    """Of the Python files of `folder` (those of `names`, if any), what they say to the computer."""
    found = sorted(p for p in folder.rglob("*.py") if not names or p.name in names)
    trees = (ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in found)
    return _hash("\n".join(trees))


def flat(config: Mapping[str, object], within: str = "") -> Iterator[tuple[str, object]]:
    """Every point of a configuration with its path, such as `settings.hits`."""
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _prompts() -> str:
    from rag.writing.prompts import answer_prompt

    messages = answer_prompt("the question", ()).messages
    return _hash(json.dumps([asdict(message) for message in messages]))


def chat_stamp(backend: str, config: Config) -> str:
    """What the chat model of that name is today: its file, by its hash, or the endpoint it is asked
    at, without what is secret of it. Raises WeightsError for a file that cannot be read.
    """
    kind, _, argument = backend.partition(":")
    if kind == "openai":
        parts = urlsplit(config.openai_base_url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname}{port}" if parts.hostname else "OpenAI"
    if backend == "local":
        return MANIFEST[LOCAL.name].files[0].sha256[:_DIGITS]
    if kind != "local":
        return ""
    try:
        with Path(argument).expanduser().open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
    except OSError as error:
        raise WeightsError(f"{argument} cannot be read: {error.strerror or error}") from error


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
