"""Text as it is compared: words without case, accents, LaTeX and punctuation; digests of them."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from rag.evidence.sentences import sentence_spans

_LATEX_ACCENT = re.compile(r"""\\["'`^~=.]\s*\{?\\?([A-Za-z])\}?""")
_LATEX_COMMAND = re.compile(r"\\[A-Za-z]+")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")

PROSE_WORDS = 25
"""A line of at least so many words is prose; titles, venues, remarks and furniture are shorter."""


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in order, such that spellings of one text compare equal.

    LaTeX commands and all punctuation go, accents and case too: `"scaling laws"---summary` and
    ``scaling laws'' -- Summary are the same three words.
    """
    plain = text
    if "\\" in plain:
        plain = _LATEX_COMMAND.sub(" ", _LATEX_ACCENT.sub(r"\1", plain))
    if not plain.isascii():
        plain = _COMBINING.sub("", unicodedata.normalize("NFKD", plain))
    return tuple(_WORD.findall(plain.casefold()))


def sentences(text: str) -> list[tuple[str, ...]]:
    """The words of each sentence of `text`."""
    return [words(text[start:end]) for start, end in sentence_spans(text)]


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that stand for these strings."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def is_prose(line: str) -> bool:
    """Whether a line is running text rather than a title, a name or page furniture."""
    return len(line.split()) >= PROSE_WORDS


def one_line(text: str) -> str:
    """`text` with every run of white space as one space."""
    return " ".join(text.split())
