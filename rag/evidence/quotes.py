"""From hits to quotes: the sentences that say what is asked, best first."""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rag.evidence.hostile import addresses_reader
from rag.evidence.nearness import Candidates, Nearness, fitted_nearness, signs_of
from rag.evidence.passages import as_spelt, passage_of
from rag.evidence.sentences import sentence_spans
from rag.finding.retrieve import Retrieval
from rag.finding.terms import content_stems
from rag.models.answering import fitted_part_probes, fitted_probes
from rag.types import Hit, Quote

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.models.embed import Embedder
    from rag.models.rerank import Reranker

HITS_READ = 8  # chunks whose sentences are looked at: about sixty sentences
MIN_WORDS = 4  # a shorter "sentence" is a heading or a list's label
# `askpapers eval quotes` shows what reading fewer of the first pass's best, or more, comes to.
RERANKED = 6
OF_ONE = 8  # where a single paper is asked: most abstracts have no more
# Sentences of several papers that are read first; where one of them says what is asked, with such
# log-odds, the others are left unread. Of 814 questions that are answered, the best sentence would
# be left unread for four.
READ_FIRST, SAYS_IT = 4, 2.0
# In log-odds, what a sentence of somebody else's summary lacks against those of the paper itself:
# being many, they would leave none of an abstract's to be read.
_SECOND_HAND = 2.0
ALIKE = 0.8  # of their stems two sentences have in common where they say the same
_SURE = 20.0
_BULLET = re.compile(r"[-*•]\s+")
_CACHED_SENTENCES = 20_000  # about 30 MB


class SentenceVectors:
    """Vectors of sentences, kept between questions; safe to share by threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @property
    def nearness(self) -> Nearness:
        """What the first pass weighs by, for vectors of this embedder."""
        return fitted_nearness().for_vectors(self._embedder.name)

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


def choose_quotes(
    retrieval: Retrieval,
    sentences: SentenceVectors,
    reranker: Reranker,
    limit: int,
    *,
    parts: bool = False,
    every: bool = False,
) -> list[Quote]:
    """The `limit` quotes that answer the question best, best first (see `weigh_sentences`)."""
    every = every or limit > READ_FIRST
    weighed = weigh_sentences(retrieval, sentences, reranker, parts=parts, every=every)
    return best_quotes(weighed, limit)


def weigh_sentences(
    retrieval: Retrieval,
    sentences: SentenceVectors,
    reranker: Reranker,
    *,
    parts: bool = False,
    every: bool = False,
) -> list[Quote]:
    """The sentences that come near, RERANKED at most, or OF_ONE where they are all of one paper;
    best first, each with its score; with `parts`, for telling a part of what is asked.

    The reranker reads the best of a cheap first pass; of several papers READ_FIRST of them, and the
    others where `every` one is to be read or none of these surely answers all of the question. The
    score estimates, from 0 to 1, that the sentence says what is asked. The reranker hears whether
    it says the kind of thing that is asked; how well its chunk was found tells whether it says it
    of the paper that is meant.
    """
    found = candidates_of(retrieval, sentences)
    alone = len({quote.paper_id for quote, _ in found.sentences}) == 1
    candidates = nearest_sentences(found, sentences.nearness, OF_ONE if alone else RERANKED)
    passages = [passage_of(found.asked, quote, hit.chunk) for quote, hit in candidates]
    first = len(passages) if parts or alone or every else READ_FIRST
    readings = reranker.answering(found.asked, passages[:first], parts=parts)
    if first < len(passages) and all(one.says < SAYS_IT for one in readings):
        readings = [*readings, *reranker.answering(found.asked, passages[first:], parts=parts)]
    worth = (fitted_part_probes() if parts else fitted_probes()).hit
    scored = [
        replace(quote, score=sigmoid(one.ranks + worth * hit.score), says=one.says)
        for (quote, hit), one in zip(candidates[: len(readings)], readings, strict=True)
    ]
    return sorted(scored, key=_by_score)


def best_quotes(weighed: Sequence[Quote], limit: int) -> list[Quote]:
    """The first `limit` of `weighed` that do not repeat, nearly word for word, one before them."""
    chosen: list[Quote] = []
    told: list[set[str]] = []
    for quote in weighed:
        stems = set(content_stems(quote.text))
        if len(chosen) < limit and not any(_alike(stems, other) for other in told):
            chosen.append(quote)
            told.append(stems)
    return chosen


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def candidates_of(retrieval: Retrieval, sentences: SentenceVectors) -> Candidates:
    """Every sentence of the hits that could be quoted, with what the first pass goes by."""
    hits = retrieval.hits[:HITS_READ]
    found = candidate_quotes(hits)
    asked = as_spelt(retrieval.query, (hit.chunk.passage for hit in hits))
    vectors = sentences.of([quote.text for quote, _ in found])
    signs = signs_of(asked, found, vectors @ retrieval.vector)
    return Candidates(retrieval.vector, tuple(found), vectors, signs, asked)


def nearest_sentences(
    candidates: Candidates, nearness: Nearness, limit: int
) -> list[tuple[Quote, Hit]]:
    """The first pass: the `limit` best sentences, best first, each with the hit it stands in and
    its log-odds as score (see `rag.evidence.nearness`); none of those that report nothing and
    address their reader (see `rag.evidence.hostile`).
    """
    scored = [
        (replace(quote, score=float(log_odds) - _SECOND_HAND * (quote.field == "summary")), hit)
        for (quote, hit), log_odds in zip(
            candidates.sentences, nearness.log_odds(candidates), strict=True
        )
    ]
    ranked = sorted(scored, key=lambda item: _by_score(item[0]))
    reports = (item for item in ranked if not addresses_reader(item[0].text))
    return list(islice(reports, limit))


def same_words(one: Quote, other: Quote) -> bool:
    """Whether two quotes have words of a paper in common: a clause, and its sentence."""
    there = (one.paper_id, one.field) == (other.paper_id, other.field)
    return there and one.start < other.end and other.start < one.end


def odds(quote: Quote) -> float:
    """Odds that the quote says what is asked; infinite where its score is 1."""
    return quote.score / (1 - quote.score) if quote.score < 1 else math.inf


def log_odds(quote: Quote) -> float:
    """Of the quote saying what is asked, at most _SURE either way."""
    return max(-_SURE, min(_SURE, math.log(odds(quote)))) if quote.score > 0 else -_SURE


def near_best(quotes: Sequence[Quote], least: float) -> list[Quote]:
    """Those of `quotes`, best first, whose odds are at least `least` times the best one's."""
    return [quote for quote in quotes if odds(quote) >= least * odds(quotes[0])]


def _by_score(quote: Quote) -> tuple[float, str, str, int]:
    return (-quote.score, quote.paper_id, quote.field, quote.start)


def sigmoid(logit: float) -> float:
    """The probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-logit))
