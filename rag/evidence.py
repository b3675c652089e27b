"""From hits to quotes: the sentences that bear on the question, and how well they cover it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.retrieve import Retrieval
from rag.sentences import sentence_spans
from rag.terms import content_stems
from rag.types import Hit, Quote

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.embed import Embedder

HITS_READ = 8  # chunks whose sentences are looked at: about sixty sentences
MIN_WORDS = 4  # a shorter "sentence" is a heading or a list's label
_BULLET = re.compile(r"[-*•]\s+")
_CACHED_SENTENCES = 20_000  # about 30 MB


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each sign counts in a sentence's score."""

    vector: float = 0.55
    words: float = 0.30
    chunk: float = 0.15


class SentenceVectors:
    """Vectors of sentences, kept between questions; safe to share by threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def of(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (n, dimension) of the sentences, embedding only those not met before."""
        import numpy as np

        with self._lock:
            new = [s for s in dict.fromkeys(sentences) if s not in self._vectors]
            for sentence, vector in zip(new, self._embedder.embed(new, "passage"), strict=True):
                self._vectors[sentence] = vector
            for sentence in sentences:
                self._vectors.move_to_end(sentence)
            rows = [self._vectors[sentence] for sentence in sentences]
            while len(self._vectors) > _CACHED_SENTENCES:
                self._vectors.popitem(last=False)
        return np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), np.float32)


def candidate_quotes(hits: Sequence[Hit]) -> list[tuple[Quote, Hit]]:
    """Every sentence of the hits' chunks that could be quoted, with the hit it stands in."""
    found: list[tuple[Quote, Hit]] = []
    for hit in hits:
        chunk = hit.chunk
        for left, right in sentence_spans(chunk.text):
            bullet = _BULLET.match(chunk.text, left, right)
            start = bullet.end() if bullet else left
            text = chunk.text[start:right]
            if len(text.split()) >= MIN_WORDS and not text.endswith(":"):
                offset = chunk.start
                quote = Quote(chunk.paper_id, chunk.field, offset + start, offset + right, text)
                found.append((quote, hit))
    return found


def overlap(question: Sequence[str], title: str, sentence: str) -> float:
    """Share of the question's stems that the sentence holds; a stem only in the title counts half.

    1.0 when all are there, 0.0 when none is, or the question has none.
    """
    stems = dict.fromkeys(question)
    if not stems:
        return 0.0
    in_sentence, in_title = set(content_stems(sentence)), set(content_stems(title))
    points = sum(1.0 if s in in_sentence else 0.5 if s in in_title else 0.0 for s in stems)
    return points / len(stems)


def choose_quotes(
    retrieval: Retrieval, sentences: SentenceVectors, limit: int, weights: Weights | None = None
) -> list[Quote]:
    """The `limit` quotes that bear most on the question, best first, each with its score."""
    weights = weights or Weights()
    candidates = candidate_quotes(retrieval.hits[:HITS_READ])
    if not candidates:
        return []
    stems = content_stems(retrieval.query)
    cosines = sentences.of([quote.text for quote, _ in candidates]) @ retrieval.vector
    scored: list[Quote] = []
    for (quote, hit), cosine in zip(candidates, cosines, strict=True):
        score = (
            weights.vector * float(cosine)
            + weights.words * overlap(stems, hit.chunk.title, quote.text)
            + weights.chunk * hit.score
        )
        scored.append(Quote(quote.paper_id, quote.field, quote.start, quote.end, quote.text, score))
    scored.sort(key=lambda quote: (-quote.score, quote.paper_id, quote.field, quote.start))
    return scored[:limit]
