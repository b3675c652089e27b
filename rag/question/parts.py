"""Questions of several parts: where one ends and the next begins, and what is said around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.finding.terms import content_stems


@dataclass(frozen=True, slots=True)
class Parted:
    """The `parts` of a question in their order, two or more. `lead` was said before them ("Advice
    on training: …"), `hints` behind them ("… (codex, webgpt)"); either may be empty.
    """

    parts: tuple[str, ...]
    lead: str = ""
    hints: str = ""


_MOST_PARTS = 5  # each one is searched for by itself
_FEWEST_WORDS = 3  # of a part
_MOST_LEAD = 12  # words before a colon

_WH = r"(?:how|what|when|where|which|who|whom|whose|why)"
_PREPOSED = r"(?:about|after|at|between|by|for|from|in|into|of|on|through|to|under|with)"
_DOES = r"(?:can|could|did|do|does|should|will|would)"
_IS = r"(?:are|is|was|were|has|have|had)"
_THE = r"(?:an?|any|he|it|its|she|that|the|their|there|these|they|this|those|your)"
_ASKING = rf"(?:{_PREPOSED} )?{_WH}\b"
_VERB_FIRST = rf"{_DOES} \w|{_IS} {_THE}\b"
_TELL = (
    r"(?:please |can you |could you )*(?:compare|contrast|describe|explain|give|list|mention|name"
    r"|show|summari[sz]e|tell)\b"
)
_ALSO = r"(?:also,? |then,? |finally,? )*"
# Where the next part begins. Behind a bare comma "which", "who" and "where" mostly go on about what
# stands before it.
_JOINT = re.compile(
    rf"(?:\s*;\s+(?:and |but )?|,?\s+(?:and|but|&)\s+){_ALSO}(?={_ASKING}|{_VERB_FIRST})"
    rf"|,\s+(?:and|but)\s+{_ALSO}(?={_IS} \w)"
    rf"|,\s+{_ALSO}(?=(?:{_PREPOSED} )?(?:how|what|why)\b)"
    r"|,?\s+(?:and|but)\s+(?=(?:the other|the second|another)\b.*\b(?:is|does|has|needs)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"(?:{_ASKING}|{_TELL}|{_DOES} |{_IS} )", re.IGNORECASE)
_OPENS = re.compile(r"(?:(?:also|and|but|then|finally|please),? )+", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<!\bal\.)(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\b[A-Z]\.)(?<=[.?!])\s+(?=\S)"
)
_LEAD = re.compile(r"(?P<lead>[^:?“\"]+?)\s?(?::| - | – |—) ?(?P<rest>\S.*)")
_ASIDE = re.compile(r"\s*\((?P<hint>[^()]+)\)(?=\s*[.?!]*$)")
_JOINED = re.compile(r"(?:among|and|between|both|either|or)$", re.IGNORECASE)


def parts_of(question: str) -> Parted | None:
    """The parts of `question`, if it has several that each ask something."""
    text = " ".join(question.split())
    hints = [match["hint"] for match in _ASIDE.finditer(text)]
    text = _ASIDE.sub("", text)
    lead = ""
    match = _LEAD.fullmatch(text)
    if match and len(match["lead"].split()) <= _MOST_LEAD and not _ASKS.match(match["lead"]):
        lead, text = match["lead"], match["rest"]
    parts: list[str] = []
    for sentence in _sentences(text):
        plain = _OPENS.sub("", sentence, count=1) if _OPENS.match(sentence) else sentence
        if sentence.endswith("?") or _ASKS.match(plain):
            asked = _clauses(plain.strip(" ?!.,;"))
            if parts and len(asked) == 1 and not content_stems(asked[0]):
                parts[-1] += f", {asked[0]}"  # "…? By how much?"
            else:
                parts += asked
        elif parts:
            hints.append(sentence.strip(" ?!.,;"))
        else:
            lead = f"{lead} {sentence}".strip()
    if not 1 < len(parts) <= _MOST_PARTS or not any(map(asks, parts)):
        return None
    return Parted(tuple(parts), lead.strip(" ?!.,;"), "; ".join(hints))


def _sentences(text: str) -> list[str]:
    """The sentences of `text`; a stop before a small letter ("and co. make …") ends one only where
    a question begins.
    """
    found: list[str] = []
    for piece in _SENTENCE.split(text):
        goes_on = piece[:1].islower() and not _ASKS.match(_OPENS.sub("", piece, count=1))
        if found and goes_on and found[-1].endswith("."):
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


def asks(part: str) -> bool:
    """Whether there are words in a part by which something is asked."""
    return bool(re.search(rf"\b(?:{_WH}|{_DOES}|{_IS})\b|^{_TELL}", part, re.IGNORECASE))


def _clauses(sentence: str) -> list[str]:
    """The questions that a sentence is made of."""
    found: list[str] = []
    start = 0
    for joint in (*_JOINT.finditer(sentence), None):
        end, after = (joint.start(), joint.end()) if joint else (len(sentence),) * 2
        clause, rest = sentence[start:end].strip(" ,;"), sentence[after:]
        whole = _is_whole(clause) and not _JOINED.search(clause)
        if joint and (not whole or not _is_whole(rest) or not asks(clause)):
            continue
        found.append(clause)
        start = after
    return [clause for clause in found if clause]


def _is_whole(clause: str) -> bool:
    """Whether a clause says enough to be a part: "how" of "how and why" does not."""
    return len(clause.split()) >= _FEWEST_WORDS and bool(content_stems(clause))
