"""The names in a text (InstructGPT, LSAT, p53, Nakano), and whether they stand in another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.finding.terms import content_stems, is_asking

# A word with a capital or a digit inside, or a capitalised one.
_NAME = re.compile(r"(?<![\w-])(?:[A-Za-z]+[\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]+(?:-[A-Z]\w*)*)(?!\w)")
_FIRST_WORD = re.compile(r"(?:^|[.!?:]\s+|[\"“(])$")


def names_in(text: str) -> list[str]:
    """The names of `text`, each once, in order; a sentence's first word is none for its capital."""
    found = dict.fromkeys(
        match.group()
        for match in _NAME.finditer(text)
        if not (_is_plain(match.group()) and _FIRST_WORD.search(text[: match.start()]))
    )
    return list(found)


def stands_in(name: str, texts: Sequence[str]) -> bool:
    """Whether `name` stands in one of `texts`: in other letters, inflected, or written out."""
    bare = _squeezed(name)
    if any(one in _squeezed(text) for text in texts for one in {bare, bare.removesuffix("s")}):
        return True
    if _is_plain(name):
        held = {stem for text in texts for stem in content_stems(text)}
        return bool(held.intersection(content_stems(name)))
    # What is joined to a name is no part of it: "NLRP3-dependent", "HIV-positive", "M2-like".
    parts = [part for part in re.split(r"[-_]", name) if part]
    if len(parts) > 1 and all(part.islower() or stands_in(part, texts) for part in parts):
        return True
    return any(_abbreviates(bare, text) for text in texts)


def _is_plain(name: str) -> bool:
    return name[1:].islower()


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _abbreviates(name: str, text: str) -> bool:
    """Whether the letters of `name` are the initials of words that follow one another, with or
    without those between that carry no meaning.
    """
    words = re.findall(r"[^\W_]+", text.lower())
    every = "".join(word[0] for word in words)
    weighty = "".join(word[0] for word in words if not is_asking(word))
    letters = "".join(c for c in name if c.isalpha()).removesuffix("s")
    return len(letters) >= 2 and (letters in every or letters in weighty)
