"""The marker grammar: what in a draft is a marker, what it cites, and what only looks like one.

Chat models are told to cite by keys in brackets, `[S1]` or `[S1, S3]`, and write what they are
used to: `[1, 2]`, `[1-3]`, `(S1)`, `【2†source】`, `[^1]`, a raised ¹. All of these are read. What
stands in a quote itself is the paper's text and no marker: the letters of the keys are chosen so
that no quote holds such a key, and numbers in brackets that a quote holds are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from string import ascii_uppercase

from rag.types import Evidence

DECLINED = "[NONE]"
"""What a draft says instead of an answer when the evidence does not give one."""

_LETTERS = "SQKRXZBDGHJLMNPTVWYACEFIOU"  # S first: the rules and examples of the prompt have it
_LARGEST_RANGE = 50  # [3-200] would be no list of quotes

_OPEN, _CLOSE = r"[\[【［〔]", r"[\]】］〕]"
_BODY = (
    r"[^\[\]【】［］〔〕\n]{0,60}"  # inside of a bracket that may be a marker; a longer one is text
)
_LINK = r"\((?:[a-z][a-z\d+.-]{0,20}:|[#/])[^()\n]{0,300}\)"  # the address of a Markdown link
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NONE = re.compile(r"\s*NONE\W*", re.IGNORECASE)
_BARE_NONE = re.compile(r"\s*NONE\b|\s*[Nn]one\W*\Z")
_NONE_BEGUN = re.compile(r"\s*(?:N|NO|NON|NONE\W*)?\Z", re.IGNORECASE)
_BETWEEN = r"(?:[\s,;&/|+]|\band\b)"
_TO = r"\s*(?:[-–—]|\bto\b)\s*"
_NUMBERS = re.compile(rf"{_BETWEEN}*\d{{1,3}}(?:(?:{_TO}|{_BETWEEN}+)\d{{1,3}})*[\s,;.]*")
# "Source 2", "quotes 1 and 3": a number that a word calls a citation.
_NAMED = re.compile(
    r"\s*(?:citation|doc|document|evidence|passage|quote|ref|reference|source)s?\.?[\s:#]*"
    r"(?=\d)",
    re.IGNORECASE,
)
_LENS_TAIL = re.compile(r"[†:].*\Z")  # 【2†source】, 【2:0†source】
# Text of a paper that a reader would take for a printed marker.
_LOOKALIKE = re.compile(
    rf"{_OPEN}(?=\s*\^?[1-9])\s*\^?\d{{1,3}}(?:\s*(?:[,;&–—-]|and)\s*\^?[1-9]\d{{0,2}})*"
    rf"(?:[:†][^\[\]【】\n]{{0,80}})?\s*{_CLOSE}"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker as it stands in a draft, from `start` to `end`, the blanks before it included.

    `cited` are positions of evidence, each once; `unknown` counts what points at nothing. `none`
    says that it is DECLINED.
    """

    start: int
    end: int
    blanks: str
    cited: tuple[int, ...] = ()
    unknown: int = 0
    none: bool = False


def evidence_keys(count: int, texts: Sequence[str] = ()) -> tuple[str, ...]:
    """The keys `S1`, `S2`, … under which `count` pieces of evidence are cited.

    The letter is another one where any of `texts` (the quotes, their titles, the question) holds
    such a key: then no paper can forge a citation, and none of its words is taken for one.
    """
    said = unicodedata.normalize("NFKC", "\n".join(texts))
    letters = next(one for one in _spellings() if not re.search(rf"(?<!\w){one}\d", said, re.I))
    return tuple(f"{letters}{number}" for number in range(1, count + 1))


def _spellings() -> Iterator[str]:
    yield from _LETTERS
    for length in range(2, 9):  # a question and its quotes are too short to hold all of these
        yield from map("".join, product(ascii_uppercase, repeat=length))


