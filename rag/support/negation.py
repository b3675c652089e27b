"""Whether a sentence is another one but for a negation: the opposite, and certainly no support.

It sees what a likeness cannot, as the words are the same; a denial in other words it does not see.
"""

from __future__ import annotations

import re

from rag.evidence.sentences import sentence_spans
from rag.finding.terms import content_stems

_REPLY = re.compile(r"^\W*(?:yes|no)\s*[,;:.–—-]\s*(?!\d)")  # to a question: denies no words
_WRITTEN_OUT = (
    (re.compile(r"\bno\.? ?(?=\d)"), " "),  # number 5
    (re.compile(r"\bit(?:'s| is) (?:not (?:true|so|the case)|false|untrue) that\b"), " not "),
    (re.compile(r"\bfail(?:s|ed)? to\b"), " not "),
    (re.compile(r"\bcan(?:not|'t)\b"), " can not "),
    (re.compile(r"\bwon't\b"), " will not "),
    (re.compile(r"n't\b"), " not "),
    (re.compile(r"\bwithout\b"), " with not "),
)
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_NOT = {"not", "no", "never"}
_DO = {"do", "does", "did"}  # comes and goes with a negation


def denies(claim: str, passage: str) -> bool:
    """Whether `claim` is a sentence of `passage`, stem by stem, but for an odd number of negations
    that one of them has more.
    """
    words, negated = _parted(claim)
    sentences = (_parted(passage[start:end]) for start, end in sentence_spans(passage))
    return bool(words) and any(
        words == said and negated != otherwise for said, otherwise in sentences
    )


def _parted(sentence: str) -> tuple[list[str], bool]:
    """The stems of a sentence without its negations, and whether these are odd in number."""
    text = _REPLY.sub("", " ".join(sentence.lower().replace("’", "'").split()))
    for pattern, plain in _WRITTEN_OUT:
        text = pattern.sub(plain, text)
    words = _WORD.findall(text)
    rest = [word for word in words if word not in _NOT and word not in _DO]
    stems = [stem for word in rest for stem in content_stems(word) or [word]]
    return stems, sum(word in _NOT for word in words) % 2 == 1


_NEGATORS = re.compile(
    r"\b(?:not|no|never|cannot|without|nor|neither|hardly|rarely|lacks?|lacking|lacked"
    r"|fail(?:s|ed)? to|unable to|absence of|free of|instead of|rather than)\b|n't\b"
)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b|\bno\.? ?(?=\d)")
_REACH = 4  # words behind a negation among which the denied one stands


def negated_stems(sentence: str) -> frozenset[str]:
    """Stems of the words that the sentence's negations deny: the first content word behind each."""
    text = _REPLY.sub("", " ".join(sentence.lower().replace("’", "'").split()))
    text = _NOT_ONLY.sub(" ", text)
    found = set[str]()
    for match in _NEGATORS.finditer(text):
        behind = re.split(r"[.;:,()]", text[match.end() :])[0]
        for word in _WORD.findall(behind)[:_REACH]:
            if stems := content_stems(word):
                found.update(stems)
                break
    return frozenset(found)
