"""What each sentence of an abstract is for: the problem, the method, or the findings.

Cheap cues in the words, where the sentence stands, and the order in which abstracts go: from the
problem over the method to the findings, seldom back (argumentative zoning, Teufel and Moens, 2002;
read by the algorithm of Viterbi, 1967). `askpapers eval summaries` measures it on the headings
that medical abstracts give their sections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from rag.summary.types import Part

PARTS: tuple[Part, ...] = get_args(Part)


def _words(text: str) -> str:
    """A pattern for any of the words, each with whatever endings its own pattern allows."""
    return rf"\b(?:{'|'.join(text.split())})\b"


_ADVERB = r"(?: (?:also|further|then|next|first|finally|now|do|can|could|\w+ly))*"
_STUDY = "(?:paper|work|article|study|report|review|thesis|research)"
_WE = rf"(?:\b(?:we|i)|\b(?:this|the present|the current|our) (?:\w+ )?{_STUDY}|^it){_ADVERB} "

# What speaks for (problem, method, findings), and how much: 2 is nearly sure, 1 leans.
_CUES: tuple[tuple[str, tuple[float, float, float]], ...] = (
    # The problem: what is lacking, hard or unknown, and what is aimed at.
    (_words("however unfortunately although despite yet"), (0.5, 0, 0)),
    (
        _words(
            r"challeng\w+ bottleneck\w* problem(?:s|atic)? difficult\w* limit(?:s|ed|ing|ations?)"
            r" lack(?:s|ing)? remain\w* unclear unknown gap concerns? suffers? fails? costly"
            r" expensive impossible inherently controvers\w+ poorly"
        ),
        (1, 0, 0),
    ),
    (
        _words("widely increasingly recent(?:ly)? existing previous(?:ly)? prior most"),
        (0.8, 0, -0.2),
    ),
    (r"\b(?:is|are) (?:important|crucial|essential|critical|key|necessary|needed)\b", (1, 0, 0)),
    (
        r"\b(?:aim|goal|purpose|objective)s?\b|\b(?:aims?|aimed|sought|seeks?) (?:to|at)\b"
        r"|\bhypothesi[sz]ed?\b|\bresearch question|\bto (?:investigate|determine|examine|assess"
        r"|evaluate|explore|compare|test) (?:whether|if|the|how)\b",
        (1.2, 0.2, -0.5),
    ),
    (r"\?\s*$", (1, 0, 0)),
    # The method: what was made or done.
    (
        rf"{_WE}(?:propos|introduc|present|develop|design|describ|appl[yi]|us(?:e|es|ed|ing)\b|train"
        r"|fine-?tun|collect|formulat|construct|buil[dt]|adopt|combin|stud[yi]|explor|investigat"
        r"|test|perform|conduct|analy[sz]e|implement|extend|evaluat|consider|discuss|releas"
        r"|address|examin|review|compar|measur|employ|deriv|motivat|highlight|go through"
        r"|report the)",
        (-0.8, 2, 0),
    ),
    (rf"in this {_STUDY},? (?:we|i)\b", (-0.8, 1.4, 0)),
    (
        r"\b(?:was|were|is|are|been)(?: \w+ly)? (?:used|perform|conduct|collect|measur|evaluat"
        r"|assess|recruit|enrol|includ|assign|random|analy[sz]|obtain|calculat|review|examin|divid"
        r"|treat|select|identified from|record|determined (?:by|using)|administ|interview|trained"
        r"|asked|invited|tested|matched|applied|stud|screen|defin|compared (?:to|with|using|by))",
        (-0.3, 1.4, 0),
    ),
    (
        r"\b(?:method|approach|framework|algorithm|model|system|technique|procedure)s?\b"
        r"(?: \w+)? (?:combin|consist|us(?:es|ing)\b|learns|first|integrat|employ|is based|leverag"
        r"|relies)",
        (0, 1.2, 0),
    ),
    (
        _words(
            r"prospective retrospective randomi[sz]ed questionnaires? survey(?:ed)? cohort"
            r" cross-sectional interviews? database participants consecutive regression underwent"
        ),
        (0, 0.8, 0),
    ),
    (
        r"^(?:first|then|next|finally|starting with|by|using|through|to address th\w+)\b",
        (-0.2, 0.6, 0),
    ),
    # The findings: what came out, and what it means.
    (
        rf"(?:{_WE}|\b(?:results?|experiments?|findings?|analys[ei]s|evidence|data|evaluations?"
        r"|observations?|measurements?|studies|investigation)\b(?: [\w-]+){0,5}? )"
        r"(?:show|find\b|finds\b|found|demonstrat|suggest|indicat|reveal|confirm|establish|observ"
        r"|conclud|achiev|identif|prove\b|support|provid|outperform|recover|obtain)",
        (-0.5, 0, 2),
    ),
    (
        _words(
            r"outperform\w* surpass\w* exceed\w* state-of-the-art improv(?:es|ed|ing|ements?)"
            r" significant(?:ly)? superior (?:better|worse)\sthan higher lower fewer increased"
            r" decreased reduced preferred associated\swith correlat\w+ compared\s(?:to|with)"
            r" versus vs competitive matching faster recover\w* differences? greater mean median"
            r" help(?:s|ed)?"
        ),
        (0, 0, 0.8),
    ),
    (_words("more less larger smaller better worse few often only"), (0, 0, 0.5)),
    (r"\bp ?[<=>] ?0?\.\d|95% ci\b|\d\s?\\?%|\d percent|\d(?:x|-fold)\b|±", (-0.5, 0, 1.2)),
    (
        _words(
            r"results? findings? conclusions? conclude thus therefore consequently overall together"
            r" implications? hope promising potential(?:ly)? feasible contribut\w+"
            r" (?:may|should)\sbe first\s(?:step|foray|time)"
        ),
        (0, 0, 0.8),
    ),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), weights) for pattern, weights in _CUES)

# What it costs to go from one part (row) to the next sentence's (column), and to begin with one.
_STEP = ((0.0, -0.6, -1.6), (-2.5, 0.0, -0.6), (-4.0, -1.2, 0.0))
_FIRST = (0.0, -0.8, -2.5)
_PLACE = (0.9, 1.2)  # how much standing first speaks for the problem, last for the findings


def parts_of(sentences: Sequence[str]) -> list[Part]:
    """The part of each sentence of one abstract, given in order."""
    if not sentences:
        return []
    spoken = [_spoken(s, i / max(len(sentences) - 1, 1)) for i, s in enumerate(sentences)]
    best = [_FIRST[part] + spoken[0][part] for part in range(len(PARTS))]
    came_from: list[list[int]] = []
    for emitted in spoken[1:]:
        steps = [[best[a] + _STEP[a][b] for a in range(len(PARTS))] for b in range(len(PARTS))]
        origins = [scores.index(max(scores)) for scores in steps]
        best = [steps[b][origins[b]] + emitted[b] for b in range(len(PARTS))]
        came_from.append(origins)
    path = [best.index(max(best))]
    for origins in reversed(came_from):
        path.append(origins[path[-1]])
    return [PARTS[part] for part in reversed(path)]


def _spoken(sentence: str, place: float) -> tuple[float, ...]:
    """How much a sentence speaks for each part; `place` runs from 0, the first one, to 1."""
    first, last = _PLACE
    sums = [first * (1 - 2 * place), 0.0, last * (2 * place - 1)]
    for pattern, weights in _COMPILED:
        if pattern.search(sentence):
            sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
    return tuple(sums)