def markers(draft: str, evidence: Sequence[Evidence]) -> Iterator[Marker]:
    """The markers of `draft` in their order; brackets that are none are passed over."""
    grammar = _grammar(_letters(evidence))
    if _says_none(draft, evidence):
        yield Marker(0, len(draft), "", none=True)
        return
    for match in grammar.candidate.finditer(draft):
        if marker := grammar.read(match, evidence):
            yield marker


def settled(draft: str, evidence: Sequence[Evidence]) -> str:
    """The part of a growing draft whose reading cannot change any more."""
    if _NONE_BEGUN.match(draft):
        return ""
    return draft[: _grammar(_letters(evidence)).undecided_at(draft)]


def finished(draft: str, evidence: Sequence[Evidence]) -> str:
    """A complete draft: a marker that its end cut in two is closed where its keys are whole."""
    grammar = _grammar(_letters(evidence))
    start = grammar.undecided_at(draft)
    kept, tail = draft[:start], draft[start:].rstrip()
    cut = grammar.cut.fullmatch(tail)
    if cut is None:
        return kept + tail
    body = cut["body"].rstrip(" ,;&-–—")
    whole = grammar.numbered(body) is not None or _NONE.fullmatch(body)
    return kept + tail.rstrip(" ,;&-–—") + ("]" if cut["open"] != "(" else ")") if whole else kept


def unmarked(text: str, at: int = 0) -> str:
    """`text` from `at` on, as long as before, with round brackets where it looks like a marker.

    A paper's own "[2]" would be read as a citation of the answer.
    """
    pieces, end = [], at
    for match in _LOOKALIKE.finditer(text):
        if match.end() > at:
            whole = f"({match.group()[1:-1]})"
            pieces += [text[end : max(match.start(), at)], whole[max(0, at - match.start()) :]]
            end = match.end()
    return "".join([*pieces, text[end:]])


