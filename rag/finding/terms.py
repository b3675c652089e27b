"""The content words of a text, stemmed as the word index stems them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# Words by which a question asks or points; they say nothing of what it is about.
_ASKING = frozenset(
    """a about according after all also am an and any are as at author be been before being but by
    can could did do does doing done each explain either find for from get give gives got had has
    have he her his how i if in into is it its just kind know like made make many me mean more most
    much my no not of often on one or other our out over paper papers part please reported result
    said same say says she should show so some such tell than that the their them then there these
    they thing this those through to too under up use used using very via was we were what whats
    when where whether which while who whom whose why will with work would you your article study
    abstract authors actually exactly really between during result results""".split()
)
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*", re.UNICODE)


def content_words(text: str) -> list[str]:
    """Words of `text` that carry meaning, as written, in order: no question words, no articles."""
    words: list[str] = _WORD.findall(text)
    return [w for w in words if not is_asking(w.lower()) and (len(w) > 1 or w.isdigit())]


def is_asking(word: str) -> bool:
    """Whether `word`, in small letters, only asks or points, whatever the question is about."""
    return word in _ASKING


def content_stems(text: str) -> list[str]:
    """Stems (Porter, 1980, in Snowball's English) of the content words, in order, repeats kept."""
    return list(_content_stems(text))


def stem(word: str) -> str:
    """The stem of one word in small letters."""
    return "".join(_stems(word))


# A question's sixty sentences are looked at again and again, and so are those of the next one: so
# many of 25 words take 4.4 MB.
@lru_cache(maxsize=8_192)
def _content_stems(text: str) -> tuple[str, ...]:
    return tuple(stem for word in content_words(text) for stem in _stems(word.lower()))


@lru_cache(maxsize=65_536)
def _stems(word: str) -> tuple[str, ...]:
    return tuple(_analyser().analyze(word))


@lru_cache(maxsize=1)
def _analyser() -> Any:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.stemmer("english")).build()
