"""A question as it is typed in haste, in the words that it stands for: "whos teh autor, pls"."""

from __future__ import annotations

import re

from rag.question.leaning import without_openers

_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_SHORT = tuple(
    (re.compile(rf"(?<![\w'’-]){said}(?![\w'’-])", re.IGNORECASE), meant)
    for said, meant in (
        (r"(who|what|when|where|that|how)s", r"\1 is"),
        (r"(who|what|when|where)(?:['’]re|['’]ve)", r"\1"),
        (r"w/ ?o(?:ut)?", "without"),
        (r"w/(?! ?o)", "with"),
        (r"['’]?em", "them"),
        (r"thru", "through"),
        (r"gimme", "give me"),
        (r"wich|wihch|whcih", "which"),
        (r"btwn", "between"),
        (r"n(?= [^\W\d])", "and"),
        (r"can u", "can you"),
        (r"nr\.?(?= of)|no\.(?= of)|#(?= of)", "number"),
        (r"(?:pls|plz|plse|thx|tks|lol|haha+|hm+|u+h+|u+m+|e+h+|hey+|btw|please|kindly"
         r"|ok(?:ay)?|wait|sorry)(?=[\s,.!?:]|$)[,:]?", ""),
    )
)  # fmt: skip
# What words for the catalogue are mistyped as; others might be a paper's own.
_MEANT = (
    "author authors authored paper papers published publication publications journal conference"
    " library written article articles preprint earliest latest newest oldest title titles"
).split()
_FEWEST = 5  # letters of a word that may be mistyped
_NOT_MISTYPED = frozenset(
    "tiles tile titled pater paler caper capers taper tapers piper pipers tittle latent lattes"
    " written author authors paper papers article articles title titles".split()
)
_WORD = re.compile(r"(?<![\w'’-])[^\W\d_]{4,}(?![\w'’-])")


def plain(question: str) -> str:
    """A question as it is read for the catalogue: in full words, without what leads up to it and
    without a mark at its end.
    """
    return in_full(without_openers(" ".join(question.split())).strip(" ?!."))


_TAIL = re.compile(
    r",? or (?:am i|did i|do i|was i) (?:off|wrong|mistaken|mixing|imagining|dreaming)\b.*$"
    r"|,? (?:if i(?:['’]m not (?:mistaken|wrong)| remember (?:right(?:ly)?|correctly))|i (?:think"
    r"|guess"
    r"|believe))$",
    re.IGNORECASE,
)


def in_full(text: str) -> str:
    """`text` with its short forms written out, words that say nothing left out, and words for what
    a catalogue holds put right where one letter is wrong; quotations stay as they are.
    """
    shown: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(text):
        shown += [_in_full(text[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return " ".join("".join((*shown, _in_full(text[at:]))).split()).strip(" ,")


def _in_full(text: str) -> str:
    for said, meant in (*_SHORT, (_TAIL, "")):
        text = said.sub(meant, text)
    return _WORD.sub(lambda word: _corrected(word[0]), text)


def _corrected(word: str) -> str:
    low = word.lower()
    if low in _NOT_MISTYPED or low in _MEANT or not word[1:].islower():
        return word
    return next((meant for meant in _MEANT if _mistyped(low, meant)), word)


def _mistyped(word: str, meant: str) -> bool:
    """Whether a letter of `meant` is missing, doubled, or has changed places with the next one."""
    if len(meant) < _FEWEST or word[0] != meant[0] or abs(len(word) - len(meant)) > 1:
        return False
    if len(word) < len(meant):
        return any(meant[:n] + meant[n + 1 :] == word for n in range(len(meant)))
    if len(word) > len(meant):
        return any(
            word[:n] + word[n + 1 :] == meant and word[n] in word[max(0, n - 1) : n]
            for n in range(len(word))
        )
    return any(
        word[:n] + word[n + 1] + word[n] + word[n + 2 :] == meant for n in range(len(word) - 1)
    )
