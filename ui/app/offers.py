"""What a newly opened chat offers: chat models to choose from, and questions to begin with."""

from __future__ import annotations

from typing import Any

from rag.config import Config
from rag.errors import PaperNotFound, RagError
from rag.library import Library
from rag.models.chat import resolve_backend
from rag.models.weights import find

EXAMPLES = (
    (
        "How often are WebGPT's answers preferred over the human demonstrators' answers?",
        "2112.09332",
    ),
    ("Who wrote the weak-to-strong paper?", "2312.09390"),
    ("Which papers are from 2022?", ""),
    ("How does loss scale with model size, dataset size and compute?", "2001.08361"),
    ("What learning rate was used to train InstructGPT?", "2203.02155"),
)
"""Questions to begin with, each with the arXiv id of the paper that it asks about, if one."""


def choices(config: Config) -> list[tuple[str, str]]:
    """The chat models to choose from, as (label, backend); the default of `config` is one."""
    pulled = find("local", config) is not None
    offered = {
        "extractive": "extractive (quotes, no model)",
        "local": "local" if pulled else "local (not pulled: askpapers models pull local)",
    }
    if config.openai_key or config.openai_base_url:
        offered[f"openai:{config.openai_model}"] = f"openai:{config.openai_model}"
    chosen = resolve_backend(config.backend, config)
    offered.setdefault(chosen, chosen)
    return [(label, backend) for backend, label in offered.items()]


def greeting(library: Library, config: Config, backend: str) -> list[Any]:
    """What a newly opened page is told: the chat models, of which `backend` is chosen, and which
    of the examples fit.
    """
    import gradio as gr

    try:
        fits = fitting(library)
    except RagError:  # told in the head of the page
        fits = [False for _ in EXAMPLES]
    return [gr.Dropdown(choices(config), value=backend), *(gr.Button(visible=fit) for fit in fits)]


def fitting(library: Library) -> list[bool]:
    """Which of the examples ask about papers that are there. Raises LibraryError."""
    return [not about or _holds(library, about) for _, about in EXAMPLES]


def _holds(library: Library, arxiv_id: str) -> bool:
    try:
        library.paper(arxiv_id)
    except PaperNotFound:
        return False
    return True
