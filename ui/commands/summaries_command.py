"""The command that measures summaries: eval summaries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import out, print_json, progress
from ui.opening import BackendOption, JsonOption, settings

_HALVES = ("dev", "test")
_ABSTRACTS = 100  # of each half, to be summarised


def summaries(
    backend: BackendOption = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Labelled sets: also tells how well parts are told."),
    ] = None,
    papers: Annotated[
        int, typer.Option("-n", min=0, help="Summarise only so many papers; 0 takes all.")
    ] = 0,
    as_json: JsonOption = False,
) -> None:
    """Summarise the sample library: what stands when checked, what it covers, what tables say."""
    from dataclasses import asdict

    from evals.writing.parts import measure_parts, measure_told
    from evals.writing.summaries import run_summaries
    from evals.writing.summaries_table import summaries_tables
    from rag.evidence.quotes import SentenceVectors
    from rag.models.embed import OnnxEmbedder

    parts = [measure_parts(data, half) for half in _HALVES] if data else []
    config = settings(backend)
    with progress() as show:
        told = []
        if data:
            vectors = SentenceVectors(OnnxEmbedder.load(config, show))
            told = [measure_told(data, half, vectors, _ABSTRACTS) for half in _HALVES]
        report = run_summaries(config, config.backend, show, papers)
    if as_json:
        measured = {"parts": [*map(asdict, parts)], "told": [*map(asdict, told)]}
        print_json(asdict(report) | measured)
    else:
        out().print(*summaries_tables(report, parts, told), sep="\n")
