"""The words by which fields are asked for where it is sure that the catalogue is asked at all."""

from __future__ import annotations

import re

from rag.question.field_words import AUTHOR, NTH, NUMBERS, PEOPLE, WHO

_SOMEBODY = r"(?:(?:dr|prof|professor)\.? )?[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}"
_THE_PAPER = r"(?=(?:the|that|this|our|your|their|its)\b|[“\"\ue000])"
_AT_END = (
    r"(?:at|in) the (?P<nth>end|bottom|top|head|start|beginning|front)"
    r"(?: of (?:the|its) (?:author(?:s|['’]s)? )?(?:list|order|line)(?: of authors)?)?"
)
LOOSE_NOUNS = tuple(
    (field, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for field, pattern in (
        (
            "bibtex",
            r"(?:bib ?tex|\.?bib|citation)(?: (?:entry|entries|record|key|format|code|file))?"
            r"(?! (?:counts?|numbers?|graph|network))|(?:the )?(?:full )?(?:cite|reference)"
            r"(?= (?:for|of|to|the|that|this)\b)|how (?:do|should|can|would) (?:i|we|you|one) cite",
        ),
        (
            "categories",
            r"(?:(?:arxiv|primary|subject|main|the) )*(?:categor(?:y|ies)|subject (?:class|area)s?)"
            r"(?: (?:attached|assigned|given|filed))?(?: (?:to|under))?|filed under",
        ),
        (
            "sources",
            r"\(sources?\)|sources?(?=\W*$)|(?:(?:what|which) )?sources?(?: files?| pages?)?"
            r"(?= (?:did|do|does|was|were|is|are|for|of)\b)"
            r"|where (?:did|do|does|have|has|was|were|is|are) (?:you|we|the library|its?)?"
            r" ?(?=.*\b(?:get|got|record|metadata|data|entry|imported|taken|loaded|read)\b)",
        ),
        ("nth", rf"(?:who(?:['’]s| is| was)? )?{_AT_END}"),
        (
            "nth",
            r"(?:the )?(?P<nth>penultimate|second[- ]to[- ]last|second[- ]last|next[- ]to[- ]last"
            rf"|last but one|closing|ending|opening|starting)(?: {AUTHOR}| name| one)?",
        ),
        (
            "nth",
            rf"(?:is|was|goes|went|puts?|be|['’]s|name|who)"
            rf" (?:listed |named |the )?{NTH}(?= (?:on|in|of|for)\b|\W*$)",
        ),
        ("nth", rf"{NTH}(?= (?:on|in|of) {_THE_PAPER})"),
        (
            "author_count",
            rf"how (?:many|much) (?:different )?(?:{PEOPLE}|folks|co-?signatories|signatories"
            r"|hands|names|co-?workers)"
            r"(?= (?:(?:are|were|is|was|stand|have|had|has|worked|in all) )*"
            r"(?:on|behind|signed|for|of|did|made|the|it|\|))|(?:is|was) (?:it |that )?(?=.*\|?)"
            r"(?:written |done |made )?(?:by )?(?:one|a single) (?:person|author)\b"
            r"|(?:by )?(?:one|a single) (?:person|author)(?: or (?:by )?(?:several|more|many|two))"
            rf"|(?:only|sole|single)[- ]{AUTHOR}(?:ed)?|(?:write|wrote|written) (?:it )?alone"
            r"|(?:a )?single person"
            rf"|(?:(?:more|fewer|less) than |at least |at most |exactly |only |just )?(?:\d+"
            rf"|{'|'.join(NUMBERS[1:])}|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred)"
            rf" (?:co-?authors|authors|writers)(?! (?:of|on)\b)",
        ),
    )
)
LOOSE_LAST = tuple(
    (field, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for field, pattern in (
        (
            "authors",
            r"(?:names?|people|persons?)(?= (?:on|of|behind) the\b)|(?:a )?hand in"
            r"|whose (?:work|paper|study|article|report|research|brainchild)(?: is)?"
            rf"|(?:the )?{PEOPLE} (?:who|that|which)(?: (?:have|had|has))?(?= (?:made|did|wrote"
            rf"|created))"
            rf"|(?:{WHO}|by whom)(?: all)?(?= (?:on|is|was|did|does|the|that|it)\b)|by whom",
        ),
        ("published", r"(?:pub|publ)\.?(?= date|lication)|out since|posted on|go(?:es)? up"),
    )
)
LOOSE_VERBAL = tuple(
    (field, re.compile(pattern, re.IGNORECASE), whether)
    for field, pattern, whether in (
        (
            "authors",
            rf"{_SOMEBODY} (?:is|was)(?: not|n['’]t)? (?:also |really |listed |named )?"
            rf"(?:on|among|part of|an? (?:co-?)?author (?:of|on)) {_THE_PAPER}"
            rf"|(?:is|was|were|are)(?:n['’]t)? {_SOMEBODY} (?:also |really |listed |named )?"
            rf"(?:on|of|behind|among|part of)\b {_THE_PAPER}"
            rf"|(?:does|do|did|has|have|had)\b.*\b(?:appear|listed|name|credit\w*|hand in|on it"
            r"|her name on|his name on|sign(?:ed)?|part in|take part|participate|collaborate)\b",
            True,
        ),
        (
            "published",
            r".*\b(?:is|was|were|did|has|that['’]s|so|or)\b.*"
            r"\b(?:(?:from|in|before|after|since|until) )?(?:the year )?(?:19|20)\d\d\b.*",
            True,
        ),
        ("published", r".*\b(?:when|how recent|what time)\b", False),
        ("where", r".*(?<!\bone )(?<!\bpaper )(?<!\bstudy )\bwhere\b", False),
        ("authors", rf".*(?:{WHO}|\bby\W*$)", False),
    )
)
LOOSE_HAVE = re.compile(
    r"(?:(?:do|does|did|have|has|had) (?:you|we|i|they|it|(?:the|this|your|our) (?:library"
    r"|collection|catalogue?|database|index))\b.*\b(?:have|got|hold|contain|include|list|store|index)\w*\b"
    r"|(?:we|you) (?:have|got|hold)\b|(?:have|has) (?:you|we) got\b|got (?:the|that|an?)\b"
    r"|(?:is|are|was)\b.*\b(?:here|there|stored|indexed|included|in (?:the|this|your|our|my)"
    r" (?:library|collection|catalogue?|database|list|index))\b)",
    re.IGNORECASE,
)
HAS_IT = re.compile(
    r"^(?:(?:do|does|did|have|has|is|are|was)\b (?:you|we|i|there|it|(?:the|this|your|our) \w+)?"
    r" ?(?:(?:even|also|already|actually|still|ever) )*(?:have|got|hold|contain|include)?"
    r"|(?:we|you) (?:have|got|hold))\b|,? (?:right|or not|isn['’]t it|don['’]t you)$|\bhere\b"
    r"|\b(?:in|part of) (?:the|this|my|our|your) (?:library|collection|catalogue?|database|list)\b",
    re.IGNORECASE,
)
YEARS = re.compile(
    r"(?:,|\bor\b|\bfrom\b|\bin\b|\bbefore\b|\bafter\b|\bsince\b|\buntil\b|\bit\b|\s)*"
    r"\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
SAYS_NOTHING = frozenset(
    """able get had i i'm im i've we're according after number numbers byline claims claimed
    colleague he
    she isn't wasn't isn
    t wasn excuse
    english search email led whoever says told friend boss student professor list made choose about
    actually ago all alone already also always anybody anyone anyway archive around
    ask asking bit call called came catalog catalogue check cite collection come comes complete
    correct corpus curious database date data day dear dont due ever exact exactly eh find first
    forgot format full gets getting give go got guess having her here hers his i'd idea index
    indexed information it's just know known last let library like list listed listing look
    looking lookup manuscript matter maybe mean metadata mind name named names need needed needs
    nice now officially once only order original out own particular person possible print printed
    proper publicly pull quick quickly quite rather read real really record recorded records
    remember right rough roughly said say says see seen seems send show sir something somewhere
    sure tell thing things think thought today together too total two under up use version want
    whatever who whole wonder wondering yet year you your""".split()
)
"""Words beside a paper's name that name nothing, where it is sure that the catalogue is asked."""
