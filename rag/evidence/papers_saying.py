"""The papers of which a sentence says something that is asked of all: each with its sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.evidence.hostile import addresses_reader
from rag.evidence.passages import as_spelt, passage_of
from rag.evidence.quotes import candidate_quotes, sigmoid
from rag.finding.retrieve import papers_near
from rag.finding.scope import Scope
from rag.finding.terms import content_stems
from rag.library import Library
from rag.models.rerank import Reranker
from rag.question.saying import Saying
from rag.types import Hit, Paper, PaperScore, Quote

NEAR = 60  # papers whose sentences are looked through for the words
READ = 20  # sentences, each of another paper, that are read: a quarter of a second
LISTED = 8
"""Papers told of at most."""

# That a sentence says it: by the share of the words it holds, each counted by how rare it is, and
# by what the reranker makes of it. Fitted on 51 questions to the sample papers, of 14 of which no
# paper says anything: of 79 papers 67 are found, with 13 others.
_BIAS, _WORDS, _SAYS = -3.6, 6.8, 0.45
_LEAST = 0.4
_RARE = 1.5  # of the words together; "models" alone tells nothing
_FEWEST = 0.3  # of the words a sentence must hold to be worth reading
_IN_TITLE = 0.5  # of a word that only the title has
_INFLECTED = 5  # letters at least of a stem that may be one letter longer: summar, summari
_ACRONYM = re.compile(r"[A-Z]{2,5}")
# "behaviour", "coloured": in American "or"; but not "four", "source", "court".
_OUR = re.compile(
    r"(?<=\w{3})our(?=(?:able|al|ally|ed|er|ful|hood|ing|ism|ist|ite?|less)?s?\b)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_HYPHENED = re.compile(r"\b([^\W\d_]+)-([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Said:
    """A paper that says it, the sentence where it does, and how likely it does."""

    paper: Paper
    quote: Quote
    hit: Hit
    sure: float

    @property
    def score(self) -> PaperScore:
        """How it was found."""
        hit = self.hit
        return PaperScore(self.paper.paper_id, hit.score, hit.vector_score, hit.word_score)


def papers_saying(
    library: Library, reranker: Reranker, question: str, saying: Saying, scope: Scope | None = None
) -> list[Said]:
    """The papers that say what `question` asks for, likeliest first; none if none surely does.

    Of those that `scope` leaves. Raises LibraryError, WeightsError.
    """
    rarity = {word: _rarity(library, word) for word in saying.words}
    if sum(rarity.values()) < _RARE:
        return []
    wanted = " ".join(_spelt(word) for word in saying.words)
    vector = library.queries.to_search(question)
    found = papers_near(library, wanted, vector, NEAR, scope)
    held = [_best(paper, hit, rarity) for paper, hit in found]
    worth = [one for one in held if one is not None and one.sure >= _FEWEST]
    worth.sort(key=lambda one: -one.sure)
    worth = worth[:READ]
    asked = as_spelt(question, (one.hit.chunk.passage for one in worth))
    passages = [passage_of(asked, one.quote, one.hit.chunk) for one in worth]
    readings = reranker.answering(asked, passages)
    read = [
        replace(one, sure=sigmoid(_BIAS + _WORDS * one.sure + _SAYS * reading.says))
        for one, reading in zip(worth, readings, strict=True)
    ]
    return sorted((o for o in read if o.sure >= _LEAST), key=lambda one: -one.sure)


def _rarity(library: Library, word: str) -> float:
    """The logarithm of how many chunks there are to one that holds `word`, about."""
    holding, chunks = library.count_words(_spelt(word))
    return math.log(1 + (chunks + 1) / (holding + 0.5))


def _spelt(word: str) -> str:
    """`word`, and as Americans spell it."""
    return " ".join(dict.fromkeys((word, _american(word))))


def _american(word: str) -> str:
    return _OUR.sub("or", word)


def _best(paper: Paper, hit: Hit, rarity: dict[str, float]) -> Said | None:
    """The sentence of the paper's nearest chunk that holds most of the words; its share of them.

    None of those that report nothing and address their reader.
    """
    shares = [
        (_share(quote.text, paper.title, rarity), -place, quote)
        for place, (quote, _) in enumerate(candidate_quotes([hit]))
        if not addresses_reader(quote.text)
    ]
    if not shares:
        return None
    share, _, quote = max(shares, key=lambda item: item[:2])
    return Said(paper, quote, hit, share)


def _share(sentence: str, title: str, rarity: dict[str, float]) -> float:
    """Share of the words, each by its rarity, that the sentence holds in any inflection."""
    there, above = set(_stems(sentence)), set(_stems(title))
    points = 0.0
    for word, weight in rarity.items():
        if _holds(sentence, there, word):
            points += weight
        elif _holds(title, above, word):
            points += weight * _IN_TITLE
    return points / sum(rarity.values())


def _holds(text: str, stems: set[str], word: str) -> bool:
    own = content_stems(word) or [word.casefold()]
    if all(any(_same(stem, other) for other in stems) for stem in own):
        return True
    return bool(_ACRONYM.fullmatch(word)) and word.casefold() in _initials(text)


def _stems(text: str) -> Iterator[str]:
    """The stems of a text; of "fine-tuned" also that of "finetuned"."""
    yield from content_stems(text)
    for one, other in _HYPHENED.findall(text):
        yield from content_stems(one + other)


def _same(one: str, other: str) -> bool:
    """Whether two stems are of one word: spelt the American way or not, summar and summari."""
    short, long = sorted((_american(one), _american(other)), key=len)
    return short == long or (
        len(short) >= _INFLECTED and len(long) == len(short) + 1 and long.startswith(short)
    )


def _initials(text: str) -> str:
    return "".join(word[0] for word in _WORD.findall(text)).casefold()


def listed(said: Sequence[Said]) -> tuple[Sequence[Said], int]:
    """Those that are told of, and how many more there are."""
    return said[:LISTED], max(0, len(said) - LISTED)
