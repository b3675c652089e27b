"""Ways of ranking that read more: sentences' own vectors, and the reranker on a few candidates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from evals.finding import fusions
from rag.evidence.sentences import sentence_spans
from rag.models.rerank import CrossEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evals.finding.fusions import Material, Scores
    from rag.config import Config
    from rag.library import Library
    from rag.models.weights import Progress

_READ = 20  # candidates whose sentences are read
_RERANKED = (3, 5)
_SHARES = (0.2, 0.5)
_LOGIT_WEIGHT = 0.01  # of a reranker's logit beside a cosine; best among 0.002 to 0.02


def model_scores(
    config: Config,
    library: Library,
    materials: Mapping[str, Material],
    progress: Progress | None = None,
) -> dict[str, dict[str, Scores]]:
    """Way -> query id -> scores. Late interaction over sentences (after ColBERT; Khattab and
    Zaharia, 2020) mixes a chunk's cosine with its best sentence's; the reranker reads title and
    best sentence. Raises WeightsError.
    """
    reranker = CrossEncoder.load(config, progress)
    ways: dict[str, dict[str, Scores]] = {}
    for done, (name, m) in enumerate(materials.items()):
        if progress:
            progress("reading sentences", done, len(materials))
        shipped = fusions.shipped(m)
        top = np.argsort(-shipped, kind="stable")[:_READ]
        top = top[np.isfinite(shipped[top])]
        if not top.size:
            continue
        best, passages = _best_sentences(library, m, top)
        for share in _SHARES:
            mixed = shipped[top] + share * (best - m.cosines[fusions.BOTH][top])
            way = ways.setdefault(f"best sentence's cosine for {share:g} of the chunk's", {})
            way[name] = fusions.reordered(
                shipped, top, np.where(np.isnan(mixed), shipped[top], mixed)
            )
        logits = np.array(reranker.score(m.query, passages[: max(_RERANKED)]))
        for few in _RERANKED:
            first = top[:few]
            read = shipped[first] + _LOGIT_WEIGHT * logits[:few]
            ways.setdefault(f"reranker added on the best {few}", {})[name] = fusions.reordered(
                shipped, first, read
            )
    for way in ways.values():
        for name, m in materials.items():
            way.setdefault(name, fusions.shipped(m))
    return ways


def _best_sentences(
    library: Library, m: Material, top: NDArray[np.int64]
) -> tuple[Scores, list[str]]:
    """The best sentence's cosine for each chunk of `top`, and title and sentence as a passage."""
    chunks = library.chunks(m.chunk_ids[i] for i in top)
    cosines, passages = np.full(len(top), np.nan), []
    for place, i in enumerate(top):
        chunk = chunks[m.chunk_ids[i]]
        sentences = [chunk.text[start:end] for start, end in sentence_spans(chunk.text)]
        said = ""
        if sentences:
            near = library.embedder.embed(sentences, "passage") @ m.readings[fusions.BOTH]
            said, cosines[place] = sentences[int(np.argmax(near))], float(near.max())
        passages.append(f"{chunk.title}. {said}")
    return cosines, passages
