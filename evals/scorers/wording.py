"""Whether a wording stands in a text, whatever does not matter in how it is written."""

from __future__ import annotations

import re
import unicodedata

from evals.scorers.markers import without_markers

_LONG_WORD = 5  # letters from which on what follows is taken for the word's ending
_LAST_WORD = re.compile(r"[^\W\d]+$")
_DAY = re.compile(r"\d{1,2}(?!\d)")
_NOT_IN_A_DATE = r"(?<!(?<!\d)\d{4}-)(?<!(?<!\d)\d{4}-\d\d-)"


def any_said(wordings: tuple[str, ...], text: str) -> bool:
    """Whether one of `wordings` stands in `text`."""
    return any(says(text, wording) for wording in wordings)


def says(text: str, wording: str) -> bool:
    """Whether `wording` stands in `text` as whole words, give or take case, white space, markers,
    the way quotation marks, dashes, percent and thousands are written, and the last word's ending:
    any for a long word, a plural's for a short one ("AIR" does not stand in "airplane").

    Numbers are whole: "5%" does not stand in "25%", nor "0.5", nor "28" in "28.8", and the day or
    month of a date such as "2020-12-20" is no number.
    """
    wanted = re.escape(normalised(wording))
    before = r"(?<![\w.,])" if wording[:1].isdigit() else r"(?<!\w)"
    if _DAY.match(wording):
        before += _NOT_IN_A_DATE
    last = _LAST_WORD.search(normalised(wording))
    after = ""
    if wording[-1:].isdigit():
        after = r"(?!\d|[.,]\d)"
    elif last and len(last.group()) < _LONG_WORD:
        after = r"(?:'?s|es)?(?!\w)"
    return re.search(before + wanted + after, normalised(text)) is not None


def normalised(text: str) -> str:
    """`text` with one spelling for what does not matter in comparing (see `says`)."""
    text = unicodedata.normalize("NFKC", without_markers(text)).casefold()
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)  # hyphens, dashes, minus
    text = re.sub(r"[\u2018\u2019`]", "'", text)
    text = re.sub(r"[\u201c\u201d]", '"', text)
    text = text.replace("\\%", "%").replace("\\sim", "~").replace("$", "")  # LaTeX
    text = re.sub(r"(?<=\d)\s*(?:percent|per cent|%)", "%", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return " ".join(text.split())
