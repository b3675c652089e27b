"""LaTeX in titles, names and abstracts, as the characters it stands for; math is left as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

# A command of an accent or a letter, in braces or not: \"o {\"o} \v{S} {\ss} \'{\i} \o{}
_ACCENT = r"""\\(?:["'`^~=.]\s*(?:\{\\?[A-Za-z]\}|\\[ij](?![A-Za-z])|[A-Za-z])"""
_ACCENT += r"""|[cvuHkrbdt]\s*\{\\?[A-Za-z]{1,2}\}|(?:ss|aa|AA|ae|AE|oe|OE|o|O|l|L)(?![A-Za-z]))"""
_ACCENTS = re.compile(rf"\{{{_ACCENT}(?:\{{\}})?\}}|{_ACCENT}(?:\{{\}})?\s?", re.VERBOSE)
_SIGNS = (("{", ""), ("}", ""), ("~", " "), ("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"))
_MATH = re.compile(r"(\$[^$]{0,2000}\$)")
_COMMAND = re.compile(r"\\[A-Za-z]+\s?|[{}]")
_PERCENT = re.compile(r"(?<!\\)%")  # in an abstract it is no comment
_MOST_CHARS = 100_000  # what the parser decodes in about a second


def accents(text: str) -> str:
    """`text` with its accents decoded (`Poincar\\'e`), other LaTeX and all math as they stand."""
    if "\\" not in text:
        return text
    pieces = _MATH.split(text)
    return "".join(
        piece if i % 2 else _ACCENTS.sub(lambda match: _letter(match[0]), piece)
        for i, piece in enumerate(pieces)
    )


def plain(text: str) -> str:
    """`text` of a BibTeX field as it would be printed; math as it stands.

    Where it cannot be parsed, commands and braces are taken out.
    """
    if "\\" not in text and "$" not in text:  # most fields: quick without the parser
        for mark, char in _SIGNS:
            text = text.replace(mark, char)
        return text
    return _decoded(_PERCENT.sub(r"\\%", text))


@lru_cache(maxsize=1000)
def _letter(command: str) -> str:
    """An accented letter; the same few stand all over a source."""
    return _decoded(command)


def _decoded(text: str) -> str:
    if len(text) <= _MOST_CHARS:
        to_nodes, to_text = _decoder()
        try:
            return to_text(to_nodes(text))
        except (RecursionError, ValueError, IndexError, TypeError):  # what it raises on nonsense
            pass
    return _COMMAND.sub("", text).replace("\\%", "%")


@lru_cache(maxsize=1)
def _decoder() -> tuple[Callable[[str], Any], Callable[[Any], str]]:
    """The two halves of pylatexenc's decoder, with their tables of commands made but once."""
    from pylatexenc import latex2text, latexwalker

    commands = latexwalker.get_default_latex_context_db()
    decoder = latex2text.LatexNodes2Text(math_mode="verbatim")
    return (
        lambda text: latexwalker.LatexWalker(text, latex_context=commands).get_latex_nodes()[0],
        decoder.nodelist_to_text,
    )