def _says_none(draft: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the draft begins with NONE, and that is no quote's beginning."""
    begins = _BARE_NONE.match(draft)
    if begins is None or _NONE.fullmatch(draft):
        return begins is not None
    return not any(item.quote.text.startswith(draft.split()[0]) for item in evidence)


def _letters(evidence: Sequence[Evidence]) -> str:
    return evidence[0].key.rstrip("0123456789") if evidence else _LETTERS[0]


@lru_cache(maxsize=64)
def _grammar(letters: str) -> _Grammar:
    return _Grammar(letters)


class _Grammar:
    """The patterns for keys that begin with `letters`."""

    def __init__(self, letters: str) -> None:
        key = rf"{letters}\d{{1,3}}"
        keys = rf"\s*{key}(?:(?:{_TO}|{_BETWEEN}+)(?:{letters})?\d{{1,3}})*\s*"
        self.candidate = re.compile(
            rf"[^\S\n]*\^?(?:{_OPEN}){{1,2}}(?P<body>{_BODY})(?:{_CLOSE}){{1,2}}(?:{_LINK})?"
            rf"|[^\S\n]*\((?P<round>{keys})\)"
            rf"|[^\S\n]*<sup>(?P<sup>[^<>\n]{{1,30}})</sup>"
            rf"|(?:(?<=[.,;:!?…\"”’)\]])|(?<=[a-z]{{3}}))(?P<raised>[{_RAISED}]{{1,3}})"
            rf"|(?<!\w)(?P<bare>{key})(?!\w)"
        )
        self._key = re.compile(rf"(?<!\w){key}(?!\w)", re.IGNORECASE)
        self._keys = re.compile(rf"{_BETWEEN}*{keys}\W*", re.IGNORECASE)
        self._item = re.compile(
            rf"(?:{letters})?(\d{{1,3}})(?:{_TO}(?:{letters})?(\d{{1,3}}))?", re.IGNORECASE
        )
        # What, at the end of the draft so far, the next piece could still turn into a marker, or
        # into a longer one.
        begun = "".join(f"(?:{c}" for c in letters) + r"(?:\d{0,3})" + ")?" * len(letters)
        self._undecided = re.compile(
            rf"\s*(?:\^?(?:{_OPEN}){{1,2}}{_BODY}(?:(?:{_CLOSE}){{1,2}}(?:\([^()\n]{{0,330}})?)?"
            rf"|\^|\(\s*(?:{begun}|{keys}(?:[\s,;&/|+–—-]|an?|t|to|and)*(?:{letters[0]})?)"
            rf"|<(?:s(?:u(?:p(?:>[^<>\n]{{0,30}}(?:<(?:/(?:s(?:u(?:p)?)?)?)?)?)?)?)?)?"
            rf"|(?:(?<!\w){key})?[{_RAISED}]{{1,3}}"
            rf"|(?<!\w){begun})?\Z"
        )
        self.cut = re.compile(
            rf"\s*\^?(?P<open>{_OPEN}{{1,2}}|\()(?P<body>\s*(?:(?:{begun}|\^?\d{{1,3}})"
            rf"[\d\s,;&–—{letters}-]*|N|NO|NON|NONE)?)",
            re.IGNORECASE,
        )

    def undecided_at(self, draft: str) -> int:
        match = self._undecided.search(draft)
        assert match is not None  # the pattern also matches the empty end
        return match.start()

    def read(self, match: re.Match[str], evidence: Sequence[Evidence]) -> Marker | None:
        """What a candidate cites; None if it is plain text."""
        numbers = self._numbers(match, evidence)
        if numbers is None:
            return None
        known = [n - 1 for n in dict.fromkeys(numbers) if 1 <= n <= len(evidence)]
        stands = match.group()
        return Marker(
            match.start(),
            match.end(),
            stands[: len(stands) - len(stands.lstrip())],
            tuple(known),
            len(set(numbers)) - len(known),
            none=not numbers,
        )

    def _numbers(self, match: re.Match[str], evidence: Sequence[Evidence]) -> list[int] | None:
        """The numbers of the keys a candidate cites, known or invented; empty for DECLINED."""
        printed = match.group().strip()
        if printed == match.string.strip() == DECLINED:
            return []
        if _quoted(printed, evidence):
            return None
        for loose in (match["bare"], match["round"]):
            if loose is not None:  # "S4" is also the name of a model: only a known key is one
                called = self.numbered(loose) or []
                return called if any(1 <= n <= len(evidence) for n in called) else None
        if match["raised"] is not None:
            return [int(unicodedata.normalize("NFKC", match["raised"]))]
        body = unicodedata.normalize("NFKC", (match["sup"] or match["body"]).strip("[]"))
        if "【" in printed:
            body = _LENS_TAIL.sub("", body)
        if _NONE.fullmatch(body):
            return []
        if (numbers := self.numbered(body)) is not None:
            return numbers
        # "[see S1]": words around a key are part of the marker.
        found = [int(key[len(key.rstrip("0123456789")) :]) for key in self._key.findall(body)]
        return found if any(1 <= n <= len(evidence) for n in found) else None

    def numbered(self, body: str) -> list[int] | None:
        """The numbers of a list of keys or numbers, ranges unrolled; None if it is no such list.

        A list of numbers with a 0 is an interval, and a range that runs backwards none.
        """
        plain = _NAMED.sub("", body.replace("^", ""))
        if not (self._keys.fullmatch(plain) or _NUMBERS.fullmatch(plain)):
            return None
        numbers: list[int] = []
        for first, last in self._item.findall(plain):
            low, high = int(first), int(last or first)
            if not low <= high <= low + _LARGEST_RANGE:
                return None
            numbers.extend(range(low, high + 1))
        return None if 0 in numbers and len(numbers) > 1 else numbers


def _quoted(text: str, evidence: Sequence[Evidence]) -> bool:
    return any(text in item.quote.text for item in evidence)
